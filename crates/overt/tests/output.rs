//! What every output must be: valid by its schema, the same every time, no wider than a terminal.

mod support;

use std::path::PathBuf;

use support::{overt, root, shared};
use unicode_width::UnicodeWidthStr;

/// Releases to look at: the examples, and a part of the real cards where they are at hand.
fn releases() -> Vec<PathBuf> {
    let mut releases = vec![
        root().join("examples/contradictory-model"),
        root().join("examples"),
    ];
    if let Some(cards) = shared("data/cards/files") {
        let entries = std::fs::read_dir(cards).expect("readable");
        let mut found: Vec<PathBuf> = entries.map(|e| e.expect("readable").path()).collect();
        found.sort();
        releases.extend(found.into_iter().step_by(5));
    }
    releases
}

#[test]
fn json_is_valid_by_the_published_schema() {
    let path = root().join("schema/check-1.schema.json");
    let schema = std::fs::read_to_string(path).expect("schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for release in releases() {
        let arguments = [
            "check".as_ref(),
            "--format=json".as_ref(),
            release.as_os_str(),
        ];
        let output = overt(&arguments);
        assert_eq!(output.status.code(), Some(0), "{}", release.display());
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let errors: Vec<String> = validator
            .iter_errors(&report)
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, Vec::<String>::new(), "{}", release.display());
    }
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let release = root().join("examples/contradictory-model");
    let run = |threads: &str| {
        std::process::Command::new(env!("CARGO_BIN_EXE_overt"))
            .args(["check", "--format", "json"])
            .arg(&release)
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("overt runs")
            .stdout
    };
    let first = run("1");
    assert!(!first.is_empty());
    for threads in ["1", "2", "7"] {
        assert_eq!(run(threads), first);
    }
}

#[test]
fn no_line_is_wider_than_eighty_columns_and_none_is_colored() {
    for release in releases() {
        for detail in ["--quiet", "--verbose", "--color=never"] {
            let output = overt(&["check".as_ref(), detail.as_ref(), release.as_os_str()]);
            let text = String::from_utf8(output.stdout).expect("UTF-8");
            assert!(!text.is_empty());
            assert!(!text.contains('\u{1b}'), "{}", release.display());
            for line in text.lines() {
                assert!(line.width() <= 80, "{} columns: {line}", line.width());
            }
        }
    }
}

#[test]
fn colors_come_when_asked_for() {
    let release = root().join("examples/contradictory-model");
    let output = overt(&[
        "check".as_ref(),
        "--color=always".as_ref(),
        release.as_os_str(),
    ]);
    assert!(String::from_utf8_lossy(&output.stdout).contains('\u{1b}'));
}

#[test]
fn the_example_shows_both_contradictions_with_their_places() {
    let release = root().join("examples/contradictory-model");
    let output = overt(&["check".as_ref(), release.as_os_str()]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for wanted in [
        "OV002",
        "README.md:3",
        "model.safetensors (bytes",
        "OV004",
        "README.md:4",
    ] {
        assert!(text.contains(wanted), "no `{wanted}` in\n{text}");
    }
}
