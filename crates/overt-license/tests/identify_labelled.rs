//! The engine on labelled files, with what it must reach at least.

mod labelled;

use std::collections::BTreeMap;

use labelled::Case;
use overt_license::identify_named;

/// For each class of labelled files, the percentage that must be answered exactly.
const EXACT_AT_LEAST: [(&str, usize); 6] = [
    ("ai", 98),
    ("standard", 98),
    ("lic1", 93),
    ("lic2", 97),
    ("lic3", 94),
    ("lic4", 94),
];

fn every_class_is_answered(cases: &[Case]) {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in cases {
        let found = identify_named(&case.file_name, &case.bytes());
        let (all, exact) = counts.entry(&case.class).or_default();
        *all += 1;
        if case.is_answered(&found) {
            *exact += 1;
        } else {
            wrong.push(format!(
                "{}: {:?} <- {:?}",
                case.path.display(),
                case.expected,
                found.expression.map(|expression| expression.to_string())
            ));
        }
    }
    for (class, (all, exact)) in &counts {
        eprintln!("{class}: {exact} of {all} exact");
        let least = EXACT_AT_LEAST
            .iter()
            .find(|(name, _)| name == class)
            .map_or(100, |(_, least)| *least);
        assert!(
            exact * 100 >= least * all,
            "{class}: {exact} of {all} exact\n{}",
            wrong.join("\n")
        );
    }
}

#[test]
fn license_files_of_repositories_are_named() {
    if let Some(cases) = labelled::repositories() {
        assert!(!cases.is_empty(), "no labelled files");
        every_class_is_answered(&cases);
    }
}

#[test]
fn scancode_tests_are_answered() {
    if let Some(cases) = labelled::scancode() {
        assert!(!cases.is_empty(), "no labelled files");
        every_class_is_answered(&cases);
    }
}

#[test]
fn no_restricted_license_is_called_open() {
    for case in labelled::repositories().unwrap_or_default() {
        let found = identify_named(&case.file_name, &case.bytes());
        if case.class != "ai" || case.is_answered(&found) {
            continue;
        }
        let answer = found.expression.as_ref();
        let open = answer.is_some_and(|expression| {
            let licenses = expression.licenses();
            licenses.iter().any(|license| !license.id.is_reference())
        });
        assert!(
            !open,
            "{} is {:?}, but was called {answer:?}",
            case.file_name, case.expected
        );
    }
}

#[test]
fn confidences_are_shares_of_right_matches() {
    const FEWEST: u32 = 30;
    const TOLERANCE: f64 = 0.02;
    // By the confidence in hundredths: matches, and of them the right ones.
    let mut shares: BTreeMap<u16, (u32, u32)> = BTreeMap::new();
    for cases in [labelled::repositories(), labelled::scancode()] {
        for case in cases.unwrap_or_default() {
            let found = identify_named(&case.file_name, &case.bytes());
            for one in found.matches.iter().filter(|one| one.modified.is_none()) {
                let hundredths = (0..=100)
                    .find(|step: &u16| (one.confidence * 100.0 - f32::from(*step)).abs() < 0.5)
                    .expect("from 0 to 1");
                let (all, right) = shares.entry(hundredths).or_default();
                *all += 1;
                *right += u32::from(case.is_expected(&one.license));
            }
        }
    }
    for (confidence, (all, right)) in shares {
        let share = f64::from(right) / f64::from(all);
        eprintln!("{confidence} %: {right} of {all} right, {share:.3}");
        assert!(
            all < FEWEST || (share - f64::from(confidence) / 100.0).abs() <= TOLERANCE,
            "{confidence} %, but {right} of {all} are right"
        );
    }
}
