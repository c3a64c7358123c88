//! The engine on labelled license files of AI repositories.

use std::path::PathBuf;

use overt_license::identify_named;

#[test]
fn known_licenses_are_named_and_no_restricted_one_is_called_open() {
    let shared = std::env::var_os("OVERT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let folder = shared.join("data/licenses/repositories");
    let Ok(table) = std::fs::read_to_string(folder.join("index.csv")) else {
        eprintln!("SKIPPED: {} is absent", folder.display());
        return;
    };
    let (mut standard, mut named, mut special, mut exact) = (0, 0, 0, 0);
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [file, _, _, _, _, _, truth, spdx, _, _, ai, ..] = fields.as_slice() else {
            continue;
        };
        if matches!(
            *truth,
            "pointer-only" | "pointer-or-mixed" | "mixed" | "notice-multi"
        ) {
            continue;
        }
        let Ok(bytes) = std::fs::read(folder.join("files").join(file)) else {
            continue;
        };
        let found = identify_named(file, &bytes);
        let answer = found.expression.as_ref().map(ToString::to_string);
        if *ai == "1" {
            special += 1;
            // The label, or the same as SPDX has come to spell it.
            let label = truth.replace("++", "-pp").replace('+', "-p");
            let is_label = answer.as_ref().is_some_and(|answer| {
                answer.eq_ignore_ascii_case(&label) || *answer == format!("LicenseRef-{label}")
            });
            exact += u32::from(is_label);
            let open = !is_label
                && found.expression.as_ref().is_some_and(|expression| {
                    let licenses = expression.licenses();
                    licenses.iter().any(|license| !license.id.is_reference())
                });
            assert!(!open, "{file} is {truth}, but was called {answer:?}");
        } else {
            standard += 1;
            named += u32::from(answer.as_deref() == Some(*spdx));
        }
    }
    assert!(
        exact * 100 >= special * 99,
        "{exact} of {special} AI licenses"
    );
    assert!(
        named * 100 >= standard * 98,
        "{named} of {standard} standard texts"
    );
}
