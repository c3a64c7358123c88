//! What licenses say, in a controlled vocabulary. One `knowledge/licenses/<id>.toml` holds one
//! [`LicenseFacts`].

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::LicenseId;

/// How far a freedom goes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Freedom {
    /// Withheld.
    Denied,
    /// The text does not say.
    #[default]
    Unstated,
    /// Granted, but not for every purpose, person or scale.
    Restricted,
    /// Granted for any purpose.
    Granted,
}

/// The four freedoms of the Open Source AI Definition's preamble.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Freedoms {
    /// Use for any purpose without asking.
    #[serde(rename = "use")]
    pub use_: Freedom,
    /// Study how it works.
    pub study: Freedom,
    /// Modify it for any purpose.
    pub modify: Freedom,
    /// Share it, with or without modifications, for any purpose.
    pub share: Freedom,
}

/// What a clause covers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Weights.
    Parameters,
    /// Software.
    Code,
    /// Data sets and databases.
    Data,
    /// Documents.
    Documentation,
    /// What the model produces.
    Outputs,
    /// Works built from the licensed one.
    Derivatives,
}

/// When a clause bites.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Trigger {
    /// On any use.
    Use,
    /// On giving copies to others.
    Distribution,
    /// On offering it over a network.
    NetworkService,
    /// On making a derivative.
    Derivative,
    /// Above a number of users or an amount of revenue.
    Scale,
}

/// What a license does not allow.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Restriction {
    /// No commercial use.
    Noncommercial,
    /// Research use only.
    ResearchOnly,
    /// Only, or not, for named fields of use.
    FieldOfUse,
    /// Behavioral restrictions: RAIL attachments, acceptable use policies.
    UsePolicy,
    /// A limit of users or revenue.
    ScaleThreshold,
    /// Not in named places.
    Geographic,
    /// Not for named persons or groups.
    PersonOrGroup,
    /// No derivatives.
    NoDerivatives,
    /// No passing on.
    NoRedistribution,
    /// Outputs may not train other models.
    OutputTraining,
    /// Not to compete with the licensor.
    CompetingUse,
    /// No publication of benchmarks.
    BenchmarkPublication,
    /// No military or weapons use.
    Military,
    /// Limits on names and trademarks beyond the usual reservation.
    NameOrTrademark,
    /// No reverse engineering.
    NoReverseEngineering,
    /// Commercial use only with a separate agreement or after registration.
    CommercialLicenseNeeded,
}

/// What a license requires in return.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Pass on the license text.
    IncludeLicense,
    /// Pass on copyright and other notices.
    IncludeNotice,
    /// Name the authors.
    Attribution,
    /// Show a phrase such as `Built with …`.
    Display,
    /// Begin derivatives' names with a given word.
    Naming,
    /// Say what was changed.
    StateChanges,
    /// Provide the source.
    DiscloseSource,
    /// Same license for the files changed (weak copyleft).
    SameLicenseWeak,
    /// Same license for the whole derived work (strong copyleft).
    SameLicenseStrong,
    /// Same license also when offered over a network.
    SameLicenseNetwork,
    /// Pass on the use restrictions.
    PassOnRestrictions,
    /// Publish modifications.
    PublishModifications,
    /// Register or accept before access.
    Registration,
    /// Report to the licensor.
    ReportToLicensor,
}

/// What a license gives besides copyright.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// Patents.
    Patent,
    /// Patents, ended by litigation.
    PatentRetaliation,
    /// Sui generis database rights.
    DatabaseRights,
    /// Trademarks.
    Trademark,
    /// Outputs belong to the user, or are not claimed.
    OutputsUnclaimed,
    /// Distribution over a license-free dedication to the public domain.
    PublicDomain,
}

/// What can happen to the licensee.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// The licensor may end it at will.
    Revocable,
    /// The licensor may change the terms.
    UnilateralChange,
    /// The licensor may restrict use remotely, or updates must be taken.
    RemoteRestriction,
    /// It ends on breach.
    TerminationOnBreach,
    /// It ends on litigation.
    TerminationOnLitigation,
    /// The licensee must hold the licensor harmless.
    Indemnity,
    /// A law or court is chosen.
    GoverningLaw,
    /// It ends on a date, or is bound to one version.
    Expiry,
    /// The licensor takes rights in the licensee's derivatives or feedback.
    GrantBack,
}

/// One fact of a license with its place in the canonical text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Clause<K> {
    /// What sort of clause it is.
    pub kind: K,
    /// What it covers; empty means everything that the license covers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<Scope>,
    /// When it bites; empty means always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trigger: Vec<Trigger>,
    /// Where it stands in the canonical text, for example `2` or `1.b.i` or `Attachment A`.
    pub place: String,
    /// A plain sentence in our own words.
    pub plain: String,
    /// Short runs of words (two to eight, lower case, no punctuation) that stand in the clause and
    /// let it be pointed at in a user's file; the first that is found wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub find: Vec<String>,
    /// Parameters, for example `monthly-active-users = 700000000`, `revenue-usd = 1000000`,
    /// `prefix = "Llama"`, `phrase = "Built with Llama"`, `law = "California"`, `cure-days = 30`,
    /// `regions = ["EU"]`, `changeable = true`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, serde_json::Value>,
}

