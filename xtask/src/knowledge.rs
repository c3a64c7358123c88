//! Facts: every file under `knowledge/` is of its type, and named by what it holds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;
use overt_artifact::family::FamilyFacts;
use overt_core::{ComponentKind, LicenseFacts};
use overt_survey::{ComponentFile, Elsewhere, LicenseFilesFile};
use serde::de::DeserializeOwned;

use super::tidy::{files, shown};

/// Adds everything that is wrong with the facts.
pub(crate) fn check(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let knowledge = root.join("knowledge");
    for path in files(&knowledge.join("licenses")) {
        if let Some(facts) = read::<LicenseFacts>(root, &path, wrong)? {
            named(root, &path, facts.id.as_str(), wrong);
        }
    }
    for path in files(&knowledge.join("families")) {
        if let Some(facts) = read::<FamilyFacts>(root, &path, wrong)? {
            named(root, &path, &facts.id, wrong);
            let architecture = knowledge.join(format!("architectures/{}.toml", facts.architecture));
            if !facts.architecture.is_empty() && !architecture.is_file() {
                wrong.push(format!(
                    "{}: no architecture is called `{}`",
                    shown(root, &path),
                    facts.architecture
                ));
            }
        }
    }
    for path in files(&knowledge.join("components")) {
        if read::<ComponentFile>(root, &path, wrong)?.is_some()
            && ComponentKind::parse(stem(&path)).is_none()
        {
            let name = shown(root, &path);
            wrong.push(format!("{name}: no component is called that"));
        }
    }
    let attribution = knowledge.join("attribution");
    read::<LicenseFilesFile>(root, &attribution.join("license-files.toml"), wrong)?;
    read::<Elsewhere>(root, &attribution.join("not-the-release.toml"), wrong)?;
    definitions(root, &knowledge, wrong)?;
    findings(root, &knowledge, wrong);
    names(root, &knowledge, wrong);
    Ok(())
}

fn stem(path: &Path) -> &str {
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default()
}

fn read<T: DeserializeOwned>(
    root: &Path,
    path: &Path,
    wrong: &mut Vec<String>,
) -> Result<Option<T>> {
    match toml::from_str(&fs::read_to_string(path)?) {
        Ok(facts) => Ok(Some(facts)),
        Err(error) => {
            wrong.push(format!("{}: {}", shown(root, path), error.message()));
            Ok(None)
        }
    }
}

fn named(root: &Path, path: &Path, id: &str, wrong: &mut Vec<String>) {
    if id != stem(path) {
        wrong.push(format!("{}: holds `{id}`", shown(root, path)));
    }
}

/// A definition stands in `<id>/<version>/definition.toml`.
fn definitions(root: &Path, knowledge: &Path, wrong: &mut Vec<String>) -> Result<()> {
    for path in files(&knowledge.join("definitions")) {
        if path
            .file_name()
            .is_none_or(|name| name != "definition.toml")
        {
            continue;
        }
        let name = shown(root, &path);
        match overt_decide::parse(&fs::read_to_string(&path)?, &name) {
            Ok(definition) => {
                let place = format!(
                    "knowledge/definitions/{}/{}/definition.toml",
                    definition.id, definition.version
                );
                if name != place {
                    wrong.push(format!("{name}: should be {place}"));
                }
            }
            Err(error) => wrong.push(error.to_string()),
        }
    }
    Ok(())
}

/// Every page of a finding can be read, and no code or id is given twice.
fn findings(root: &Path, knowledge: &Path, wrong: &mut Vec<String>) {
    let known = overt_survey::findings();
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for finding in &known {
        if let Some(other) = ids.insert(&finding.id, &finding.code) {
            wrong.push(format!(
                "knowledge/findings: `{}` is {other} and {}",
                finding.id, finding.code
            ));
        }
        for heading in [
            "## What it means",
            "## Why it matters",
            "## How to mend it",
            "## Example",
        ] {
            if !finding.body.contains(heading) {
                wrong.push(format!(
                    "knowledge/findings/{}.md: lacks `{heading}`",
                    finding.code
                ));
            }
        }
    }
    for path in files(&knowledge.join("findings")) {
        if !known.iter().any(|finding| finding.code == stem(&path)) {
            let name = shown(root, &path);
            wrong.push(format!(
                "{name}: is not the page of the code it is named by"
            ));
        }
    }
}

/// Names are kebab-case, except those of licenses and findings, which are ids given elsewhere.
fn names(root: &Path, knowledge: &Path, wrong: &mut Vec<String>) {
    let is_kebab = |name: &str| {
        name.bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'))
    };
    for path in files(knowledge) {
        let name = shown(root, &path);
        let is_id = ["knowledge/licenses/", "knowledge/findings/"]
            .iter()
            .any(|folder| name.starts_with(folder));
        if !is_id && !is_kebab(stem(&path)) {
            wrong.push(format!("{name}: the name is not kebab-case"));
        }
    }
}
