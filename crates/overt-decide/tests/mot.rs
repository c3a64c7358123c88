//! The Model Openness Tool's class and progress, for every record that is at hand.

mod support;

use overt_decide::{EmbeddedLicenses, definition, evaluate, record};
use serde_json::Value;

#[test]
fn every_record_gets_the_tools_class_and_progress() {
    let Some(lines) = support::shared_lines("data/openness/mot.jsonl") else {
        return;
    };
    let mot = definition("mot").expect("the definition is shipped");
    for line in &lines {
        let expected: Value = serde_json::from_str(line).expect("a record");
        let release = record::mot(&expected).expect("a record");
        let found = evaluate(&release, mot, &EmbeddedLicenses);
        let name = &release.name;
        let grade = found.grade.expect("the definition is graded");
        let class = match grade.reached.as_deref() {
            Some("III") => 3,
            Some("II") => 2,
            Some("I") => 1,
            _ => 0,
        };
        assert_eq!(Some(class), expected["mot_class"].as_u64(), "{name}");
        assert_eq!(
            grade.reached, grade.possible,
            "{name}: a record is complete"
        );
        for (class, progress) in ["3", "2", "1"].iter().zip(&grade.progress) {
            let wanted = expected["progress"][class].as_f64().expect("a percentage");
            let percent = progress.percent;
            assert!(
                (percent - wanted).abs() < 0.05,
                "{name}: class {class}: {percent} {wanted}"
            );
        }
        let mut apart: Vec<&str> = found
            .warnings
            .iter()
            .filter_map(|warning| warning.split_once(": the license is open, but"))
            .map(|(component, _)| component)
            .collect();
        let mut wanted: Vec<&str> = expected["not_type_appropriate"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        apart.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(apart, wanted, "{name}");
    }
    assert!(!lines.is_empty(), "no records");
}
