//! Everything that one file says about itself, whatever sort of file it is.

use overt_core::{Budget, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::card::Card;
use crate::family::{Recognition, recognize, recognize_shard};
use crate::fingerprint::Fingerprint;
use crate::package::PackageFile;
use crate::shards::ShardName;
use crate::{Field, Format, Inspection, ReadAt, card, config, package};

/// What one file says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Examined {
    /// The header of a weight file or tokenizer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspection: Option<Inspection>,
    /// A card.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<Card>,
    /// The fields of a configuration or of package metadata.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// Which architecture and family it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recognition: Option<Recognition>,
    /// Its identities, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<Fingerprint>,
    /// What could not be read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// Examines one file by its name and first bytes: a card, a configuration, package metadata or a
/// weight file. Of weight files only the header is read.
pub fn examine_bytes(source: &dyn ReadAt, file_name: &str) -> Examined {
    let mut examined = Examined::default();
    let lower = file_name.to_ascii_lowercase();
    let is_text = [".md", ".markdown", ".mdx", ".rst", ".txt"]
        .iter()
        .any(|extension| lower.ends_with(extension))
        || lower == "readme";
    let is_config = config::is_config(file_name);
    if is_text || is_config || PackageFile::of(file_name).is_some() {
        let bytes = match crate::bytes::read_whole(source, &Budget::TEXT) {
            Ok(bytes) => bytes,
            Err(problem) => {
                examined.problems.push(problem);
                return examined;
            }
        };
        if is_text {
            let (card, problems) = card::read(&bytes);
            examined.card = Some(card);
            examined.problems = problems;
        } else if is_config {
            let (config, problems) = config::read(&bytes);
            examined.recognition = Some(recognize(None, Some(&config)));
            examined.fields = config.fields;
            examined.problems = problems;
        } else {
            (examined.fields, examined.problems) = package::read(file_name, &bytes);
        }
        return examined;
    }
    let (inspection, problems) = crate::inspect(source, file_name, Budget::HEADER);
    examined.problems = problems;
    if let Some(mut inspection) = inspection {
        if inspection.quantization.is_none() {
            let method = crate::family::quantization_method(&inspection.tensor_list);
            inspection.quantization = method.map(str::to_owned);
        }
        let is_model = !matches!(
            inspection.format,
            Format::TokenizerJson | Format::Sentencepiece | Format::Zip
        );
        if is_model {
            let is_shard = ShardName::parse(file_name).is_some_and(|name| name.count > 1);
            let found = if is_shard {
                recognize_shard(&inspection)
            } else {
                recognize(Some(&inspection), None)
            };
            examined.recognition = (found != Recognition::default()).then_some(found);
        }
        examined.inspection = Some(inspection);
    }
    examined
}
