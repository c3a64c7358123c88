//! The Model Openness Tool's class and progress, for every record that is at hand.

use std::io::Write as _;
use std::path::PathBuf;

use overt_decide::mot::{Record, classify};

#[test]
fn every_record_gets_the_tools_class_and_progress() {
    let shared = std::env::var_os("OVERT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join("data/openness/mot.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        let message = format!("SKIPPED: {} is not here\n", path.display());
        std::io::stderr()
            .write_all(message.as_bytes())
            .expect("stderr");
        return;
    };
    let mut records = 0;
    for line in text.lines() {
        let record: Record = serde_json::from_str(line).expect("a record");
        let expected: serde_json::Value = serde_json::from_str(line).expect("a record");
        let found = classify(&record);
        let name = &record.model;
        assert_eq!(
            Some(u64::from(found.class)),
            expected["mot_class"].as_u64(),
            "{name}"
        );
        for (class, percent) in ["3", "2", "1"].iter().zip(found.progress) {
            let expected = expected["progress"][class].as_f64().expect("a percentage");
            assert!(
                (percent - expected).abs() < 0.05,
                "{name}: class {class}: {percent} {expected}"
            );
        }
        let mut apart = found.not_type_appropriate.clone();
        let mut wanted: Vec<String> =
            serde_json::from_value(expected["not_type_appropriate"].clone()).expect("a list");
        apart.sort();
        wanted.sort();
        assert_eq!(apart, wanted, "{name}");
        records += 1;
    }
    assert!(records > 100, "only {records} records");
}
