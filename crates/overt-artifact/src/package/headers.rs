//! `PKG-INFO` and `METADATA`: header lines as in mail (PEP 241 to PEP 639).

use super::Found;
use crate::FieldName;

pub(super) fn read(text: &str, found: &mut Found) {
    let mut at = 0_usize;
    let mut open: Option<(FieldName, String, String, std::ops::Range<usize>)> = None;
    for line in text.split_inclusive('\n') {
        let start = at;
        at = at.saturating_add(line.len());
        let content = line.trim_end_matches(['\n', '\r']);
        if content.is_empty() {
            // The description follows.
            break;
        }
        if content.starts_with([' ', '\t']) {
            if let Some((_, _, value, bytes)) = &mut open {
                // Continuations begin with spaces or, in older files, with a bar.
                let more = content.trim_start();
                value.push('\n');
                value.push_str(more.strip_prefix('|').unwrap_or(more));
                bytes.end = at;
            }
            continue;
        }
        if let Some((name, key, value, bytes)) = open.take() {
            found.add(name, &key, &value, &bytes);
        }
        let Some((key, value)) = content.split_once(':') else {
            continue;
        };
        open = meaning(key, value)
            .map(|name| (name, key.to_owned(), value.trim().to_owned(), start..at));
    }
    if let Some((name, key, value, bytes)) = open {
        found.add(name, &key, &value, &bytes);
    }
}

fn meaning(key: &str, value: &str) -> Option<FieldName> {
    Some(match key.to_ascii_lowercase().as_str() {
        "license" | "license-expression" => FieldName::License,
        "license-file" => FieldName::LicenseLink,
        "classifier" if value.trim_start().starts_with("License ::") => FieldName::License,
        "name" => FieldName::ModelName,
        "version" => FieldName::Version,
        "author" | "author-email" => FieldName::Author,
        "home-page" | "project-url" => FieldName::Url,
        "keywords" => FieldName::Tag,
        _ => return None,
    })
}
