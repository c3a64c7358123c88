//! What an identification says.

use overt_core::{Expression, LicenseId, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which licenses a file holds, where, and what in it is no known license.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Identification {
    /// What the file as a whole says, as an SPDX expression; absent if no license was recognized.
    ///
    /// Matches are joined with `AND`, in the order in which they stand. Two references of ours may
    /// occur in it:
    /// - `LicenseRef-modified-<id>` ([`MODIFIED_PREFIX`]): the text of `<id>` with words added,
    ///   removed or changed that the SPDX matching guidelines do not let pass. It is *not* `<id>`:
    ///   treat it as unrecognized terms whose nearest relative is `<id>`.
    /// - `LicenseRef-unknown` ([`UNKNOWN_LICENSE`]): beside what was recognized there stand license
    ///   terms that were not.
    ///
    /// If nothing but unknown terms was found, the expression is absent and
    /// [`Identification::unknown`] is not empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<Expression>,
    /// Every license that was recognized, in the order of places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matches: Vec<LicenseMatch>,
    /// Every passage that reads like license terms but is no license that we know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<UnknownText>,
    /// Sentences right before or behind a license's text that no license explains, in a file that is
    /// for the most part this text; at most 8.
    ///
    /// They do not read like terms, so that the license keeps its name and the expression says nothing
    /// of them; but who added them may have meant them as terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<Passage>,
    /// What sort of text the file is.
    pub nature: TextNature,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// What a modified license is called: this prefix and the id of the license that was modified.
pub const MODIFIED_PREFIX: &str = "LicenseRef-modified-";

/// What unrecognized license terms are called beside recognized ones.
pub const UNKNOWN_LICENSE: &str = "LicenseRef-unknown";

impl Identification {
    /// A file without anything to say.
    pub(crate) fn nothing() -> Self {
        Self {
            expression: None,
            matches: Vec::new(),
            unknown: Vec::new(),
            beside: Vec::new(),
            nature: TextNature::None,
            problems: Vec::new(),
        }
    }

    /// Whether any part of the text is a known license with changes, or unknown terms.
    pub fn has_unrecognized_terms(&self) -> bool {
        !self.unknown.is_empty() || self.matches.iter().any(|found| found.modified.is_some())
    }
}

/// One license at one place of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LicenseMatch {
    /// The license; for a modified text `LicenseRef-modified-<id>`.
    pub license: Expression,
    /// How it was recognized.
    pub how: MatchKind,
    /// How sure the way of recognizing is, from 0 to 1: the share of matches recognized so that are
    /// right on labelled files; for a modified text, of which no labels tell, 0.5.
    pub confidence: f32,
    /// The first and the last line, from 1.
    pub lines: (u32, u32),
    /// The bytes of the file, from 0, the end excluded. Of a file that had to be decoded
    /// (UTF-16, PDF, notebooks) they count in the decoded text.
    pub bytes: (u64, u64),
    /// The share of the canonical words that stand here, from 0 to 1.
    pub coverage: f32,
    /// What was changed, if the text is not the license's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<Modification>,
}

/// How a license was recognized.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "match")]
pub enum MatchKind {
    /// The whole file is the license's text, word for word.
    Exact,
    /// The license's text, word for word, among other text.
    Normalized,
    /// The license's text with differences.
    Near {
        /// The share of the canonical words that stand here, from 0 to 1.
        coverage: f32,
    },
    /// A notice that puts the file under the license.
    Header,
    /// A name, link or sentence that points at the license.
    Mention,
    /// An `SPDX-License-Identifier` or a field of metadata.
    Tag,
}

impl MatchKind {
    /// The word that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Normalized => "normalized",
            Self::Near { .. } => "near",
            Self::Header => "header",
            Self::Mention => "mention",
            Self::Tag => "tag",
        }
    }
}

/// How a text differs from the license that it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Modification {
    /// The license whose text it was.
    pub of: LicenseId,
    /// How many words stand here that its text does not have.
    pub added_words: u32,
    /// How many of its words are missing here.
    pub removed_words: u32,
    /// The places, in order, the longest list cut to 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passages: Vec<Passage>,
}

/// One difference from a canonical text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Passage {
    /// The lines of the file; for words that are missing, the line where they should stand.
    pub lines: (u32, u32),
    /// The file's words, cut to 60 words; empty if words are missing.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub here: String,
    /// How many words of the file.
    pub here_words: u32,
    /// The canonical words, cut to 60 words, where the text is at hand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub canonical: String,
    /// How many canonical words.
    pub canonical_words: u32,
}

/// License terms that are no license that we know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct UnknownText {
    /// The first and the last line, from 1.
    pub lines: (u32, u32),
    /// The bytes, as in [`LicenseMatch::bytes`].
    pub bytes: (u64, u64),
    /// The known license that shares the most with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nearest: Option<LicenseId>,
    /// How much it shares with the nearest, from 0 to 1.
    pub similarity: f32,
    /// Where it differs from the nearest, the longest list cut to 64.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub differs: Vec<Passage>,
    /// The clauses that could be recognized in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<ClauseHit>,
}

/// A clause that its wording gives away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct ClauseHit {
    /// `restriction`, `condition`, `grant` or `risk`.
    pub group: String,
    /// The kind's word in the controlled vocabulary, for example `noncommercial`.
    pub kind: String,
    /// The first and the last line, from 1.
    pub lines: (u32, u32),
    /// What stands there, shortened.
    pub says: String,
}

/// What sort of text a file is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum TextNature {
    /// The text of one license, or terms that read like one.
    LicenseText,
    /// A policy of acceptable use that goes with a license.
    UsePolicy,
    /// A few words that name or link the license, which stands elsewhere.
    Pointer,
    /// A notice that puts something under a license.
    Notice,
    /// Several licenses, for example of bundled components.
    MultiLicense,
    /// Prose with or without mentions of licenses.
    Prose,
    /// Source code or data.
    Source,
    /// Nothing about licenses.
    None,
}
