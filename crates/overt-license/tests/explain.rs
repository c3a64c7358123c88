//! Clauses are shown in the user's own file, and questions are answered from them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use overt_core::{Expression, FactDepth, LicenseId, Span};
use overt_license::{
    Answer, Circumstances, LicenseFilter, Resolution, UseAnswer, ask, difference, facts, list,
    locate, page, page_of_file, resolve, use_case, use_cases,
};

#[expect(clippy::print_stderr, reason = "says loudly that it skips")]
fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("OVERT_SHARED").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let licenses = folder.join("data/licenses");
    if !licenses.is_dir() {
        eprintln!("SKIPPED: {} is absent", licenses.display());
        return None;
    }
    Some(licenses)
}

/// The single license that one of the names means.
fn single(names: &[&str]) -> Option<LicenseId> {
    names.iter().find_map(|name| match resolve(name) {
        Resolution::Known { expression } => match expression.licenses().as_slice() {
            [license] => Some(license.id.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// Every text under `licenses/scancode`, by license.
#[expect(clippy::expect_used, reason = "a helper of tests")]
fn scancode_texts(licenses: &Path) -> BTreeMap<LicenseId, (String, String)> {
    let mut texts = BTreeMap::new();
    let mut paths: Vec<PathBuf> = fs::read_dir(licenses.join("scancode"))
        .expect("the folder is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|end| end == "LICENSE"))
        .collect();
    paths.sort();
    for path in paths {
        let name = path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned());
        let (Some(name), Ok(text)) = (name, fs::read_to_string(&path)) else {
            continue;
        };
        let body = text.splitn(3, "---\n").nth(2).unwrap_or(&text).to_owned();
        if let Some(id) = single(&[&name]) {
            texts.insert(id, (name, body));
        }
    }
    texts
}

/// The clauses of `id` that are not found in `text`, and how many there are.
fn missed(id: &LicenseId, text: &str) -> (Vec<String>, usize) {
    let Some(facts) = facts(id).filter(|facts| facts.depth == FactDepth::Full) else {
        return (Vec::new(), 0);
    };
    let located = locate(facts, text);
    let missed = located
        .iter()
        .filter(|clause| clause.lines.is_none())
        .map(|clause| format!("{id} {} at {}", clause.kind.id(), clause.place))
        .collect();
    (missed, located.len())
}

#[test]
fn clauses_are_found_in_the_canonical_texts() {
    let Some(licenses) = shared() else { return };
    let texts = scancode_texts(&licenses);
    let (mut missing, mut total, mut read) = (Vec::new(), 0, 0);
    for (id, (_, text)) in &texts {
        let (more, clauses) = missed(id, text);
        missing.extend(more);
        total += clauses;
        read += usize::from(clauses > 0);
    }
    eprintln!(
        "{} of {total} clauses found in {read} texts; {} texts are of known licenses",
        total - missing.len(),
        texts.len()
    );
    assert!(missing.is_empty(), "not found:\n{}", missing.join("\n"));
}

#[test]
fn clauses_of_standard_licenses_are_found_in_the_texts_of_spdx() {
    let (mut missing, mut total) = (Vec::new(), 0);
    for license in overt_license::all() {
        let Some(known) = spdx::license_id(license.id.as_str()) else {
            continue;
        };
        if known.name == license.id.as_str() {
            let (more, clauses) = missed(&license.id, known.text());
            missing.extend(more);
            total += clauses;
        }
    }
    assert!(total > 0);
    assert!(
        missing.is_empty(),
        "{} of {total} not found:\n{}",
        missing.len(),
        missing.join("\n")
    );
}

#[test]
fn every_license_has_a_page() {
    for license in overt_license::all() {
        let page = page(&license.id).expect("every known license has a page");
        assert_eq!(
            page.uses.len(),
            use_cases()
                .iter()
                .filter(|case| case.order.is_some())
                .count()
        );
        let text = page.to_text();
        assert!(text.ends_with('\n') && text.contains(license.id.as_str()));
        let page_again: overt_license::LicensePage =
            serde_json::from_str(&serde_json::to_string(&page).expect("serializable"))
                .expect("deserializable");
        assert_eq!(page, page_again);
    }
}

#[test]
fn a_license_does_not_differ_from_itself() {
    for license in overt_license::all() {
        let same = difference(&license.id, &license.id).expect("known");
        assert!(same.added.is_empty() && same.removed.is_empty() && same.changed.is_empty());
        assert!(same.freedoms.is_empty());
    }
}

#[test]
fn lists_are_filtered_and_sorted() {
    let everything = list(&LicenseFilter::default());
    assert_eq!(everything.len(), overt_license::all().count());
    assert!(everything.is_sorted_by(|a, b| a.id < b.id));
    let approved = list(&LicenseFilter {
        recognized_by: vec![overt_core::RecognitionList::OsiApproved],
        ..LicenseFilter::default()
    });
    assert!(approved.len() > 50 && approved.len() < everything.len());
    let noncommercial = list(&LicenseFilter {
        with: vec![overt_core::Restriction::Noncommercial],
        ..LicenseFilter::default()
    });
    assert!(
        noncommercial
            .iter()
            .any(|line| line.id.as_str().starts_with("CC-BY-NC"))
    );
    assert!(noncommercial.iter().all(|line| !approved.contains(line)));
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn answer(expression: &str, case: &str, circumstances: &Circumstances) -> UseAnswer {
    let expression = Expression::parse(expression).expect("a valid expression");
    ask(
        &expression,
        use_case(case).expect("a use case"),
        circumstances,
    )
}

#[test]
fn questions_are_answered_with_the_clauses_that_decide() {
    let unknown = Circumstances::default();
    let sold = answer("CC-BY-NC-2.5", "sell", &unknown);
    assert_eq!(sold.answer, Answer::No);
    assert_eq!(sold.forbidden_by[0].place, "4.b");
    assert_eq!(answer("X11", "internal-use", &unknown).answer, Answer::Yes);
    let shared = answer("X11", "sell", &unknown);
    assert_eq!(shared.answer, Answer::YesIf);
    assert!(!shared.duties.is_empty());
    assert_eq!(
        answer("CC-BY-NC-2.5", "research", &unknown).answer,
        Answer::Yes
    );
    assert_eq!(
        answer("CC-BY-ND-2.5", "fine-tune", &unknown).answer,
        Answer::No
    );
    assert_eq!(
        answer("LicenseRef-never-seen", "internal-use", &unknown).answer,
        Answer::Undetermined
    );
}

#[test]
fn the_best_alternative_answers_and_all_of_a_conjunction_must() {
    let unknown = Circumstances::default();
    let choice = answer("CC-BY-NC-2.5 OR X11", "sell", &unknown);
    assert_eq!(
        (choice.answer, choice.under),
        (Answer::YesIf, vec![LicenseId::new("X11")])
    );
    assert_eq!(
        answer("CC-BY-NC-2.5 AND X11", "sell", &unknown).answer,
        Answer::No
    );
}

#[test]
fn thresholds_are_compared_with_what_is_known() {
    let license = "PolyForm-Small-Business-1.0.0";
    let with = |revenue| Circumstances {
        revenue_usd: revenue,
        ..Circumstances::default()
    };
    assert_eq!(
        answer(license, "internal-use", &with(Some(2_000_000))).answer,
        Answer::No
    );
    // The number of people is not known, so that the limit stays.
    assert_eq!(
        answer(license, "internal-use", &with(Some(500_000))).answer,
        Answer::YesIf
    );
    assert_eq!(
        answer(license, "internal-use", &with(None)).answer,
        Answer::YesIf
    );
}

#[test]
fn the_users_of_llama_are_counted() {
    let license = "LicenseRef-llama3.1-community";
    let with = |users| Circumstances {
        monthly_active_users: users,
        ..Circumstances::default()
    };
    let many = answer(license, "commercial-saas", &with(Some(800_000_000)));
    assert_eq!(many.answer, Answer::No);
    assert_eq!(many.forbidden_by[0].place, "2");
    let few = answer(license, "commercial-saas", &with(Some(1_000_000)));
    assert_eq!(few.answer, Answer::YesIf);
    assert!(few.limited_by.iter().all(|clause| clause.place != "2"));
    let unknown = answer(license, "commercial-saas", &with(None));
    assert!(unknown.limited_by.iter().any(|clause| clause.place == "2"));
}

#[test]
fn versions_of_llama_differ_in_what_their_outputs_may_train() {
    let changed = difference(
        &LicenseId::new("LicenseRef-llama3-community"),
        &LicenseId::new("LicenseRef-llama3.1-community"),
    )
    .expect("both are known");
    let removed: Vec<String> = changed
        .removed
        .iter()
        .map(|clause| clause.kind.id())
        .collect();
    assert!(
        removed.contains(&"output-training".to_owned()),
        "{removed:?}"
    );
}

#[test]
fn a_page_of_a_file_points_at_its_lines() {
    let id = LicenseId::new("BSD-1-Clause");
    let text = "Copyright\n\n1. Redistributions of source code must retain the above\ncopyright notice, \
                this list of conditions and the following disclaimer.\n";
    let page = page_of_file(&id, text).expect("known");
    let lines: Vec<_> = page.must.iter().map(|clause| clause.lines).collect();
    assert_eq!(lines, [Some(Span::Lines(3, 3)), Some(Span::Lines(4, 4))]);
    let sold = page
        .uses
        .iter()
        .find(|answer| answer.use_case == "sell")
        .expect("shown");
    assert!(sold.duties.iter().all(|clause| clause.lines.is_some()));
}
