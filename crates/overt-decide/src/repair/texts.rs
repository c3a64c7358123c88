//! License texts and notices.

use overt_core::{AttributionRule, Condition, Expression, LicenseId, Relation, Release};

use super::{Edit, Folder, Repair, Wanted};

/// Plans the files with the texts of the license, from the SPDX list.
pub(super) fn license(
    release: &Release,
    folder: &Folder,
    wanted: &Wanted,
    license: &Expression,
    repair: &mut Repair,
) {
    let simple = license.licenses();
    let claimed = |id: &LicenseId| {
        release.license_claims.iter().any(|claim| {
            let is_text = matches!(
                claim.rule,
                AttributionRule::RootFile | AttributionRule::NamedFile | AttributionRule::OwnFolder
            );
            let names = claim.expression.as_ref().is_some_and(|expression| {
                expression
                    .licenses()
                    .iter()
                    .any(|license| license.id == *id)
            });
            is_text && names
        })
    };
    let missing: Vec<&LicenseId> = simple
        .iter()
        .map(|license| &license.id)
        .filter(|id| !claimed(id))
        .collect();
    for id in &missing {
        let path = if simple.len() == 1 {
            "LICENSE".to_owned()
        } else {
            format!("LICENSE-{id}")
        };
        if folder.has(&[&path.to_ascii_uppercase()])
            || simple.len() == 1 && folder.has(&["LICENCE", "COPYING"])
        {
            repair.left.push(format!(
                "{path}: the file there is not the text of {id}; decide which of the two is meant"
            ));
            continue;
        }
        let Some(text) = overt_license::canonical_text(id) else {
            let steward = overt_license::facts(id)
                .and_then(|facts| facts.aliases.urls.first().cloned())
                .map(|url| format!(", for example from {url}"))
                .unwrap_or_default();
            repair.left.push(format!(
                "{path}: the text of {id} is not on the SPDX list; put the steward's own text there{steward}"
            ));
            continue;
        };
        match with_holder(text, wanted.copyright.as_deref()) {
            Some(after) => repair.edits.push(Edit {
                path,
                before: None,
                after,
                why: vec![format!("the text of {id} as on the SPDX list")],
            }),
            None => repair.left.push(format!(
                "{path}: {id} names the holder of the copyright; say it with --copyright \"YEAR NAME\""
            )),
        }
    }
}

/// The text with its copyright line filled in; `None` if it has one and nobody said what stands there.
fn with_holder(text: &str, copyright: Option<&str>) -> Option<String> {
    const HEAD: usize = 12;
    let mut lines: Vec<String> = Vec::new();
    for (number, line) in text.trim().lines().enumerate() {
        let is_open = number < HEAD
            && line.trim_start().starts_with("Copyright")
            && (line.contains('<') || line.contains('['));
        if is_open {
            lines.push(format!("Copyright (c) {}", copyright?));
        } else {
            lines.push(line.trim_end().to_owned());
        }
    }
    lines.push(String::new());
    Some(lines.join("\n"))
}

/// Plans a notice of what the release was built from, where a license asks to keep notices and does
/// not itself word one.
pub(super) fn notice(release: &Release, folder: &Folder, wanted: &Wanted, repair: &mut Repair) {
    if folder.has(&["NOTICE", "NOTICES"]) {
        return;
    }
    let mut lines = Vec::new();
    let mut why = Vec::new();
    for edge in &release.lineage {
        let Some(license) = &edge.license else {
            continue;
        };
        if edge.relation == Relation::TrainedOn {
            continue;
        }
        for simple in license.licenses() {
            let Some(facts) = overt_license::facts(&simple.id) else {
                continue;
            };
            let asks = facts.conditions.iter().find(|clause| {
                matches!(
                    clause.kind,
                    Condition::IncludeNotice | Condition::Attribution
                )
            });
            let Some(clause) = asks else { continue };
            if simple.id.is_reference() {
                repair.left.push(format!(
                    "NOTICE: {} {} words what must stand there for {}: {}",
                    simple.id, clause.place, edge.target, clause.plain
                ));
                continue;
            }
            lines.push(format!("Built from {}, under {}.", edge.target, simple.id));
            why.push(format!(
                "{} {} asks for it: {}",
                simple.id, clause.place, clause.plain
            ));
        }
    }
    lines.dedup();
    if lines.is_empty() {
        return;
    }
    let mut after = format!("{}\n", release.name);
    if let Some(copyright) = &wanted.copyright {
        after.push_str(&format!("Copyright {copyright}\n"));
    }
    after.push('\n');
    for line in lines {
        after.push_str(&line);
        after.push('\n');
    }
    repair.edits.push(Edit {
        path: "NOTICE".to_owned(),
        before: None,
        after,
        why,
    });
}
