//! Bad input in a release that asserts to be complete.
//!
//! Such a release fails the definitions whose components it lacks. With a file that could not be read
//! nobody knows what it lacks, so each of these files must turn every such verdict into an
//! undetermined one, with exactly one diagnostic, while the files beside it are still read.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::overt;

/// A weight file that says its license, so that a test can see that it was read.
const NEIGHBOR: &str = "neighbor.safetensors";

/// The report on a complete release of one good weight file and what `prepare` adds.
fn check(prepare: impl FnOnce(&Path)) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("release");
    fs::create_dir(&root).expect("a folder");
    fs::write(root.join("overt.toml"), "complete = true\n").expect("written");
    let header = concat!(
        r#"{"__metadata__":{"license":"bsd-3-clause"},"#,
        r#""w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#
    );
    fs::write(root.join(NEIGHBOR), safetensors(header, 4)).expect("written");
    prepare(&root);
    let output = overt(&["check".as_ref(), "--format=json".as_ref(), root.as_os_str()]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn safetensors(header: &str, payload: usize) -> Vec<u8> {
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(header.as_bytes());
    bytes.resize(bytes.len() + payload, 0);
    bytes
}

fn verdicts(report: &Value) -> Vec<&str> {
    let all = report["evaluations"].as_array().expect("evaluations");
    all.iter()
        .filter_map(|one| one["verdict"].as_str())
        .collect()
}

/// `path kind place` of every problem.
fn problems(report: &Value) -> Vec<String> {
    let all = report["release"]["problems"].as_array();
    let line = |one: &Value| {
        let place = match &one["span"] {
            Value::Null => String::new(),
            span => match (&span["lines"], &span["bytes"]) {
                (Value::Null, bytes) => format!(" bytes {}..{}", bytes[0], bytes[1]),
                (lines, _) => format!(" line {}", lines[0]),
            },
        };
        let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        format!("{} {}{place}", word("path"), word("kind"))
    };
    all.into_iter().flatten().map(line).collect()
}

fn assert_neighbor_was_read(report: &Value) {
    let claims = report["release"]["license_claims"].as_array();
    let read = claims.into_iter().flatten().any(|claim| {
        claim["evidence"]["path"] == NEIGHBOR && claim["expression"] == "BSD-3-Clause"
    });
    assert!(read, "{}", report["release"]["license_claims"]);
}

/// One bad file: this one diagnostic, nothing decided, everything else read.
#[track_caller]
fn assert_loses(expected: &str, path: &str, bytes: &[u8]) {
    let report = check(|root| fs::write(root.join(path), bytes).expect("written"));
    assert_eq!(problems(&report), [expected]);
    assert_eq!(report["release"]["inventory"], "open");
    assert_eq!(verdicts(&report), ["undetermined"; 4], "{expected}");
    assert_neighbor_was_read(&report);
}

/// An odd file that loses nothing: what the release lacks stays known.
#[track_caller]
fn assert_keeps(expected: &[&str], prepare: impl FnOnce(&Path)) {
    let report = check(prepare);
    assert_eq!(problems(&report), expected);
    assert_eq!(report["release"]["inventory"], "complete");
    assert_eq!(verdicts(&report), ["fails"; 4]);
    assert_neighbor_was_read(&report);
}

#[test]
fn without_a_bad_file_the_verdicts_are_known() {
    assert_keeps(&[], |_| {});
}

#[test]
fn empty_files() {
    assert_loses("README.md empty", "README.md", b"");
    assert_loses("LICENSE empty", "LICENSE", b"");
    assert_loses("model.safetensors empty", "model.safetensors", b"");
}

#[test]
fn binary_files() {
    let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    assert_loses("README.md malformed", "README.md", &bytes);
    assert_loses("LICENSE malformed", "LICENSE", &bytes);
}

#[test]
fn front_matter_that_is_no_yaml() {
    let card = b"---\nlanguage: en\ntags: [a\n---\n# A model\n";
    assert_loses("README.md malformed line 3", "README.md", card);
    let card = b"---\nlicense: mit\n# A model\n";
    assert_loses("README.md malformed line 1", "README.md", card);
}

#[test]
fn keys_that_are_given_twice() {
    let card = b"---\nlicense: mit\nlicense: apache-2.0\n---\n# A model\n";
    assert_loses("README.md duplicate-key line 3", "README.md", card);
    let config = b"{\"model_type\": \"llama\",\n\"model_type\": \"gpt2\"}";
    assert_loses("config.json duplicate-key line 2", "config.json", config);
}

#[test]
fn a_card_that_is_not_utf8() {
    let card = b"---\nlanguage: en\n---\n# Mod\xe8le\n";
    assert_loses("README.md encoding line 4", "README.md", card);
}

#[test]
fn truncated_files() {
    let whole = safetensors(
        r#"{"w":{"dtype":"F16","shape":[64],"data_offsets":[0,128]}}"#,
        128,
    );
    let inside_the_header = &whole[..40];
    assert_loses(
        "model.safetensors truncated bytes 39..40",
        "model.safetensors",
        inside_the_header,
    );
    let inside_the_tensors = &whole[..whole.len() - 100];
    let last = inside_the_tensors.len();
    assert_loses(
        &format!("model.safetensors truncated bytes {}..{last}", last - 1),
        "model.safetensors",
        inside_the_tensors,
    );
    assert_loses(
        "model.gguf truncated bytes 5..6",
        "model.gguf",
        b"GGUF\x03\x00",
    );
    assert_loses(
        "config.json malformed line 1",
        "config.json",
        b"{\"model_type\": ",
    );
}

#[test]
fn a_safetensors_header_past_the_file_or_above_the_limit() {
    let mut past = 5000_u64.to_le_bytes().to_vec();
    past.extend_from_slice(b"{\"a\":1}");
    assert_loses(
        "model.safetensors truncated bytes 14..15",
        "model.safetensors",
        &past,
    );
    let mut above = (1_u64 << 62).to_le_bytes().to_vec();
    above.extend_from_slice(b"{\"a\":1}");
    assert_loses(
        "model.safetensors malformed bytes 0..1",
        "model.safetensors",
        &above,
    );
}

#[test]
fn nesting_beyond_any_limit() {
    let card = format!(
        "---\nlanguage: en\ndeep: {}x{}\n---\n# A model\n",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    let report = check(|root| fs::write(root.join("README.md"), card).expect("written"));
    assert_eq!(problems(&report).len(), 1);
    assert_eq!(verdicts(&report), ["undetermined"; 4]);
    assert_loses(
        "config.json limit-exceeded line 1",
        "config.json",
        "[".repeat(200_000).as_bytes(),
    );
}

#[test]
fn gguf_counts_beyond_the_file() {
    for (tensors, values) in [(u64::MAX, 1_u64), (500_000_000, 500_000_000), (1, u64::MAX)] {
        let mut bytes = b"GGUF".to_vec();
        bytes.extend_from_slice(&3_u32.to_le_bytes());
        bytes.extend_from_slice(&tensors.to_le_bytes());
        bytes.extend_from_slice(&values.to_le_bytes());
        let report = check(|root| fs::write(root.join("model.gguf"), &bytes).expect("written"));
        assert_eq!(problems(&report).len(), 1, "{:?}", problems(&report));
        assert_eq!(verdicts(&report), ["undetermined"; 4]);
        assert_neighbor_was_read(&report);
    }
}

#[test]
fn files_of_many_gigabytes_are_not_read() {
    for path in ["README.md", "LICENSE"] {
        let report = check(|root| {
            let file = fs::File::create(root.join(path)).expect("created");
            file.set_len(64 << 30).expect("grown");
        });
        assert_eq!(problems(&report), [format!("{path} too-large")]);
        assert_eq!(verdicts(&report), ["undetermined"; 4]);
        assert_neighbor_was_read(&report);
        let read = report["read"]["bytes"].as_u64().expect("a number");
        assert!(read < 100_000, "{read} bytes were read");
    }
}

#[test]
fn package_metadata_that_is_broken() {
    assert_loses(
        "Cargo.toml malformed line 1",
        "Cargo.toml",
        b"[package\nlicense = \"MIT\"\n",
    );
}

#[test]
fn a_missing_path_beside_a_complete_release() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("overt.toml"), "complete = true\n").expect("written");
    let output = overt(&[
        "check".as_ref(),
        "--format=json".as_ref(),
        folder.path().as_os_str(),
        "/no/such/path".as_ref(),
    ]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["release"]["problems"][0]["kind"], "missing");
    assert_eq!(verdicts(&report), ["undetermined"; 4]);
}

#[test]
fn line_ends_of_windows_and_byte_order_marks_lose_nothing() {
    for text in [
        "---\r\nlanguage: en\r\n---\r\n# A model\r\n",
        "\u{feff}---\nlanguage: en\n---\n# A model\n",
    ] {
        assert_keeps(&[], |root| {
            fs::write(root.join("README.md"), text).expect("written");
        });
    }
}

#[test]
fn a_card_without_front_matter_is_remarked() {
    assert_keeps(&["README.md missing line 1"], |root| {
        fs::write(root.join("README.md"), "# A model\n").expect("written");
    });
}

#[cfg(unix)]
#[test]
fn a_circle_of_folders_is_remarked() {
    assert_keeps(&["again unsafe-link"], |root| {
        std::os::unix::fs::symlink(".", root.join("again")).expect("linked");
    });
}
