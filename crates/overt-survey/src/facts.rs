//! What was gathered from one file: plain values, nothing decided yet.

use overt_artifact::Inspection;
use overt_artifact::safetensors::index::Index;
use overt_core::{ComponentKind, Evidence, LineageEdge, Problem, Span, Statement, Status};

use crate::claim::Claim;
use crate::manifest::Manifest;
use crate::signature::FileMatch;

/// A component that a card shows by a section, a link, a field or its kind.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CardMatch {
    /// The component.
    pub(crate) kind: ComponentKind,
    /// What it is.
    pub(crate) role: &'static str,
    /// How far it shows the component.
    pub(crate) status: Status,
    /// Where in the card.
    pub(crate) evidence: Evidence,
}

/// What a license file was found to hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LicenseFile {
    /// The ids of the licenses and policies in it.
    pub(crate) ids: Vec<String>,
    /// For a changed text: the license it was changed from, and what was changed.
    pub(crate) modified: Option<Modified>,
    /// Sentences beside the text that no license explains, with their lines.
    pub(crate) beside: Vec<(Span, String)>,
    /// The place of the text.
    pub(crate) evidence: Evidence,
}

/// A license text that was changed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Modified {
    /// The license that the text comes nearest to.
    pub(crate) nearest: String,
    /// What differs, in a few words.
    pub(crate) differs: String,
}

/// A sentence that puts components under the license in another file of the release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkedLicense {
    /// The path that the link gives.
    pub(crate) target: String,
    /// What the sentence is about.
    pub(crate) components: Vec<ComponentKind>,
    /// The sentence.
    pub(crate) evidence: Evidence,
}

/// What was gathered from one file.
#[derive(Clone, Debug, Default)]
pub(crate) struct FileFacts {
    /// The source's place in the release.
    pub(crate) source: usize,
    /// The path inside the source.
    pub(crate) path: String,
    /// The size in bytes; for a Git LFS pointer, of what it points at.
    pub(crate) bytes: u64,
    /// Whether the file is a Git LFS pointer: the content stands elsewhere.
    pub(crate) is_pointer: bool,
    /// The components that it shows as a file.
    pub(crate) matches: Vec<FileMatch>,
    /// The components that it shows as a card.
    pub(crate) card_matches: Vec<CardMatch>,
    /// What it claims of licenses.
    pub(crate) claims: Vec<Claim>,
    /// What it says the release was built from.
    pub(crate) lineage: Vec<LineageEdge>,
    /// What its prose says of components.
    pub(crate) statements: Vec<Statement>,
    /// What the license file holds.
    pub(crate) license_file: Option<LicenseFile>,
    /// The label of the source.
    pub(crate) label: String,
    /// The header of a weight file.
    pub(crate) weights: Option<Box<Inspection>>,
    /// The index of a sharded model.
    pub(crate) index: Option<Index>,
    /// Whether it is a weight file of which shards are missing.
    pub(crate) lacks_shards: bool,
    /// The text of cards, READMEs and notices, for what licenses require to be shown.
    pub(crate) prose: Option<String>,
    /// The `license_link` of a card, where it is a path.
    pub(crate) linked_path: Option<(String, Evidence)>,
    /// License files that its prose links to.
    pub(crate) linked_licenses: Vec<LinkedLicense>,
    /// Assertions, if the file is `overt.toml` at the root.
    pub(crate) manifest: Option<Manifest>,
    /// On which lines the manifest speaks of components, by their ids.
    pub(crate) manifest_lines: Vec<(String, u32)>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
    /// How many bytes of it were read.
    pub(crate) bytes_read: u64,
}
