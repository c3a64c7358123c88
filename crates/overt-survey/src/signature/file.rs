//! The schema of `knowledge/components/<id>.toml`.

use overt_core::{ComponentKind, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How one component shows in files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ComponentFile {
    /// The component. The file is named by it.
    pub id: ComponentKind,
    /// Globs of paths that never are this component.
    #[serde(default)]
    pub not_paths: Vec<String>,
    /// The ways in which it shows; the first that matches a file names its role.
    #[serde(rename = "signature")]
    pub signatures: Vec<Signature>,
}

/// One way in which a component shows. Every condition that is given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signature {
    /// What the file is, in the words of a report.
    pub role: String,
    /// Globs of paths, case-insensitive.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Globs of paths that do not count for this signature.
    #[serde(default)]
    pub not_paths: Vec<String>,
    /// Words of which one must stand near the beginning of the file (the first 256 KiB).
    #[serde(default)]
    pub contains: Vec<String>,
    /// Ids of file formats (`overt_artifact::Format`), as detected from the file's own bytes.
    #[serde(default)]
    pub formats: Vec<String>,
    /// A field of the card's front matter that must be there; `*` for any field.
    #[serde(default)]
    pub card_field: Option<String>,
    /// A kind of section that a card or README must have.
    #[serde(default)]
    pub section: Option<String>,
    /// A kind of link that a card or README must have.
    #[serde(default)]
    pub link: Option<String>,
    /// Words of which one must stand in the link's text or address, in lower case.
    #[serde(default)]
    pub link_words: Vec<String>,
    /// Kinds of sections of which one must hold the link.
    #[serde(default)]
    pub in_sections: Vec<String>,
    /// A kind of card that the file must be.
    #[serde(default)]
    pub card: Option<String>,
    /// The kind of hub repository in which alone the signature counts.
    #[serde(default)]
    pub only_in: Option<OnlyIn>,
    /// How far a file of this signature shows the component to be released.
    #[serde(default = "released")]
    pub status: Status,
    /// Whether the file only goes with the component and does not show it by itself.
    #[serde(default)]
    pub supporting: bool,
}

/// The schema of `knowledge/attribution/not-the-release.toml`: where files belong to somebody else's
/// work, or to tests.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Elsewhere {
    /// Globs of paths, case-insensitive.
    pub paths: Vec<String>,
}

/// A kind of hub repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnlyIn {
    /// A dataset repository.
    Dataset,
}

fn released() -> Status {
    Status::Released
}
