//! What a name for a license means: a tag, an id, an expression, a title, a classifier, an address.

mod address;
mod loose;
mod tables;

use overt_core::{Expression, ExpressionError, LicenseId, SimpleLicense};
use overt_knowledge::AliasKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a name for a license turned out to mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "resolution")]
pub enum Resolution {
    /// It names exactly this.
    Known {
        /// The license or licenses, with canonical ids.
        expression: Expression,
    },
    /// It names one of several.
    Ambiguous {
        /// What it may mean, most usual first where the registry says so.
        candidates: Vec<Expression>,
        /// What is not said.
        why: String,
    },
    /// It is a word such as `other` that names none.
    SaysNothing,
    /// It is a valid expression with `LicenseRef-` ids of which nothing is known.
    Custom {
        /// The expression as given, known ids in canonical spelling.
        expression: Expression,
    },
    /// Nothing is known by this name.
    Unrecognized {
        /// The name as given, without surrounding space.
        name: String,
    },
}

impl Resolution {
    /// The expression, if the name means exactly one (known or custom).
    pub fn expression(&self) -> Option<&Expression> {
        match self {
            Self::Known { expression } | Self::Custom { expression } => Some(expression),
            _ => None,
        }
    }

    fn known(expression: Expression) -> Self {
        Self::Known { expression }
    }
}

/// Names longer than this name no license; they are texts.
const LONGEST_NAME: usize = 2000;

/// What `name` means.
///
/// Tried in this order: words that say nothing; ids; names that a registry leaves ambiguous or
/// defines; names listed by a license; SPDX expressions; addresses; and last the name's words with
/// case, punctuation and filler (`the … license, version`) ignored, so that `GPLv3`, `Apache 2` and
/// `The MIT License` are found.
pub fn resolve(name: &str) -> Resolution {
    let name = last_of_classifier(name.trim().trim_matches(['"', '\'']));
    let unrecognized = || Resolution::Unrecognized {
        name: name.chars().take(LONGEST_NAME).collect(),
    };
    if name.len() > LONGEST_NAME {
        return unrecognized();
    }
    if tables::says_nothing(name) {
        return Resolution::SaysNothing;
    }
    single(name)
        .or_else(|| expression(name))
        .or_else(|| alternatives(name))
        .or_else(|| address::resolve(name))
        .or_else(|| loose::resolve(name))
        .unwrap_or_else(unrecognized)
}

/// The canonical id for an id in any case, if SPDX or `knowledge/licenses/` has it.
pub fn canonical_id(id: &str) -> Option<LicenseId> {
    let ours = overt_knowledge::licenses_named(id)
        .iter()
        .find(|alias| alias.kind == AliasKind::Id);
    ours.map(|alias| alias.license)
        .or_else(|| spdx_id(id))
        .map(LicenseId::new)
}

/// The SPDX id in its own spelling; deprecated ids included.
fn spdx_id(id: &str) -> Option<&'static str> {
    spdx::identifiers::LICENSES
        .iter()
        .map(|license| license.name)
        .find(|name| name.eq_ignore_ascii_case(id))
}

/// `License :: OSI Approved :: MIT License` is `MIT License`.
fn last_of_classifier(name: &str) -> &str {
    match name.strip_prefix("License ::") {
        Some(rest) => rest.rsplit("::").next().unwrap_or(rest).trim(),
        None => name,
    }
}

/// The meaning of an id or a listed name.
fn single(name: &str) -> Option<Resolution> {
    if let Some(found) = tables::lookup(name) {
        return Some(found);
    }
    if let Some(id) = canonical_id(name) {
        return Some(Resolution::known(Expression::license(id.as_str())));
    }
    // Registries share one name space here; where they disagree, the order of `AliasKind` decides.
    let aliases = overt_knowledge::licenses_named(name);
    let strongest = aliases.iter().map(|alias| alias.kind).min()?;
    let ids: Vec<&str> = aliases
        .iter()
        .filter(|alias| alias.kind == strongest)
        .map(|alias| alias.license)
        .collect();
    one_of(&ids)
}

