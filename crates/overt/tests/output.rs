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

/// A safetensors file of one tensor.
fn safetensors(name: &str, dtype: &str, values: &[u8]) -> Vec<u8> {
    let header = format!(
        r#"{{"__metadata__":{{"license":"mit"}},"{name}":{{"dtype":"{dtype}","shape":[2],"data_offsets":[0,{}]}}}}"#,
        values.len()
    );
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.extend(values);
    bytes
}

fn assert_valid(schema: &str, arguments: &[&std::ffi::OsStr], code: i32) -> serde_json::Value {
    let schema = std::fs::read_to_string(root().join("schema").join(schema)).expect("schema");
    let schema: serde_json::Value = serde_json::from_str(&schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let output = overt(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    let errors: Vec<String> = validator
        .iter_errors(&report)
        .map(|e| e.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new(), "{arguments:?}");
    report
}

#[test]
fn what_inspect_and_same_print_is_one_valid_document() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let a = place("a.safetensors", &safetensors("w", "F16", &[0, 0x3C, 0, 0]));
    let b = place(
        "b.safetensors",
        &safetensors("v", "F32", &[0, 0, 0x80, 0x3F, 0, 0, 0, 0]),
    );
    let c = place("c.safetensors", &safetensors("w", "F16", &[1, 2, 3, 4]));
    let broken = place("d.gguf", b"GGUF");
    let card = place(
        "README.md",
        b"---\nlicense: mit\n---\n# A model\n\nWe do not release the training data.\n",
    );
    let config = place(
        "config.json",
        br#"{"model_type":"llama","hidden_size":2048}"#,
    );
    let json = std::ffi::OsStr::new("--format=json");
    let inspect = std::ffi::OsStr::new("inspect");
    let fingerprint = std::ffi::OsStr::new("--fingerprint");
    let files = [&a, &b, &broken, &card, &config].map(|path| path.as_os_str());
    let all = [&[inspect, json, fingerprint][..], &files[..]].concat();
    let report = assert_valid("inspect-1.schema.json", &all, 0);
    assert_eq!(report["files"].as_array().map(Vec::len), Some(5));
    assert_eq!(report["files"][0]["fingerprint"]["tensors"], 1);
    for card in releases().iter().skip(2).take(10) {
        let one = card.is_file().then(|| card.clone());
        if let Some(one) = one {
            assert_valid(
                "inspect-1.schema.json",
                &[inspect, json, one.as_os_str()],
                0,
            );
        }
    }
    let same = std::ffi::OsStr::new("same");
    let report = assert_valid(
        "same-1.schema.json",
        &[same, json, a.as_os_str(), b.as_os_str()],
        0,
    );
    assert_eq!(report["comparison"]["converted"][0]["exact"], true);
    let report = assert_valid(
        "same-1.schema.json",
        &[same, json, a.as_os_str(), c.as_os_str()],
        1,
    );
    assert_eq!(report["same"], false);
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

#[test]
fn what_a_license_asks_of_its_users_is_told_where_use_is_allowed() {
    let folder = std::env::temp_dir().join(format!("overt-price-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let weights = safetensors("w", "F32", &[0; 8]);
    std::fs::write(folder.join("model.safetensors"), weights).expect("written");
    let card = "---\nlicense: other\nlicense_name: modified-mit\n---\n# A\n";
    std::fs::write(folder.join("README.md"), card).expect("written");
    let output = overt(&["check".as_ref(), folder.as_os_str()]);
    std::fs::remove_dir_all(&folder).expect("removed");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = "use: yes, if kimi-k2-modified-mit, last paragraph: Commercial products above";
    assert!(words.contains(told), "{text}");
    assert!(words.contains("modify, share: yes Components"), "{text}");
}
