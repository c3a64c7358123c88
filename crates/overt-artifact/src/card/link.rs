//! Links, sorted by what they point to.

use overt_core::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wording::{self, LinkRule};

/// What a link points to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// A research paper or technical report.
    Paper,
    /// Code.
    Code,
    /// A dataset.
    Dataset,
    /// Weights, or a model's page.
    Model,
    /// A license or use policy.
    License,
    /// A demonstration.
    Demo,
    /// Documentation, a blog, a project page.
    Page,
    /// A file or folder of the same release.
    File,
    /// A place in the same text.
    Anchor,
    /// Anything else.
    Other,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Link {
    /// Where it leads, as written.
    pub url: String,
    /// Its words.
    pub text: String,
    /// Its lines.
    pub span: Span,
    /// What it points to.
    pub kind: LinkKind,
}

/// What the link points to: by its words where they say so, else by its address. The rules are data
/// (`knowledge/wordings/links.toml`).
pub(super) fn kind_of(url: &str, text: &str) -> LinkKind {
    let lower = url.trim().to_lowercase();
    if lower.starts_with('#') {
        return LinkKind::Anchor;
    }
    if lower.starts_with("mailto:") {
        return LinkKind::Other;
    }
    let words = text.to_lowercase();
    let rules = &wording::get().links;
    let by = |pick: fn(&LinkRule) -> &[String], subject: &str| {
        rules
            .iter()
            .find(|rule| {
                pick(rule)
                    .iter()
                    .any(|part| subject.contains(part.as_str()))
            })
            .map(|rule| rule.kind)
    };
    if let Some(kind) = by(|rule| &rule.urls, &lower) {
        return kind;
    }
    let local = !lower.contains("://") && !lower.starts_with("//") && !lower.starts_with("www.");
    if let Some(kind) = by(|rule| &rule.words, &words) {
        return kind;
    }
    if local {
        LinkKind::File
    } else {
        LinkKind::Other
    }
}
