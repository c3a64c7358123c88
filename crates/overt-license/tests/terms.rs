//! What expressions say, and how questions about them are answered.

use overt_core::{Condition, Expression, RecognitionList, Restriction, Truth};
use overt_license::{
    FreedomKind, alternatives, freedom, has_condition, has_restriction, osi_approved, recognized,
    terms,
};

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn parse(text: &str) -> Expression {
    Expression::parse(text).expect("a valid expression")
}

#[test]
fn approval_needs_every_license_of_one_alternative() {
    for (text, expected) in [
        ("MIT", Truth::True),
        ("MIT AND Apache-2.0", Truth::True),
        ("CC-BY-NC-4.0", Truth::False),
        ("MIT AND CC-BY-NC-4.0", Truth::False),
        ("MIT OR CC-BY-NC-4.0", Truth::True),
        ("LicenseRef-never-seen", Truth::Unknown),
        ("MIT AND LicenseRef-never-seen", Truth::Unknown),
        ("MIT OR LicenseRef-never-seen", Truth::True),
        ("CC-BY-NC-4.0 AND LicenseRef-never-seen", Truth::False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", Truth::True),
        ("MIT WITH AdditionRef-never-seen", Truth::Unknown),
    ] {
        assert_eq!(osi_approved(&parse(text)), expected, "{text}");
    }
    assert_eq!(
        recognized(&parse("GPL-3.0-only"), RecognitionList::FsfFree),
        Truth::True
    );
}

#[test]
fn what_a_list_rules_out_is_decided_without_reading_clauses() {
    for text in ["MIT", "SimPL-2.0", "GPL-3.0-or-later"] {
        assert_eq!(
            has_restriction(&parse(text), Restriction::Noncommercial),
            Truth::False,
            "{text}"
        );
        assert_eq!(
            freedom(&parse(text), FreedomKind::Use),
            Truth::True,
            "{text}"
        );
    }
}

#[test]
fn clauses_of_unknown_licenses_are_unknown() {
    let unknown = parse("LicenseRef-never-seen");
    assert_eq!(
        has_restriction(&unknown, Restriction::UsePolicy),
        Truth::Unknown
    );
    assert_eq!(has_condition(&unknown, Condition::Naming), Truth::Unknown);
    assert_eq!(freedom(&unknown, FreedomKind::Share), Truth::Unknown);
    let whole = terms(&parse("MIT AND LicenseRef-never-seen"));
    assert_eq!(whole.alternatives.len(), 1);
    assert_eq!(
        whole.alternatives[0].unknown.len(),
        1 + usize::from(overt_license::facts(&overt_core::LicenseId::new("MIT")).is_none())
    );
}

#[test]
fn a_restriction_is_avoided_by_the_other_alternative() {
    let choice = parse("LicenseRef-never-seen OR MIT");
    assert_eq!(
        has_restriction(&choice, Restriction::Noncommercial),
        Truth::False
    );
}

#[test]
fn alternatives_are_kept_apart_and_capped() {
    let both = terms(&parse("(MIT OR ISC) AND (Zlib OR 0BSD)"));
    let names: Vec<String> = both
        .alternatives
        .iter()
        .map(|alternative| {
            alternative
                .licenses
                .iter()
                .map(|l| l.id.as_str())
                .collect::<Vec<_>>()
                .join(" AND ")
        })
        .collect();
    assert_eq!(
        names,
        [
            "MIT AND Zlib",
            "MIT AND 0BSD",
            "ISC AND Zlib",
            "ISC AND 0BSD"
        ]
    );
    assert!(!both.truncated);

    let choice = "(MIT OR ISC)";
    let many = parse(
        &vec![choice; 30]
            .iter()
            .enumerate()
            .map(|(i, _)| format!("(LicenseRef-a{i} OR LicenseRef-b{i})"))
            .collect::<Vec<_>>()
            .join(" AND "),
    );
    let (all, truncated) = alternatives(&many);
    assert!(truncated);
    assert!(all.len() <= overt_license::MOST_ALTERNATIVES);
}
