//! Outbound licenses that satisfy every inbound one, freest first.

use std::sync::OnceLock;

use overt_core::Expression;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Compatibility, CompatibilityVerdict, How, compat};

/// An outbound license that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Suggestion {
    /// The license.
    pub license: Expression,
    /// What must be observed, and why it may be chosen.
    pub compatibility: Compatibility,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "source")]
    _source: String,
    #[serde(rename = "checked")]
    _checked: String,
    outbound: Vec<Expression>,
}

fn read() -> Result<Vec<Expression>, String> {
    let entry = overt_knowledge::entry("compat/outbound.toml").ok_or("the file is missing")?;
    let file: File = serde_json::from_str(entry.text).map_err(|error| error.to_string())?;
    Ok(file.outbound)
}

/// The outbound licenses under which a work built by `by` from works under all of `from` may be passed
/// on: those of `knowledge/compat/outbound.toml` in its order (freest first), then the inbound
/// licenses themselves. Empty if none may.
pub fn suggest(from: &[Expression], by: How) -> Vec<Suggestion> {
    static OUTBOUND: OnceLock<Vec<Expression>> = OnceLock::new();
    let mut candidates = OUTBOUND.get_or_init(|| read().unwrap_or_default()).clone();
    for expression in from {
        for license in expression.licenses() {
            let own = Expression::License(license.clone());
            if !candidates.contains(&own) {
                candidates.push(own);
            }
        }
    }
    // Inbound licenses that apply together may only be met together.
    if let Some(together) = Expression::all_of(from.iter().cloned())
        && !candidates.contains(&together)
    {
        candidates.push(together);
    }
    candidates
        .into_iter()
        .map(|license| Suggestion {
            compatibility: compat(from, &license, by),
            license,
        })
        .filter(|suggestion| {
            suggestion.compatibility.verdict >= CompatibilityVerdict::CompatibleWithConditions
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_candidates_are_read() {
        assert!(read().expect("the file is valid").len() > 10);
    }
}
