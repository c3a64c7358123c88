//! What exceptions (`WITH …`) change, from `knowledge/compat/exceptions.toml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use overt_core::{Clause, Condition};
use serde::Deserialize;

/// What an exception takes out of its license's reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExceptionEffect {
    /// Works that link to the licensed one.
    Link,
    /// What the licensed program produces.
    Output,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    exception: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Group {
    lifts_for: ExceptionEffect,
    ids: Vec<String>,
}

/// What the exception with this SPDX id lifts; `None` if it only adds other permissions.
pub fn exception_effect(id: &str) -> Option<ExceptionEffect> {
    static EFFECTS: OnceLock<BTreeMap<String, ExceptionEffect>> = OnceLock::new();
    let effects = EFFECTS.get_or_init(|| {
        let file = overt_knowledge::entry("compat/exceptions.toml")
            .and_then(|entry| serde_json::from_str::<File>(entry.text).ok());
        file.into_iter()
            .flat_map(|file| file.exception)
            .flat_map(|group| group.ids.into_iter().map(move |id| (id, group.lifts_for)))
            .collect()
    });
    effects.get(id).copied()
}

/// The condition as the exception leaves it: where works may link freely, strong copyleft reaches
/// only as far as weak copyleft.
pub(super) fn weakened(clause: &Clause<Condition>, exception: Option<&str>) -> Clause<Condition> {
    let mut clause = clause.clone();
    if clause.kind == Condition::SameLicenseStrong
        && exception.and_then(exception_effect) == Some(ExceptionEffect::Link)
    {
        clause.kind = Condition::SameLicenseWeak;
    }
    clause
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_exception_is_one_of_spdx() {
        assert_eq!(
            exception_effect("Classpath-exception-2.0"),
            Some(ExceptionEffect::Link)
        );
        let entry = overt_knowledge::entry("compat/exceptions.toml").expect("the file is there");
        let file: File = serde_json::from_str(entry.text).expect("the file is valid");
        for id in file.exception.iter().flat_map(|group| &group.ids) {
            assert!(
                spdx::exception_id(id).is_some(),
                "`{id}` is not in SPDX's list"
            );
        }
    }
}
