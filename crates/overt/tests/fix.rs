//! `overt fix` on folders of its own: what it writes, and what it leaves alone.

mod support;

use std::fs;
use std::path::Path;

use support::{overt, root};

/// Runs `overt fix` on a folder; the exit code and the report.
fn fix(folder: &Path, arguments: &[&str]) -> (Option<i32>, serde_json::Value) {
    let mut all = vec!["fix".as_ref(), folder.as_os_str(), "--format=json".as_ref()];
    all.extend(arguments.iter().map(AsRef::<std::ffi::OsStr>::as_ref));
    let output = overt(&all);
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), report)
}

fn release(card: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("README.md"), card).expect("written");
    let example = root().join("examples/contradictory-model/config.json");
    fs::copy(example, folder.path().join("config.json")).expect("copied");
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("readable");
    let mut names: Vec<String> = entries
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    names
}

/// What `overt check` says of the license of the architecture.
fn license(folder: &Path) -> serde_json::Value {
    let output = overt(&[
        "check".as_ref(),
        "--format=json".as_ref(),
        folder.as_os_str(),
    ]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let components = report["release"]["components"].as_array().expect("a list");
    let architecture = components
        .iter()
        .find(|component| component["kind"] == "model-architecture")
        .expect("it is there");
    architecture["license"]["expression"].clone()
}

const CARD: &str = "---\r\nlanguage: en # the only one\r\n---\r\n# Tiny\r\n\r\nA model.\r\n";

#[test]
fn nothing_is_written_without_being_asked() {
    let folder = release(CARD);
    let before = names(folder.path());
    let (code, report) = fix(folder.path(), &["--license", "Apache-2.0"]);
    assert_eq!(code, Some(0));
    assert_eq!(report["written"], false);
    let paths: Vec<&str> = report["edits"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|edit| edit["path"].as_str())
        .collect();
    assert_eq!(paths, ["LICENSE", "README.md"]);
    assert_eq!(names(folder.path()), before);
    assert_eq!(
        fs::read_to_string(folder.path().join("README.md")).expect("read"),
        CARD
    );
}

#[test]
fn what_was_written_is_found_by_the_next_check() {
    let folder = release(CARD);
    assert_eq!(license(folder.path()), serde_json::Value::Null);
    let declared = "training-code=https://example.org/code";
    let (code, report) = fix(
        folder.path(),
        &[
            "--license=Apache-2.0",
            "--declare",
            declared,
            "--dataset=lab/talk",
            "--write",
        ],
    );
    assert_eq!((code, &report["written"]), (Some(0), &true.into()));
    let card = fs::read_to_string(folder.path().join("README.md")).expect("read");
    assert_eq!(
        card,
        CARD.replace(
            "one\r\n",
            "one\r\nlicense: apache-2.0\r\ndatasets: lab/talk\r\n"
        )
    );
    assert_eq!(license(folder.path()), "Apache-2.0");
    assert_eq!(
        names(folder.path()),
        ["LICENSE", "README.md", "config.json", "overt.toml"]
    );
    let (code, report) = fix(folder.path(), &["--license=Apache-2.0"]);
    assert_eq!(
        (code, report["edits"].as_array().map(Vec::len)),
        (Some(0), Some(0))
    );
}

#[test]
fn a_license_that_a_base_model_forbids_is_refused() {
    let folder = release("---\nbase_model: meta-llama/Llama-3.1-8B\n---\n");
    let (code, report) = fix(
        folder.path(),
        &["--license=MIT", "--copyright=2026 Lab", "--write"],
    );
    assert_eq!(code, Some(1));
    assert_eq!(report["written"], false);
    assert_eq!(report["refused"][0]["base"], "meta-llama/Llama-3.1-8B");
    assert!(
        report["may-carry"]
            .as_array()
            .is_some_and(|list| !list.is_empty())
    );
    assert_eq!(names(folder.path()), ["README.md", "config.json"]);
}

#[test]
fn no_fact_is_invented() {
    let folder = release(CARD);
    // Nobody said who holds the copyright that the license names.
    let (code, report) = fix(folder.path(), &["--license=MIT", "--write"]);
    assert_eq!(code, Some(0));
    assert_eq!(names(folder.path()), ["README.md", "config.json"]);
    assert!(
        report["left"][0]
            .as_str()
            .is_some_and(|line| line.contains("--copyright"))
    );
    // Nor which license it is.
    let (_, report) = fix(release(CARD).path(), &[]);
    assert_eq!(report["edits"].as_array().map(Vec::len), Some(0));
    assert!(
        report["left"][0]
            .as_str()
            .is_some_and(|line| line.contains("--license"))
    );
}

#[test]
fn a_file_that_is_there_is_not_replaced() {
    let folder = release(CARD);
    let own = "Terms of our own.\n";
    fs::write(folder.path().join("LICENSE.txt"), own).expect("written");
    let (code, report) = fix(folder.path(), &["--license=Apache-2.0", "--write"]);
    assert_eq!(code, Some(0));
    assert!(report["left"].to_string().contains("LICENSE"));
    assert!(!folder.path().join("LICENSE").exists());
    assert_eq!(
        fs::read_to_string(folder.path().join("LICENSE.txt")).expect("read"),
        own
    );
}

#[cfg(unix)]
#[test]
fn files_that_lie_elsewhere_are_not_touched() {
    let elsewhere = release(CARD);
    let folder = tempfile::tempdir().expect("a folder");
    let card = elsewhere.path().join("README.md");
    std::os::unix::fs::symlink(&card, folder.path().join("README.md")).expect("linked");
    let (code, _) = fix(folder.path(), &["--license=Apache-2.0", "--write"]);
    assert_eq!(code, Some(2));
    assert_eq!(fs::read_to_string(card).expect("read"), CARD);
    assert_eq!(names(folder.path()), ["README.md"]);
}
