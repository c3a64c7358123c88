//! What stewards of definitions said of systems, from facts that were recorded of them:
//! `knowledge/definitions/<id>/<version>/cases/*.toml`.

use std::path::{Path, PathBuf};

use overt_core::Verdict;
use overt_decide::record::{RecordedFacts, recorded};
use overt_decide::{Change, EmbeddedLicenses, definition, evaluate, remedies};

#[test]
fn every_recorded_system_gets_its_stewards_verdict() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge/definitions");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    assert!(files.len() >= 16, "only {} cases", files.len());
    for file in files {
        let name = file.display();
        let text = std::fs::read_to_string(&file).expect("a file");
        let facts: RecordedFacts = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        let release = recorded(&facts, &text, "case.toml").expect("known components");
        assert!(!facts.expect.is_empty(), "{name}: nothing is expected");
        // Nothing is from memory: each fact and each word of a steward names what was opened for it.
        assert!(!facts.said.is_empty(), "{name}: nobody said anything of it");
        for word in &facts.said {
            assert!(
                !word.seen.is_empty() && !word.wording.is_empty(),
                "{name}: {word:?}"
            );
        }
        for (id, component) in &facts.components {
            assert!(
                !component.seen.is_empty(),
                "{name}: {id}: nothing was opened for it"
            );
            assert!(component.link.is_some(), "{name}: {id}: no link");
        }
        for (id, expected) in &facts.expect {
            let definition = definition(id).unwrap_or_else(|| panic!("{name}: no {id}"));
            let found = evaluate(&release, definition, &EmbeddedLicenses);
            assert_eq!(
                found.verdict, *expected,
                "{name}: {id}: {:#?}",
                found.reasons
            );
            if found.verdict == Verdict::Undetermined {
                assert!(
                    found.reasons.iter().all(|reason| !reason.needs.is_empty()),
                    "{name}: {id}: what is undetermined names what would decide it"
                );
            }
        }
        for (id, components) in &facts.remedy {
            let definition = definition(id).unwrap_or_else(|| panic!("{name}: no {id}"));
            let found = remedies(&release, definition, &EmbeddedLicenses);
            let first = found
                .first()
                .unwrap_or_else(|| panic!("{name}: {id}: no remedy"));
            let changed: Vec<_> = first
                .changes
                .iter()
                .map(|change| match change {
                    Change::License(kind, _) => *kind,
                    other => panic!("{name}: {id}: {other:?}"),
                })
                .collect();
            assert_eq!(changed, *components, "{name}: {id}");
        }
    }
}

#[expect(clippy::expect_used, reason = "a test stops at what it cannot read")]
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path
            .parent()
            .is_some_and(|parent| parent.ends_with("cases"))
        {
            files.push(path);
        }
    }
}
