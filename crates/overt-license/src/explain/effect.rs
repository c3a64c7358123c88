//! How kinds of clauses bear on acts, from `knowledge/compat/effects.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use overt_core::{Condition, Restriction, Trigger};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::FreedomKind;

/// Something that is done with a work.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// To run or consult it.
    Use,
    /// To offer it over a network.
    Serve,
    /// To change it or build something from it.
    Modify,
    /// To give copies, changed or not, to others.
    Share,
    /// To train another model on what it produces.
    TrainOnOutputs,
    /// To publish how well it performs.
    PublishBenchmarks,
}

/// Who uses it, for what.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Directed toward commercial advantage.
    Business,
    /// Noncommercial scientific research.
    Research,
    /// A private person's own ends.
    Personal,
    /// Not said.
    Unsaid,
}

/// What a restriction is measured against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Measure {
    Scale,
    Region,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct RestrictionEffect {
    kind: Restriction,
    /// The acts it bears on where the clause does not say; none means all.
    #[serde(default)]
    pub(crate) acts: Vec<Act>,
    /// Purposes that it rules out.
    #[serde(default)]
    pub(crate) forbids_for: Vec<Purpose>,
    /// Purposes that it does not touch.
    #[serde(default)]
    pub(crate) free_for: Vec<Purpose>,
    /// Acts that it rules out whatever the purpose.
    #[serde(default)]
    pub(crate) forbids_with: Vec<Act>,
    /// What decides whether it bites.
    pub(crate) compares: Option<Measure>,
    /// Whether two licenses with such a clause may well restrict different things.
    #[serde(default)]
    pub(crate) differs: bool,
    /// Whether it is a duty to observe rather than a limit on what may be done.
    #[serde(default)]
    pub(crate) minor: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ConditionEffect {
    kind: Condition,
    /// The acts that call for it where the clause does not say.
    pub(crate) acts: Vec<Act>,
    /// Of these acts one must be there as well.
    #[serde(default)]
    pub(crate) needs: Vec<Act>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    triggers: BTreeMap<Trigger, Vec<Act>>,
    freedoms: BTreeMap<Act, FreedomKind>,
    regions: BTreeMap<String, Vec<String>>,
    restriction: Vec<RestrictionEffect>,
    condition: Vec<ConditionEffect>,
}

fn read() -> Result<File, String> {
    let entry = overt_knowledge::entry("compat/effects.toml").ok_or("the file is missing")?;
    serde_json::from_str(entry.text).map_err(|error| error.to_string())
}

fn file() -> Option<&'static File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    FILE.get_or_init(|| read().ok()).as_ref()
}

pub(crate) fn of_restriction(kind: Restriction) -> Option<&'static RestrictionEffect> {
    file()?
        .restriction
        .iter()
        .find(|effect| effect.kind == kind)
}

pub(crate) fn of_condition(kind: Condition) -> Option<&'static ConditionEffect> {
    file()?.condition.iter().find(|effect| effect.kind == kind)
}

/// The acts that let a clause with these triggers bite.
pub(crate) fn acts_of(triggers: &[Trigger]) -> Vec<Act> {
    let Some(file) = file() else {
        return Vec::new();
    };
    triggers
        .iter()
        .filter_map(|trigger| file.triggers.get(trigger))
        .flatten()
        .copied()
        .collect()
}

/// The freedom that an act needs.
pub(crate) fn freedom_of(act: Act) -> Option<FreedomKind> {
    file()?.freedoms.get(&act).copied()
}

/// Whether `region` lies in `area` (both as in licenses: `EU`, `CN`, `US`).
pub(crate) fn lies_in(region: &str, area: &str) -> bool {
    region.eq_ignore_ascii_case(area)
        || file().is_some_and(|file| {
            let members = file
                .regions
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(area));
            members.is_some_and(|(_, members)| {
                members
                    .iter()
                    .any(|member| member.eq_ignore_ascii_case(region))
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_clause_has_its_effect() {
        let file = read().expect("the file is valid");
        assert_eq!(file.restriction.len(), 16);
        assert_eq!(file.condition.len(), 14);
        assert_eq!(file.triggers.len(), 5);
        assert!(lies_in("de", "EU") && lies_in("EU", "EU") && !lies_in("US", "EU"));
    }
}
