//! Rules of the house that no compiler checks.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

/// The longest source file, in lines: one idea each.
const LONGEST: usize = 900;

pub(crate) fn run() -> Result<()> {
    let root = super::root();
    let mut wrong = Vec::new();
    for folder in ["crates", "xtask", "fuzz"] {
        for path in files(&root.join(folder)) {
            if path.extension().is_some_and(|extension| extension == "rs") {
                source(&root, &path, &mut wrong)?;
            }
        }
    }
    for folder in ["knowledge", "docs", "examples"] {
        for path in files(&root.join(folder)) {
            text(&root, &path, &mut wrong)?;
        }
    }
    super::knowledge::check(&root, &mut wrong)?;
    hosts(&root, &mut wrong)?;
    manifest(&root, &mut wrong)?;
    architecture(&root, &mut wrong)?;
    if wrong.is_empty() {
        return Ok(());
    }
    for line in &wrong {
        println!("tidy: {line}");
    }
    bail!("{} things to tidy", wrong.len())
}

pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else {
        return found;
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        if path.is_dir() {
            if !matches!(name, "target" | "corpus" | "artifacts" | "coverage") {
                found.extend(files(&path));
            }
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}

pub(crate) fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Every source file says what it is for, is of a length that can be read, and hides no leftovers.
fn source(root: &Path, path: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let text = fs::read_to_string(path)?;
    let name = shown(root, path);
    let in_tests = name.contains("/tests/") || name.ends_with("tests.rs");
    let in_tests = in_tests || name.starts_with("fuzz/");
    let first = text
        .lines()
        .find(|line| !line.starts_with("#![") && !line.is_empty());
    if !first.is_some_and(|line| line.starts_with("//!"))
        && !in_tests
        && !name.contains("/fuzz_targets/")
        // It is included into other files, where `//!` has no place.
        && !name.ends_with("/normalize.rs")
    {
        wrong.push(format!("{name}: does not say what it is for (`//!`)"));
    }
    let lines = text.lines().count();
    if lines > LONGEST {
        wrong.push(format!("{name}: {lines} lines are more than {LONGEST}"));
    }
    for (index, line) in text.lines().enumerate() {
        let at = format!("{name}:{}", index + 1);
        if line.ends_with(' ') || line.ends_with('\t') {
            wrong.push(format!("{at}: ends in white space"));
        }
        // Spelled in two parts, so that this file does not find itself.
        for mark in [
            concat!("FIX", "ME"),
            concat!("XX", "X"),
            concat!("todo", "!("),
            concat!("dbg", "!("),
        ] {
            if line.contains(mark) {
                wrong.push(format!("{at}: holds `{mark}`"));
            }
        }
    }
    Ok(())
}

fn text(root: &Path, path: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let extension = path
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default();
    if !matches!(extension, "toml" | "md") {
        return Ok(());
    }
    let text = fs::read_to_string(path)?;
    let name = shown(root, path);
    if extension == "toml" && toml::from_str::<toml::Table>(&text).is_err() {
        wrong.push(format!("{name}: is no TOML"));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        wrong.push(format!("{name}: does not end in a line break"));
    }
    for (index, line) in text.lines().enumerate() {
        if line.ends_with(' ') && !line.ends_with("  ") {
            wrong.push(format!("{name}:{}: ends in white space", index + 1));
        }
    }
    Ok(())
}

/// Every dependency of the workspace says why it is there.
fn manifest(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if inside && line.contains('=') && !line.starts_with('#') {
            let own = line.starts_with("overt-");
            if !own && !line.contains(" # ") {
                wrong.push(format!(
                    "Cargo.toml:{}: a dependency without a reason",
                    index + 1
                ));
            }
        }
    }
    Ok(())
}

/// The map names every room.
fn architecture(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let map = fs::read_to_string(root.join("ARCHITECTURE.md"))?;
    for entry in fs::read_dir(root.join("crates"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.ends_with(".md") && !map.contains(&format!("`{name}`")) {
            wrong.push(format!("ARCHITECTURE.md: does not name `{name}`"));
        }
    }
    Ok(())
}

/// No file of ours depends on where packages are fetched from. Facts about links on cards may name
/// such places.
fn hosts(root: &Path, wrong: &mut Vec<String>) -> Result<()> {
    let mut paths: Vec<PathBuf> = ["crates", "xtask", "docs", "examples", ".cargo", ".ci"]
        .iter()
        .flat_map(|folder| files(&root.join(folder)))
        .collect();
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        if path.is_file() && path.file_name().is_none_or(|name| name != "Cargo.lock") {
            paths.push(path);
        }
    }
    paths.sort();
    for path in paths {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        // Spelled in two parts, so that this file does not find itself.
        for host in [
            concat!("crates", ".io"),
            concat!("pypi", ".org"),
            concat!("pythonhosted", ".org"),
            concat!("npmjs", ".org"),
            concat!("npmjs", ".com"),
            concat!("proxy.golang", ".org"),
        ] {
            if text.contains(host) {
                wrong.push(format!("{}: names the host {host}", shown(root, &path)));
            }
        }
    }
    Ok(())
}
