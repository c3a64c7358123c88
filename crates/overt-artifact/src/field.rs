//! One thing that a file says, where, and under which name.

use overt_core::Span;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a field means, whatever the file calls it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum FieldName {
    /// A license: a tag, an expression, a name or a text.
    License,
    /// The name of a license that has no tag.
    LicenseName,
    /// Where the license's text is: a link, or a file beside this one.
    LicenseLink,
    /// What the model was built from.
    BaseModel,
    /// How it was built from it.
    BaseModelRelation,
    /// A dataset it was trained or evaluated on.
    Dataset,
    /// A person who made it.
    Author,
    /// An organization that made it.
    Organization,
    /// What it is called.
    ModelName,
    /// Its version.
    Version,
    /// A human language it is for.
    Language,
    /// A free tag.
    Tag,
    /// The task it is for.
    PipelineTag,
    /// The library it is for.
    LibraryName,
    /// A link that is none of the others.
    Url,
    /// A digital object identifier.
    Doi,
    /// The network's architecture.
    Architecture,
    /// How its weights are quantized.
    Quantization,
    /// What its training cost: compute, energy, emissions.
    TrainingCompute,
    /// A date.
    Date,
    /// Anything else; the key says what.
    Other,
}

/// One thing that a file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Field {
    /// What it means.
    pub name: FieldName,
    /// The key as written, for example `general.license`.
    pub key: String,
    /// The value; one field per element where the file gives a list.
    pub value: String,
    /// Its lines (texts) or bytes (binary files).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

impl Field {
    /// A field at a place.
    pub fn new(
        name: FieldName,
        key: impl Into<String>,
        value: impl Into<String>,
        span: Option<Span>,
    ) -> Self {
        Self {
            name,
            key: key.into(),
            value: value.into(),
            span,
        }
    }
}

/// The first value of this meaning.
pub(crate) fn first(fields: &[Field], name: FieldName) -> Option<&Field> {
    fields.iter().find(|field| field.name == name)
}