/// A list that recognizes licenses.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum RecognitionList {
    /// Approved by the Open Source Initiative.
    OsiApproved,
    /// Free by the Free Software Foundation's list.
    FsfFree,
    /// Conformant to the Open Definition.
    OpenDefinition,
    /// Accepted in Debian main.
    DebianMain,
    /// Rated by the Blue Oak Council.
    BlueOak,
    /// Counted as open by the Model Openness Tool.
    MotOpen,
    /// Suited to code by the Model Openness Tool.
    MotCode,
    /// Suited to data by the Model Openness Tool.
    MotData,
    /// Suited to documents by the Model Openness Tool.
    MotDocument,
}

/// What a list says of a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Recognized {
    /// The list recognizes it.
    Yes,
    /// The list's keeper refused it or says that it does not qualify.
    No,
}

/// What one list says of a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recognition {
    /// The list.
    pub list: RecognitionList,
    /// What it says.
    pub recognized: Recognized,
    /// The list's version or date.
    pub version: String,
    /// A rating, where the list rates (Blue Oak).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
}

/// The sort of license, by its strongest feature.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LicenseCategory {
    /// Gives up all rights.
    PublicDomain,
    /// Few conditions.
    Permissive,
    /// Same license for changed files.
    WeakCopyleft,
    /// Same license for the derived work.
    StrongCopyleft,
    /// Same license also over a network.
    NetworkCopyleft,
    /// Share-alike for content or data.
    ShareAlike,
    /// Grants much, but restricts behavior (RAIL, acceptable use policies).
    Behavioral,
    /// Grants much, but restricts scale, territory, competition or outputs.
    SourceAvailable,
    /// No commercial use.
    Noncommercial,
    /// Research only.
    ResearchOnly,
    /// No derivatives.
    NoDerivatives,
    /// Grants less than the above.
    Proprietary,
    /// A policy that goes with a license, no license itself.
    UsePolicy,
    /// Cannot be put in one word, or was not yet read closely.
    Unclassified,
}

/// The names by which a license goes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Aliases {
    /// Tags of the Hugging Face card specification and `license_name` values in use.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hugging_face: Vec<String>,
    /// Keys of the ScanCode license database.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scancode: Vec<String>,
    /// Deprecated or otherwise spelled SPDX ids.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spdx: Vec<String>,
    /// Usual names, including titles of the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Addresses of the text, without scheme.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
}

/// Everything that `overt` knows of one license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LicenseFacts {
    /// The SPDX id, or our own `LicenseRef-` id. The file is named by it.
    pub id: LicenseId,
    /// The title.
    pub name: String,
    /// The sort of license.
    pub category: LicenseCategory,
    /// Who keeps it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub steward: String,
    /// The family of versions and variants it belongs to, for example `llama`, `cc-by`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub family: String,
    /// The version as its text gives it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// The place in the family's order, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<u32>,
    /// The date of the text (`2024-07-23`, or as much of it as is known).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// Other names.
    #[serde(default)]
    pub aliases: Aliases,
    /// The policies that it makes part of itself, by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub incorporates: Vec<LicenseId>,
    /// What it is meant for; empty means any work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covers: Vec<Scope>,
    /// What it lets one do.
    #[serde(default)]
    pub freedoms: Freedoms,
    /// What it does not allow.
    #[serde(default, rename = "restriction", skip_serializing_if = "Vec::is_empty")]
    pub restrictions: Vec<Clause<Restriction>>,
    /// What it requires in return.
    #[serde(default, rename = "condition", skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Clause<Condition>>,
    /// What it gives besides copyright.
    #[serde(default, rename = "grant", skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Clause<Grant>>,
    /// What can happen.
    #[serde(default, rename = "risk", skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<Clause<Risk>>,
    /// Which lists recognize it.
    #[serde(default, rename = "recognition", skip_serializing_if = "Vec::is_empty")]
    pub recognitions: Vec<Recognition>,
    /// Whether its clauses were read (`full`), or only its category, recognitions and copyleft
    /// (`summary`).
    #[serde(default)]
    pub depth: FactDepth,
    /// Where the facts come from: the text that was read, a list, a page.
    pub source: String,
    /// The date of the last check.
    pub checked: String,
}

/// How closely a license was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FactDepth {
    /// Category, recognitions and strength of copyleft only: an absent clause says nothing.
    #[default]
    Summary,
    /// Clause by clause: an absent clause means that the text has none.
    Full,
}

impl LicenseFacts {
    /// What a list says of it, where it says something.
    pub fn recognized_by(&self, list: RecognitionList) -> Option<Recognized> {
        self.recognitions
            .iter()
            .find(|r| r.list == list)
            .map(|r| r.recognized)
    }

    /// The clause of this kind of restriction, if the license has one.
    pub fn restriction(&self, kind: Restriction) -> Option<&Clause<Restriction>> {
        self.restrictions.iter().find(|clause| clause.kind == kind)
    }

    /// The clause of this kind of condition, if the license has one.
    pub fn condition(&self, kind: Condition) -> Option<&Clause<Condition>> {
        self.conditions.iter().find(|clause| clause.kind == kind)
    }
}
