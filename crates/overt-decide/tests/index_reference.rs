//! The score of the European Open Source AI Index and of its predecessor, summed up a second time, on
//! records that nobody wrote and on those that are at hand.

#![expect(clippy::expect_used, reason = "a test stops at what it cannot read")]

mod support;

use overt_decide::{EmbeddedLicenses, evaluate, record};
use proptest::prelude::*;
use serde_json::{Value, json};

const DIMENSIONS: [&str; 12] = [
    "datasources_basemodel",
    "datasources_endmodel",
    "weights_basemodel",
    "weights_endmodel",
    "trainingcode",
    "code",
    "hardware_architecture",
    "preprint",
    "paper",
    "modelcard",
    "datasheet",
    "licenses",
];
const BEFORE: [&str; 14] = [
    "opencode",
    "llmdata",
    "llmweights",
    "rldata",
    "rlweights",
    "license",
    "code",
    "architecture",
    "preprint",
    "paper",
    "modelcard",
    "datasheet",
    "package",
    "api",
];
/// How a dimension may be rated, and what that counts; `-` stands for a dimension that is not there.
const CLASSES: [(&str, f64); 7] = [
    ("open", 1.0),
    ("open", 1.0),
    ("partial", 0.5),
    ("closed", 0.0),
    ("closed", 0.0),
    ("", 0.0),
    ("-", 0.0),
];

fn score(record: &Value) -> f64 {
    let index = record::osai_definition(record).expect("shipped");
    let release = record::osai(record).expect("a record");
    let found = evaluate(&release, index, &EmbeddedLicenses);
    let score = found.score.expect("the definition has a score");
    assert!(
        (score.at_most - score.at_least).abs() < f64::EPSILON,
        "a record is complete: {score:?}"
    );
    score.at_least
}

fn record(dimensions: &[&str], classes: &[usize], raw: bool) -> (Value, f64) {
    let mut cells = serde_json::Map::new();
    let mut sum = 0.0;
    for (dimension, class) in dimensions.iter().zip(classes) {
        let (class, points) = CLASSES[*class];
        sum += points;
        let value = if class.is_empty() {
            Value::Null
        } else {
            json!(class)
        };
        if class != "-" {
            let key = if raw { "class" } else { "cls" };
            cells.insert((*dimension).to_owned(), json!({key: value, "notes": "x"}));
        }
    }
    // One dimension is always rated: a record of nothing is none.
    cells.insert(
        dimensions[0].to_owned(),
        json!({"cls": "closed", "class": "closed"}),
    );
    sum -= CLASSES[classes[0]].1;
    let record = if raw {
        cells.insert(
            "system".to_owned(),
            json!({"name": "x", "type": "text,code"}),
        );
        Value::Object(cells)
    } else {
        json!({"model": "x", "type": "video,audio", "dims": cells})
    };
    (record, sum)
}

proptest! {
    #[test]
    fn the_mean_of_twelve(
        classes in proptest::collection::vec(0..CLASSES.len(), 12),
        raw in any::<bool>(),
    ) {
        let (record, sum) = record(&DIMENSIONS, &classes, raw);
        prop_assert!((score(&record) - sum / 12.0).abs() < 1e-9, "{record:#}");
    }

    #[test]
    fn the_sum_of_fourteen(
        classes in proptest::collection::vec(0..CLASSES.len(), 14),
        raw in any::<bool>(),
    ) {
        let (record, sum) = record(&BEFORE, &classes, raw);
        prop_assert!((score(&record) - sum).abs() < 1e-9, "{record:#}");
    }
}

#[test]
fn every_record_of_the_predecessor_gets_its_score() {
    let Some(lines) = support::shared_lines("data/openness/ouc_legacy.jsonl") else {
        return;
    };
    for line in &lines {
        let record: Value = serde_json::from_str(line).expect("a record");
        let wanted = record["score"].as_f64().expect("a score");
        let found = score(&record);
        assert!(
            (found - wanted).abs() < 1e-9,
            "{}: {found} {wanted}",
            record["model"]
        );
    }
    assert!(lines.len() > 20, "only {} records", lines.len());
}
