//! `overt.toml` beside a release: what its publisher or a reviewer asserts, each with a link.
//!
//! Assertions are shown as such and never outrank observation.

use std::collections::BTreeMap;

use overt_core::{Budget, Problem, ProblemKind, Span, Status};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The name of the file, at the root of a source.
pub const FILE_NAME: &str = "overt.toml";

/// The contents of `overt.toml`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Manifest {
    /// The release's name.
    pub name: Option<String>,
    /// Whether everything that was released is listed, so that what is not listed was not released.
    pub complete: bool,
    /// The components, by id.
    pub components: BTreeMap<String, ComponentAssertion>,
    /// Further facts that definitions ask for, by name: `training-compute-flop = 3e24`.
    pub facts: BTreeMap<String, FactAssertion>,
}

/// What is asserted of one component.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ComponentAssertion {
    /// Whether it was released.
    pub status: Option<Status>,
    /// Its license: an SPDX expression, a name or a tag; `none` if it has none.
    pub license: Option<String>,
    /// Where this can be checked.
    pub link: Option<String>,
    /// A remark.
    pub note: Option<String>,
}

/// A fact with the link that supports it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FactAssertion {
    /// The value: text, number or boolean.
    #[schemars(with = "FactValue")]
    pub value: toml::Value,
    /// Where this can be checked.
    #[serde(default)]
    pub link: Option<String>,
}

/// Reads `overt.toml`; unknown keys and wrong types are problems with their line.
pub(crate) fn parse(bytes: &[u8]) -> (Option<Manifest>, Vec<Problem>) {
    if bytes.len() as u64 > Budget::TEXT.bytes {
        let message = "larger than an `overt.toml` is read";
        return (None, vec![Problem::new(ProblemKind::TooLarge, message)]);
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        let message = "`overt.toml` is not valid UTF-8";
        return (None, vec![Problem::new(ProblemKind::Encoding, message)]);
    };
    match toml::from_str::<Manifest>(text) {
        Ok(manifest) => {
            let problems = manifest
                .components
                .keys()
                .filter(|id| overt_core::ComponentKind::parse(id).is_none())
                .map(|id| {
                    let message = format!("`{id}` is no component; see `overt definitions`");
                    let problem = Problem::remark(ProblemKind::Malformed, message);
                    match line_with(text, id) {
                        Some(line) => problem.at(Span::Lines(line, line)),
                        None => problem,
                    }
                })
                .collect();
            (Some(manifest), problems)
        }
        Err(error) => {
            let problem = Problem::new(ProblemKind::Malformed, error.message().to_owned());
            let problem = match error.span() {
                Some(span) => {
                    let line = line_at(text, span.start);
                    problem.at(Span::Lines(line, line))
                }
                None => problem,
            };
            (None, vec![problem])
        }
    }
}

/// The line on which a component's table begins.
pub(crate) fn line_with(text: &str, key: &str) -> Option<u32> {
    let line = text.lines().position(|line| {
        let line = line.trim_start();
        (line.starts_with('[') || line.starts_with(key)) && line.contains(key)
    })?;
    u32::try_from(line + 1).ok()
}

fn line_at(text: &str, byte: usize) -> u32 {
    let before = text.as_bytes().get(..byte).unwrap_or_default();
    let newlines = memchr::memchr_iter(b'\n', before).count();
    u32::try_from(newlines + 1).unwrap_or(u32::MAX)
}

/// What a fact's value may be, for the schema.
#[derive(JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it exists for the schema alone")]
enum FactValue {
    /// A text.
    Text(String),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
}
