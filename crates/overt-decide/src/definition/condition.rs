//! What is wrong with a condition that is none, in words: the parser only says that it fits nothing.

use serde::de::DeserializeOwned;
use toml::Value;

use super::node::{
    AgreeOf, AllOf, AnyOf, AtLeastOf, BuiltFromTest, ContradictionTest, FactTest, LicenseTest,
    MeetsOf, NotOf, ReleasedTest, SaysTest, ThereTest, WhenThen,
};

/// Why a value is no condition of one kind, if it is none.
type Refused = fn(&Value) -> Option<String>;

/// The words that conditions begin with, and what one must be to be the condition that it begins.
const CONDITIONS: [(&str, Refused); 14] = [
    ("all", refused::<AllOf>),
    ("any", refused::<AnyOf>),
    ("at-least", refused::<AtLeastOf>),
    ("agree", refused::<AgreeOf>),
    ("not", refused::<NotOf>),
    ("when", refused::<WhenThen>),
    ("released", refused::<ReleasedTest>),
    ("there", refused::<ThereTest>),
    ("license-of", refused::<LicenseTest>),
    ("fact", refused::<FactTest>),
    ("says", refused::<SaysTest>),
    ("meets", refused::<MeetsOf>),
    ("built-from", refused::<BuiltFromTest>),
    ("contradictions", refused::<ContradictionTest>),
];
/// Where a definition has conditions.
const KEYS: [&str; 4] = ["applies", "require", "partly", "when"];
/// The deepest nesting that is looked into.
const DEEPEST: usize = 32;

/// What is wrong with the first condition of a definition file that is none.
pub(super) fn complaint(text: &str) -> Option<String> {
    let file: Value = toml::from_str(text).ok()?;
    let lists = ["requirement", "warning"]
        .into_iter()
        .filter_map(|list| file.get(list)?.as_array())
        .flatten();
    for table in std::iter::once(&file).chain(lists) {
        for condition in KEYS.into_iter().filter_map(|key| table.get(key)) {
            if let Some(wrong) = wrong(condition, 0) {
                let id = table.get("id").and_then(Value::as_str).unwrap_or_default();
                return Some(format!("`{id}`: {wrong}"));
            }
        }
    }
    None
}

fn wrong(condition: &Value, depth: usize) -> Option<String> {
    let Some(table) = condition.as_table() else {
        return Some(format!(
            "a condition is written {{ released = \"training-code\" }}, not {condition}"
        ));
    };
    let begins = CONDITIONS
        .into_iter()
        .find(|(word, _)| table.contains_key(*word));
    let Some((_, refused)) = begins else {
        let given: Vec<&str> = table.keys().map(String::as_str).collect();
        let known: Vec<&str> = CONDITIONS.into_iter().map(|(word, _)| word).collect();
        return Some(format!(
            "`{}` begins no condition; these do: {}",
            given.join("`, `"),
            known.join(", ")
        ));
    };
    // What is wrong inside is said more precisely there.
    let inside = table.values().flat_map(|value| match value {
        Value::Array(parts) => parts.iter().collect::<Vec<_>>(),
        one => vec![one],
    });
    let tables = inside.filter(|value| value.is_table());
    let deeper = tables
        .filter(|_| depth < DEEPEST)
        .find_map(|part| wrong(part, depth + 1));
    deeper.or_else(|| refused(condition))
}

/// Why a value is not of this kind, if it is not.
fn refused<T: DeserializeOwned>(value: &Value) -> Option<String> {
    value
        .clone()
        .try_into::<T>()
        .err()
        .map(|error| error.message().to_owned())
}
