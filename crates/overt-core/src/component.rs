//! The parts of a release, named as in the Model Openness Framework (arXiv 2403.13784, section 4),
//! plus OSAID 1.0's data information.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Evidence, LicenseConclusion};

/// A part of an AI release.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// Code or configuration that defines the network.
    ModelArchitecture,
    /// The trained weights.
    FinalParameters,
    /// Checkpoints and optimizer states from before the end of training.
    IntermediateParameters,
    /// Code that trains, validates and tests the model.
    TrainingCode,
    /// Code that runs the model.
    InferenceCode,
    /// Code that evaluates the model.
    EvaluationCode,
    /// Code that collects, cleans, filters or tokenizes the training data.
    DataPreprocessingCode,
    /// Libraries and tools of the publisher's own that the code needs.
    SupportingLibraries,
    /// The training data.
    Datasets,
    /// The data of the evaluation.
    EvaluationData,
    /// Results of the evaluation.
    EvaluationResults,
    /// The model card.
    ModelCard,
    /// The data card or data sheet.
    DataCard,
    /// A technical report.
    TechnicalReport,
    /// A research paper.
    ResearchPaper,
    /// Examples of what the model produces.
    SampleOutputs,
    /// Metadata such as provenance, version or configuration of the training run.
    ModelMetadata,
    /// OSAID 1.0's data information: a description of all training data that lets a skilled person
    /// build a substantially equivalent system.
    DataInformation,
}

/// What sort of work a component is; it decides which licenses suit it (MOF section 4).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentType {
    /// Software.
    Code,
    /// Data, including parameters.
    Data,
    /// Documents.
    Document,
}

impl ComponentKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 18] = [
        Self::FinalParameters,
        Self::ModelArchitecture,
        Self::InferenceCode,
        Self::TrainingCode,
        Self::DataPreprocessingCode,
        Self::EvaluationCode,
        Self::SupportingLibraries,
        Self::Datasets,
        Self::DataInformation,
        Self::EvaluationData,
        Self::EvaluationResults,
        Self::ModelCard,
        Self::DataCard,
        Self::TechnicalReport,
        Self::ResearchPaper,
        Self::IntermediateParameters,
        Self::SampleOutputs,
        Self::ModelMetadata,
    ];

    /// The stable id, as in files and on the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::ModelArchitecture => "model-architecture",
            Self::FinalParameters => "final-parameters",
            Self::IntermediateParameters => "intermediate-parameters",
            Self::TrainingCode => "training-code",
            Self::InferenceCode => "inference-code",
            Self::EvaluationCode => "evaluation-code",
            Self::DataPreprocessingCode => "data-preprocessing-code",
            Self::SupportingLibraries => "supporting-libraries",
            Self::Datasets => "datasets",
            Self::EvaluationData => "evaluation-data",
            Self::EvaluationResults => "evaluation-results",
            Self::ModelCard => "model-card",
            Self::DataCard => "data-card",
            Self::TechnicalReport => "technical-report",
            Self::ResearchPaper => "research-paper",
            Self::SampleOutputs => "sample-outputs",
            Self::ModelMetadata => "model-metadata",
            Self::DataInformation => "data-information",
        }
    }

    /// The name that the Model Openness Framework gives it (or OSAID, for data information).
    pub fn name(self) -> &'static str {
        match self {
            Self::ModelArchitecture => "Model architecture",
            Self::FinalParameters => "Model parameters (Final)",
            Self::IntermediateParameters => "Model parameters (Intermediate)",
            Self::TrainingCode => "Training code",
            Self::InferenceCode => "Inference code",
            Self::EvaluationCode => "Evaluation code",
            Self::DataPreprocessingCode => "Data preprocessing code",
            Self::SupportingLibraries => "Supporting libraries and tools",
            Self::Datasets => "Datasets",
            Self::EvaluationData => "Evaluation data",
            Self::EvaluationResults => "Evaluation results",
            Self::ModelCard => "Model card",
            Self::DataCard => "Data card",
            Self::TechnicalReport => "Technical report",
            Self::ResearchPaper => "Research paper",
            Self::SampleOutputs => "Sample model outputs",
            Self::ModelMetadata => "Model metadata",
            Self::DataInformation => "Data information",
        }
    }

    /// What sort of work it is, as the Model Openness Tool types it.
    pub fn component_type(self) -> ComponentType {
        match self {
            Self::ModelArchitecture
            | Self::TrainingCode
            | Self::InferenceCode
            | Self::EvaluationCode
            | Self::DataPreprocessingCode
            | Self::SupportingLibraries => ComponentType::Code,
            Self::FinalParameters
            | Self::IntermediateParameters
            | Self::Datasets
            | Self::EvaluationData
            | Self::ModelMetadata => ComponentType::Data,
            Self::EvaluationResults
            | Self::ModelCard
            | Self::DataCard
            | Self::TechnicalReport
            | Self::ResearchPaper
            | Self::SampleOutputs
            | Self::DataInformation => ComponentType::Document,
        }
    }

    /// The kind with this [`ComponentKind::id`] or [`ComponentKind::name`].
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.id() == text || kind.name() == text)
    }
}

impl std::fmt::Display for ComponentKind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.id())
    }
}

/// Whether a component was released, as far as the evidence goes.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It is there.
    Released,
    /// Some of it is there.
    PartlyReleased,
    /// It is said to exist elsewhere, with a link.
    Referenced,
    /// The publisher says that it is not released.
    Withheld,
    /// The sources were read and it is not in them; it may still exist elsewhere.
    NotFound,
    /// The sources could not be read far enough to tell.
    Unknown,
}

impl Status {
    /// The words that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Released => "released",
            Self::PartlyReleased => "partly released",
            Self::Referenced => "referenced",
            Self::Withheld => "withheld",
            Self::NotFound => "not found",
            Self::Unknown => "unknown",
        }
    }
}

/// A file, or a group of files of one kind, that makes up a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Artifact {
    /// What it is, for example `safetensors weights` or `tokenizer`.
    pub role: String,
    /// Where it was seen.
    pub evidence: Evidence,
    /// How many files are meant, the first being the one in `evidence`.
    pub files: u64,
    /// Their sizes in bytes, added up.
    pub bytes: u64,
}

/// One component of a release: its status, its files and its license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    /// Which component it is.
    pub kind: ComponentKind,
    /// Whether it was released.
    pub status: Status,
    /// The files that make it up, in path order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub artifacts: Vec<Artifact>,
    /// What the status rests on beyond the artifacts: links, statements, sections.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Which license governs it, and why.
    pub license: LicenseConclusion,
}