fn one_of(ids: &[&str]) -> Option<Resolution> {
    match ids {
        [] => None,
        [id] => Some(Resolution::known(Expression::license(*id))),
        several => Some(Resolution::Ambiguous {
            candidates: several.iter().map(|id| Expression::license(*id)).collect(),
            why: "more than one license goes by this name".to_owned(),
        }),
    }
}

/// The meaning of an SPDX expression, operand by operand.
fn expression(text: &str) -> Option<Resolution> {
    let parsed: Result<Expression, ExpressionError> = Expression::parse(text);
    combine(&parsed.ok()?)
}

fn combine(expression: &Expression) -> Option<Resolution> {
    let (Expression::And(parts) | Expression::Or(parts)) = expression else {
        return expression
            .licenses()
            .first()
            .and_then(|license| operand(license));
    };
    let mut resolved = Vec::with_capacity(parts.len());
    let mut custom = false;
    for part in parts {
        match combine(part)? {
            Resolution::Known { expression } => resolved.push(expression),
            Resolution::Custom { expression } => {
                custom = true;
                resolved.push(expression);
            }
            // An expression with an ambiguous operand is not decided by listing every combination.
            _ => return None,
        }
    }
    let expression = match expression {
        Expression::Or(_) => Expression::any_of(resolved)?,
        _ => Expression::all_of(resolved)?,
    };
    Some(if custom {
        Resolution::Custom { expression }
    } else {
        Resolution::known(expression)
    })
}

fn operand(license: &SimpleLicense) -> Option<Resolution> {
    let base = match single(license.id.as_str()) {
        Some(Resolution::Known { expression }) => expression,
        Some(other) if !license.or_later && license.exception.is_none() => return Some(other),
        None if license.id.is_reference() => {
            return Some(Resolution::Custom {
                expression: Expression::License(license.clone()),
            });
        }
        Some(_) | None => return None,
    };
    let Expression::License(mut base) = base else {
        let plain = !license.or_later && license.exception.is_none();
        return plain.then(|| Resolution::known(base));
    };
    if license.or_later {
        base = or_later(base);
    }
    if let Some(exception) = &license.exception {
        base.exception = Some(canonical_exception(exception)?);
    }
    Some(Resolution::known(Expression::License(base)))
}

/// `GPL-2.0-only` and `+` is `GPL-2.0-or-later`, as SPDX writes it since 3.0 of its list.
fn or_later(mut license: SimpleLicense) -> SimpleLicense {
    let id = license.id.as_str();
    if id.ends_with("-or-later") {
        return license;
    }
    let later = id
        .strip_suffix("-only")
        .and_then(|base| spdx_id(&format!("{base}-or-later")));
    match later {
        Some(later) => license.id = LicenseId::new(later),
        None => license.or_later = true,
    }
    license
}

/// The exception in SPDX's spelling, or any `AdditionRef-` or `LicenseRef-` as given.
fn canonical_exception(exception: &str) -> Option<String> {
    spdx::identifiers::EXCEPTIONS
        .iter()
        .map(|known| known.name)
        .find(|name| name.eq_ignore_ascii_case(exception))
        .map(str::to_owned)
        .or_else(|| {
            (exception.starts_with("AdditionRef-") || exception.starts_with("LicenseRef-"))
                .then(|| exception.to_owned())
        })
}

/// `MIT/Apache-2.0`, as Rust packages once wrote alternatives.
fn alternatives(name: &str) -> Option<Resolution> {
    if !name.contains('/') || name.contains("//") {
        return None;
    }
    let parts: Option<Vec<Expression>> = name
        .split('/')
        .map(|part| match single(part.trim())? {
            Resolution::Known { expression } => Some(expression),
            _ => None,
        })
        .collect();
    Expression::any_of(parts?).map(Resolution::known)
}
