//! Embeds `knowledge/`: every TOML file as compact JSON, every Markdown file as text, in path order,
//! and the table of license aliases. The folder is the registration: nothing is listed by hand.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let root = manifest.join("../../knowledge");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = BTreeMap::new();
    collect(&root, &root, &mut files)?;

    let mut code = String::from("static ENTRIES: &[Entry] = &[\n");
    let mut aliases: Vec<(String, &str, String)> = Vec::new();
    for (path, text) in &files {
        let text = if path.ends_with(".toml") {
            let value: toml::Value =
                toml::from_str(text).map_err(|error| format!("knowledge/{path}: {error}"))?;
            let value = serde_json::to_value(value)?;
            if path.starts_with("licenses/") {
                license_aliases(&value, &mut aliases);
            }
            serde_json::to_string(&value)?
        } else {
            text.clone()
        };
        writeln!(code, "    Entry {{ path: {path:?}, text: {text:?} }},")?;
    }
    code.push_str("];\n\nstatic ALIASES: &[Alias] = &[\n");
    aliases.sort();
    aliases.dedup();
    for (key, kind, id) in &aliases {
        writeln!(
            code,
            "    Alias {{ key: {key:?}, kind: AliasKind::{kind}, license: {id:?} }},"
        )?;
    }
    code.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR")?).join("knowledge.rs");
    fs::write(out, code)?;
    Ok(())
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let inside = path
            .strip_prefix(root)?
            .to_string_lossy()
            .replace('\\', "/");
        if path.is_dir() {
            if inside != "schema" {
                collect(root, &path, files)?;
            }
        } else if inside.ends_with(".toml") || (inside.ends_with(".md") && inside.contains('/')) {
            let text = fs::read_to_string(&path)
                .map_err(|error| format!("knowledge/{inside}: {error}"))?;
            files.insert(inside, text);
        }
    }
    Ok(())
}

/// Every name under which a license's file lists it, in the normal form of `normalize` in `lib.rs`.
fn license_aliases(facts: &serde_json::Value, aliases: &mut Vec<(String, &'static str, String)>) {
    let Some(id) = facts.get("id").and_then(serde_json::Value::as_str) else {
        return;
    };
    let mut add = |key: &str, kind| aliases.push((normalize(key), kind, id.to_owned()));
    add(id, "Id");
    if let Some(name) = facts.get("name").and_then(serde_json::Value::as_str) {
        add(name, "Name");
    }
    for (field, kind) in [
        ("hugging-face", "HuggingFace"),
        ("scancode", "Scancode"),
        ("spdx", "Spdx"),
        ("names", "Name"),
        ("urls", "Url"),
    ] {
        let listed = facts.get("aliases").and_then(|all| all.get(field));
        for key in listed
            .and_then(serde_json::Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(key) = key.as_str() {
                add(key, kind);
            }
        }
    }
}

include!("src/normalize.rs");
