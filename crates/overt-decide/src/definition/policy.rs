//! What only a company's policy has: license rules for many components at once, and exceptions.

use overt_core::{ComponentKind, Condition, RecognitionList, Restriction, Strength};
use overt_license::FreedomKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LicenseTest, Node, Requirement, ThereTest};

/// What is excepted from one requirement, as long as it stays as it was when somebody looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Exception {
    /// The id of the requirement.
    pub requirement: String,
    /// The component that was looked at.
    pub component: ComponentKind,
    /// What the component was then, as [`crate::pin`] gives it: it holds for nothing else.
    pub pin: String,
    /// Why it is tolerated.
    pub reason: String,
    /// The last day on which it holds, `2027-06-30`; it then needs another look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

impl Exception {
    /// What the schema cannot say; `known` are the ids of the requirements.
    pub(crate) fn check(&self, known: &[&str]) -> Result<(), String> {
        let id = &self.requirement;
        if !known.contains(&id.as_str()) {
            return Err(format!("an exception names no known requirement: `{id}`"));
        }
        if self.reason.trim().is_empty() {
            return Err(format!("the exception from `{id}` gives no reason"));
        }
        if !self.pin.starts_with("blake3:") {
            return Err(format!(
                "the exception from `{id}` is not pinned by `blake3:…`"
            ));
        }
        match &self.expires {
            Some(date) if !is_date(date) => {
                Err(format!("`{date}` is no date; write it as 2027-06-30"))
            }
            _ => Ok(()),
        }
    }

    /// Whether its time is not over on this day; with an end but no day to compare, it is not in force.
    pub(crate) fn in_time(&self, today: Option<&str>) -> bool {
        self.expires
            .as_deref()
            .is_none_or(|last| today.is_some_and(|today| today <= last))
    }
}

/// Whether it is written `2027-06-30`, so that dates compare as texts do.
pub(crate) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let digits = |part: Option<&str>, length: usize| {
        part.is_some_and(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_digit()))
    };
    digits(parts.next(), 4)
        && digits(parts.next(), 2)
        && digits(parts.next(), 2)
        && parts.next().is_none()
}

/// Which licenses may be used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rules {
    /// Allowed ids (globs with `*`); empty means that all are that are not denied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Denied ids (globs with `*`), stronger than `allow`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deny: Vec<String>,
    /// The components that are held to it; empty means all that are there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<ComponentKind>,
    /// One of these lists recognizes it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recognized: Vec<RecognitionList>,
    /// It grants these freedoms for any purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<FreedomKind>,
    /// It has none of these restrictions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Restriction>,
    /// It has none of these restrictions, where having one leaves the answer open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguably_without: Vec<Restriction>,
    /// It has none of these conditions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without_conditions: Vec<Condition>,
    /// The weakest evidence of a license that suffices.
    #[serde(default = "asserted")]
    pub evidence: Strength,
}

fn asserted() -> Strength {
    Strength::Asserted
}

impl Rules {
    fn test(&self, kind: ComponentKind) -> LicenseTest {
        LicenseTest {
            recognized: self.recognized.clone(),
            ids: self.allow.clone(),
            not_ids: self.deny.clone(),
            grants: self.grants.clone(),
            without: self.without.clone(),
            arguably_without: self.arguably_without.clone(),
            without_conditions: self.without_conditions.clone(),
            evidence: self.evidence,
            ..LicenseTest::of(kind)
        }
    }

    /// Whether they demand anything.
    pub(crate) fn asks(&self) -> bool {
        self.test(ComponentKind::FinalParameters).asks()
    }

    /// The rules as requirements, one per component: its license is in order, or it is not there.
    pub(crate) fn requirements(&self) -> Vec<Requirement> {
        if !self.asks() {
            return Vec::new();
        }
        let components = if self.components.is_empty() {
            ComponentKind::ALL.to_vec()
        } else {
            self.components.clone()
        };
        components
            .into_iter()
            .map(|kind| Requirement {
                id: format!("license-of-{}", kind.id()),
                plain: format!(
                    "The license of the {} is one that is allowed.",
                    kind.name().to_lowercase()
                ),
                source: "the definition's [licenses]".to_owned(),
                effort: 5,
                mender: None,
                applies: Some(Node::There(ThereTest {
                    there: kind,
                    whole: false,
                })),
                require: Node::License(Box::new(self.test(kind))),
                partly: None,
            })
            .collect()
    }
}
