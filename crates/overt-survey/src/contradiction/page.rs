//! The pages of `knowledge/findings/`: one finding, one page.

use overt_core::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The page of one finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FindingPage {
    /// The short code, never reused.
    pub code: String,
    /// The stable kebab-case id.
    pub id: String,
    /// How much it matters.
    pub severity: Severity,
    /// The finding in a few words.
    pub title: String,
    /// The version that brought it.
    pub since: String,
    /// What it means, why it matters, how to mend it: Markdown.
    #[serde(default)]
    pub body: String,
}

/// Every finding's page, by code.
pub fn findings() -> Vec<FindingPage> {
    let entries = overt_knowledge::under("findings/").iter();
    entries.filter_map(|entry| parse(entry.text).ok()).collect()
}

/// The page with this code or id, whatever its case.
pub fn finding(code_or_id: &str) -> Option<FindingPage> {
    findings().into_iter().find(|page| {
        page.code.eq_ignore_ascii_case(code_or_id) || page.id.eq_ignore_ascii_case(code_or_id)
    })
}

fn parse(text: &str) -> Result<FindingPage, String> {
    let rest = text
        .strip_prefix("+++\n")
        .ok_or("does not begin with `+++`")?;
    let (head, body) = rest
        .split_once("\n+++\n")
        .ok_or("the front matter has no end")?;
    let mut page: FindingPage = toml::from_str(head).map_err(|error| error.to_string())?;
    body.trim().clone_into(&mut page.body);
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_parses_and_is_named_by_its_code() {
        for entry in overt_knowledge::under("findings/") {
            let page = parse(entry.text).unwrap_or_else(|error| panic!("{}: {error}", entry.path));
            assert_eq!(entry.path, format!("findings/{}.md", page.code));
            for heading in ["## What it means", "## Why it matters", "## How to mend it"] {
                assert!(
                    page.body.contains(heading),
                    "{} lacks `{heading}`",
                    entry.path
                );
            }
        }
    }
}
