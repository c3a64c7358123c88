//! Links, sorted by what they point to.

use overt_core::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wording;

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
    let known =
        wording::link_by_url(&lower).or_else(|| wording::link_by_words(&text.to_lowercase()));
    if let Some(kind) = known {
        return kind;
    }
    let local = !lower.contains("://") && !lower.starts_with("//") && !lower.starts_with("www.");
    if local {
        LinkKind::File
    } else {
        LinkKind::Other
    }
}
