//! Which license a text is, exactly or nearly, where, and what was changed in it.

mod result;

use std::collections::HashMap;
use std::sync::OnceLock;

use overt_core::Expression;

pub use result::{
    ClauseHit, Identification, LicenseMatch, MODIFIED_PREFIX, MatchKind, Modification, Passage,
    TextNature, UNKNOWN_LICENSE, UnknownText,
};

/// Identifies the licenses in any file: license text, notice, README, source, metadata, notebook.
pub fn identify(bytes: &[u8]) -> Identification {
    identify_named("", bytes)
}

/// The same, with the file's name, which may guide decoding but never the verdict.
pub fn identify_named(_file_name: &str, bytes: &[u8]) -> Identification {
    let text = String::from_utf8_lossy(bytes);
    let mut result = Identification::nothing();
    let words = words(&text);
    let known = canonical();
    if let Some(id) = known.get(&words) {
        let lines = u32::try_from(text.lines().count()).unwrap_or(u32::MAX).max(1);
        let license = Expression::license(*id);
        result.expression = Some(license.clone());
        result.nature = TextNature::LicenseText;
        result.matches.push(LicenseMatch {
            license,
            how: MatchKind::Exact,
            confidence: 1.0,
            lines: (1, lines),
            bytes: (0, bytes.len() as u64),
            coverage: 1.0,
            modified: None,
        });
    }
    result
}

/// The words of a text in lower case, without copyright lines, as one string.
fn words(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().to_lowercase().starts_with("copyright"))
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

fn canonical() -> &'static HashMap<String, &'static str> {
    static TEXTS: OnceLock<HashMap<String, &'static str>> = OnceLock::new();
    TEXTS.get_or_init(|| {
        let mut texts = HashMap::new();
        for (id, text) in spdx::text::LICENSE_TEXTS {
            texts.entry(words(text)).or_insert(*id);
        }
        texts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standard_text_is_found_and_other_text_is_not() {
        let found = identify(spdx::license_id("MIT").expect("an SPDX id").text().as_bytes());
        assert_eq!(found.expression, Some(Expression::license("MIT")));
        assert_eq!(identify(b"Hello, world"), Identification::nothing());
    }
}
