//! Model cards, dataset cards and READMEs.
//!
//! A card is Markdown that may begin with YAML front matter (the Hugging Face card specification:
//! <https://github.com/huggingface/hub-docs/blob/main/modelcard.md>, `datasetcard.md`). All lines
//! are counted in the whole file, from 1.

mod front_matter;
mod html;
mod link;
mod markdown;
mod section;
mod statement;
mod wording;

use overt_core::{Problem, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Field, FieldName};

pub use link::{Link, LinkKind};
pub use section::{Section, SectionKind};
pub use statement::CardStatement;

/// What sort of card it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum CardKind {
    /// A model card: its front matter or its sections describe a model.
    Model,
    /// A dataset card.
    Dataset,
    /// Any other README.
    Readme,
}

/// A card, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Card {
    /// What sort of card it is.
    pub kind: CardKind,
    /// The fields of the front matter, in file order; nested keys are joined by dots, lists give
    /// one field per element.
    pub fields: Vec<Field>,
    /// The lines of the front matter, its dashes included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub front_matter: Option<Span>,
    /// The sections, in file order.
    pub sections: Vec<Section>,
    /// The links, in file order.
    pub links: Vec<Link>,
    /// What it says of components: withholdings, gates.
    pub statements: Vec<CardStatement>,
}

impl Card {
    /// The first field of this meaning.
    pub fn first(&self, name: FieldName) -> Option<&Field> {
        crate::field::first(&self.fields, name)
    }

    /// Every field of this meaning.
    pub fn all(&self, name: FieldName) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(move |field| field.name == name)
    }

    /// The first field whose key is exactly this.
    pub fn field(&self, key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key == key)
    }

    /// The sections of this kind.
    pub fn sections_of(&self, kind: SectionKind) -> impl Iterator<Item = &Section> {
        self.sections
            .iter()
            .filter(move |section| section.kinds.contains(&kind))
    }
}

/// Reads a card. A card without front matter is a card.
pub fn read(bytes: &[u8]) -> (Card, Vec<Problem>) {
    let (bytes, too_large) = cap(bytes);
    let (text, mut problems) = crate::bytes::text(bytes);
    problems.extend(too_large);
    let split = front_matter::split(&text);
    let mut fields = Vec::new();
    let mut front_matter = None;
    match &split.front_matter {
        front_matter::Found::Complete(yaml) => {
            front_matter = Some(Span::Lines(1, yaml.last_line));
            let (read, found) = front_matter::read(yaml);
            fields = read;
            problems.extend(found);
        }
        front_matter::Found::Unclosed(problem) => problems.push(problem.clone()),
        front_matter::Found::None => {}
    }
    let body = markdown::read(split.body, split.body_line);
    let statements = statement::find(&body.passages, &fields);
    let kind = kind_of(&fields, &body.sections);
    let card = Card {
        kind,
        fields,
        front_matter,
        sections: body.sections,
        links: body.links,
        statements,
    };
    (card, problems)
}

/// Cards are read up to 8 MiB.
fn cap(bytes: &[u8]) -> (&[u8], Option<Problem>) {
    const LARGEST: usize = 8 << 20;
    match bytes.get(..LARGEST) {
        Some(beginning) if bytes.len() > LARGEST => {
            let problem = Problem::new(
                overt_core::ProblemKind::TooLarge,
                format!(
                    "the card has {} bytes; only the first {LARGEST} were read",
                    bytes.len()
                ),
            );
            (beginning, Some(problem))
        }
        _ => (bytes, None),
    }
}

/// Fields that only dataset cards have, and those that only model cards have.
fn kind_of(fields: &[Field], sections: &[Section]) -> CardKind {
    const OF_DATASETS: [&str; 9] = [
        "task_categories",
        "task_ids",
        "size_categories",
        "annotations_creators",
        "language_creators",
        "source_datasets",
        "dataset_info",
        "configs",
        "multilinguality",
    ];
    const OF_MODELS: [&str; 8] = [
        "base_model",
        "pipeline_tag",
        "library_name",
        "model-index",
        "base_model_relation",
        "model_name",
        "inference",
        "co2_eq_emissions",
    ];
    let has = |keys: &[&str]| {
        fields.iter().any(|field| {
            let root = field.key.split(['.', '[']).next().unwrap_or_default();
            keys.contains(&root)
        })
    };
    let dataset_section =
        |section: &Section| section.kinds.contains(&SectionKind::DatasetStructure);
    if has(&OF_DATASETS) && !has(&OF_MODELS) {
        return CardKind::Dataset;
    }
    if !fields.is_empty() {
        return CardKind::Model;
    }
    if sections.iter().any(dataset_section) {
        return CardKind::Dataset;
    }
    let model_card = |section: &Section| {
        let title = section.title.to_lowercase();
        section.kinds.contains(&SectionKind::ModelDetails)
            && (title.contains("model card") || title.contains("model details"))
    };
    if sections.iter().any(model_card) {
        CardKind::Model
    } else {
        CardKind::Readme
    }
}

#[cfg(test)]
mod tests;
