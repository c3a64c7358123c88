//! `pyproject.toml`, `setup.cfg`, `setup.py`.

use super::Found;
use crate::FieldName;
use crate::document::{Node, Value};

pub(super) fn pyproject(root: &Node, found: &mut Found) {
    if let Some(project) = root.get("project") {
        match project.get("license") {
            Some(license) if matches!(license.value, Value::Map(_)) => {
                let (text, file) = (license.get("text"), license.get("file"));
                found.add_node(FieldName::License, "project.license.text", text);
                found.add_node(FieldName::LicenseLink, "project.license.file", file);
            }
            license => found.add_node(FieldName::License, "project.license", license),
        }
        let files = project.get("license-files");
        let nested = files.and_then(|files| files.get("paths").or_else(|| files.get("globs")));
        found.add_node(
            FieldName::LicenseLink,
            "project.license-files",
            nested.or(files),
        );
        classifiers(project.get("classifiers"), "project.classifiers", found);
        found.add_node(FieldName::ModelName, "project.name", project.get("name"));
        found.add_node(
            FieldName::Version,
            "project.version",
            project.get("version"),
        );
        for person in project
            .get("authors")
            .map(Node::elements)
            .unwrap_or_default()
        {
            found.add_node(FieldName::Author, "project.authors", person.get("name"));
        }
        for (key, address) in project.get("urls").map(Node::entries).unwrap_or_default() {
            let key = format!("project.urls.{}", key.text);
            found.add_node(FieldName::Url, &key, Some(address));
        }
    }
    for tool in ["poetry", "flit", "pdm"] {
        let Some(table) = root.at(&["tool", tool]) else {
            continue;
        };
        let table = table.get("metadata").unwrap_or(table);
        let license = table.get("license").filter(|node| node.scalar().is_some());
        found.add_node(FieldName::License, &format!("tool.{tool}.license"), license);
        let key = format!("tool.{tool}.classifiers");
        classifiers(table.get("classifiers"), &key, found);
    }
}

fn classifiers(list: Option<&Node>, key: &str, found: &mut Found) {
    for (text, bytes) in list.map(Node::scalars).unwrap_or_default() {
        if text.trim_start().starts_with("License ::") {
            found.add(FieldName::License, key, text, &bytes);
        }
    }
}

/// An INI file; values go on over indented lines.
pub(super) fn setup_cfg(text: &str, found: &mut Found) {
    let mut at = 0_usize;
    let mut section = String::new();
    let mut key = String::new();
    for line in text.split_inclusive('\n') {
        let bytes = at..at.saturating_add(line.len());
        at = bytes.end;
        let content = line.trim();
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        let value = if line.starts_with([' ', '\t']) {
            content
        } else if let Some(name) = content.strip_prefix('[').and_then(|c| c.strip_suffix(']')) {
            name.clone_into(&mut section);
            key.clear();
            continue;
        } else if let Some((name, value)) = content.split_once(['=', ':']) {
            key = name.trim().to_ascii_lowercase().replace('-', "_");
            value.trim()
        } else {
            continue;
        };
        if section != "metadata" {
            continue;
        }
        let name = match key.as_str() {
            "license" | "license_expression" | "licence" => FieldName::License,
            "license_file" | "license_files" => FieldName::LicenseLink,
            "classifiers" | "classifier" if value.starts_with("License ::") => FieldName::License,
            "name" => FieldName::ModelName,
            "version" => FieldName::Version,
            "author" => FieldName::Author,
            "url" | "home_page" => FieldName::Url,
            _ => continue,
        };
        found.add(name, &format!("metadata.{key}"), value, &bytes);
    }
}

/// Literal `license="…"` arguments and license classifiers; comments are passed over.
pub(super) fn setup_py(text: &str, found: &mut Found) {
    let mut at = 0_usize;
    for line in text.split_inclusive('\n') {
        let bytes = at..at.saturating_add(line.len());
        at = bytes.end;
        let code = line.trim_start();
        if code.starts_with('#') {
            continue;
        }
        for (argument, name) in [
            ("license", FieldName::License),
            ("license_expression", FieldName::License),
            ("license_files", FieldName::LicenseLink),
        ] {
            if let Some(value) = argument_literal(code, argument) {
                found.add(name, argument, value, &bytes);
            }
        }
        for literal in literals(code) {
            if literal.starts_with("License ::") {
                found.add(FieldName::License, "classifiers", literal, &bytes);
            }
        }
    }
}

/// The text literal in `argument = "…"`, where the name stands alone.
fn argument_literal<'t>(code: &'t str, argument: &str) -> Option<&'t str> {
    for (start, _) in code.match_indices(argument) {
        let before = code.get(..start)?.chars().next_back();
        let rest = code.get(start.saturating_add(argument.len())..)?;
        // `"license": "MIT"` in a table of arguments counts as well.
        let quoted = before.is_some_and(|c| matches!(c, '"' | '\''));
        let rest = if quoted {
            rest.get(1..)?.trim_start().strip_prefix(':')
        } else if before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '.')) {
            rest.trim_start().strip_prefix('=')
        } else {
            None
        };
        let Some(rest) = rest.filter(|rest| !rest.starts_with('=')) else {
            continue;
        };
        let rest = rest.trim_start().trim_start_matches(['[', '(']);
        if rest.starts_with(['"', '\'']) {
            return literals(rest).into_iter().next();
        }
    }
    None
}

/// The text literals of one line.
fn literals(code: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = code;
    while let Some(start) = rest.find(['"', '\'']) {
        let Some(quote) = rest.get(start..).and_then(|from| from.chars().next()) else {
            break;
        };
        // Comments end the line's code.
        if rest.get(..start).is_some_and(|before| before.contains('#')) {
            break;
        }
        let inside = rest.get(start.saturating_add(1)..).unwrap_or_default();
        let Some(end) = inside.find(quote) else { break };
        found.extend(inside.get(..end));
        rest = inside.get(end.saturating_add(1)..).unwrap_or_default();
    }
    found
}
