//! One case, one file: `tests/cases/*.toml` describes a release and what must be found in it.

mod support;

use std::path::Path;

use overt_core::ComponentKind;
use serde::Deserialize;
use support::ReleaseFile;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Case {
    /// What the case shows, for its reader.
    #[serde(rename = "about")]
    _about: String,
    file: Vec<ReleaseFile>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Expect {
    /// Every finding as `CODE path:lines path:lines`, in order; a path alone stands for any place in
    /// it.
    #[serde(default)]
    findings: Option<Vec<String>>,
    /// `component = "status | license | rule"`; an empty part is not compared.
    #[serde(default)]
    components: std::collections::BTreeMap<String, String>,
    /// Every edge as `relation target license`.
    #[serde(default)]
    lineage: Option<Vec<String>>,
    /// Every problem as `kind path:lines`.
    #[serde(default)]
    problems: Option<Vec<String>>,
}

datatest_stable::harness! {
    { test = run, root = "tests/cases", pattern = r"\.toml$" },
}

fn run(path: &Path) -> datatest_stable::Result<()> {
    let case: Case = toml::from_str(&std::fs::read_to_string(path)?)?;
    let folder = tempfile::tempdir()?;
    let root = folder.path().join("release");
    for file in &case.file {
        file.write(&root)?;
    }
    let given = [root.to_string_lossy().into_owned()];
    let survey = overt_survey::survey(&given, &overt_survey::Options::default())?;
    let release = survey.release;

    if let Some(expected) = &case.expect.findings {
        let found: Vec<String> = release
            .contradictions
            .iter()
            .enumerate()
            .map(|(index, one)| {
                let wanted = expected.get(index).map_or("", String::as_str);
                let places = one.evidence.iter().map(|evidence| {
                    let in_bytes = format!("{} (bytes", evidence.path);
                    let anywhere = !wanted.contains(&in_bytes)
                        && wanted.split(' ').any(|word| word == evidence.path);
                    if anywhere {
                        evidence.path.clone()
                    } else {
                        evidence.place()
                    }
                });
                format!("{} {}", one.code, places.collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(&found, expected, "{:#?}", release.contradictions);
    }
    for (id, expected) in &case.expect.components {
        let kind = ComponentKind::parse(id).ok_or_else(|| format!("no component `{id}`"))?;
        let component = release.component(kind).ok_or("every kind is listed")?;
        let parts: Vec<&str> = expected.split('|').map(str::trim).collect();
        let license = &component.license;
        let found = [
            component.status.as_str().to_owned(),
            license.expression.as_ref().map_or_else(
                || format!("{:?}", license.state).to_lowercase(),
                ToString::to_string,
            ),
            license
                .decided_by
                .as_ref()
                .map(|claim| claim.evidence.place())
                .unwrap_or_default(),
        ];
        let path = license
            .decided_by
            .as_ref()
            .map(|claim| claim.evidence.path.clone());
        for (expected, found) in parts.iter().zip(&found) {
            if path.as_deref() == Some(*expected) {
                continue;
            }
            if !expected.is_empty() {
                assert_eq!(found, expected, "{id}: {component:#?}");
            }
        }
    }
    if let Some(expected) = &case.expect.lineage {
        let found: Vec<String> = release
            .lineage
            .iter()
            .map(|edge| {
                let license = edge
                    .license
                    .as_ref()
                    .map(|l| format!(" {l}"))
                    .unwrap_or_default();
                let relation = serde_json::to_value(edge.relation).unwrap_or_default();
                format!(
                    "{} {}{license}",
                    relation.as_str().unwrap_or_default(),
                    edge.target
                )
            })
            .collect();
        assert_eq!(&found, expected);
    }
    if let Some(expected) = &case.expect.problems {
        let found: Vec<String> = release
            .problems
            .iter()
            .map(|one| {
                let kind = serde_json::to_value(one.kind).unwrap_or_default();
                let span = one.span.map(|span| format!(":{span}")).unwrap_or_default();
                format!("{} {}{span}", kind.as_str().unwrap_or_default(), one.path)
            })
            .collect();
        assert_eq!(&found, expected, "{:#?}", release.problems);
    }
    Ok(())
}
