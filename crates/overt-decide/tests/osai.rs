//! The European Open Source AI Index's score, for every record that is at hand.

mod support;

use overt_decide::{EmbeddedLicenses, definition, evaluate, record};
use serde_json::Value;

#[test]
fn every_record_gets_the_indexs_score() {
    let Some(lines) = support::shared_lines("data/openness/osai.jsonl") else {
        return;
    };
    let index = definition("eosai").expect("the definition is shipped");
    for line in &lines {
        let expected: Value = serde_json::from_str(line).expect("a record");
        let release = record::osai(&expected).expect("a record");
        let found = evaluate(&release, index, &EmbeddedLicenses);
        let score = found.score.expect("the definition has a score");
        let wanted = expected["mean_open"].as_f64().expect("a score");
        let name = &release.name;
        assert!(
            (score.at_least - wanted).abs() < 0.0001,
            "{name}: {score:?} {wanted}"
        );
        assert!(
            (score.at_most - score.at_least).abs() < f64::EPSILON,
            "{name}: {score:?}"
        );
    }
    assert!(!lines.is_empty(), "no records");
}
