//! Reads a definition file, strictly.

use thiserror::Error;

use super::{Definition, Node};

/// The deepest nesting of conditions.
const DEEPEST: usize = 32;

/// Why a file is no definition.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DefinitionError {
    /// The file is not TOML, or not of the schema.
    #[error("{origin}:{line}: {message}")]
    Malformed {
        /// The file.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The definition contradicts itself.
    #[error("{origin}: {message}")]
    Invalid {
        /// The file.
        origin: String,
        /// What is wrong.
        message: String,
    },
}

/// Reads a definition; `origin` names the file in errors.
pub fn parse(text: &str, origin: &str) -> Result<Definition, DefinitionError> {
    let definition: Definition = toml::from_str(text).map_err(|error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or_default();
        DefinitionError::Malformed {
            origin: origin.to_owned(),
            line: before.matches('\n').count() + 1,
            message: error.message().to_owned(),
        }
    })?;
    check(&definition).map_err(|message| DefinitionError::Invalid {
        origin: origin.to_owned(),
        message,
    })?;
    Ok(definition)
}

/// What the schema cannot say.
pub(crate) fn check(definition: &Definition) -> Result<(), String> {
    let mut seen: Vec<&str> = Vec::new();
    for requirement in &definition.requirements {
        if seen.contains(&requirement.id.as_str()) {
            return Err(format!(
                "the requirement `{}` is given twice",
                requirement.id
            ));
        }
        seen.push(&requirement.id);
        let kebab = requirement
            .id
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !kebab || requirement.id.is_empty() {
            return Err(format!(
                "the requirement id `{}` is not kebab-case",
                requirement.id
            ));
        }
        check_node(&requirement.require, 0)
            .map_err(|message| format!("requirement `{}`: {message}", requirement.id))?;
    }
    if definition.requirements.is_empty() && definition.extends.is_none() {
        return Err("a definition needs at least one requirement".to_owned());
    }
    definition
        .applies
        .as_ref()
        .map_or(Ok(()), |node| check_node(node, 0))
}

fn check_node(node: &Node, depth: usize) -> Result<(), String> {
    if depth > DEEPEST {
        return Err(format!("conditions nest more than {DEEPEST} levels deep"));
    }
    match node {
        Node::AtLeast(node) if node.at_least as usize > node.of.len() => {
            return Err(format!(
                "{} of {} can never hold",
                node.at_least,
                node.of.len()
            ));
        }
        Node::License(test) => {
            let empty = test.recognized.is_empty()
                && test.ids.is_empty()
                && test.not_ids.is_empty()
                && test.grants.is_empty()
                && test.without.is_empty()
                && test.arguably_without.is_empty()
                && test.without_conditions.is_empty();
            if empty {
                return Err(format!(
                    "the license of {} is not tested for anything",
                    test.license_of
                ));
            }
        }
        Node::Fact(test) if test.is.is_none() && test.above.is_none() && test.below.is_none() => {
            return Err(format!(
                "the fact `{}` is not tested for anything",
                test.fact
            ));
        }
        _ => {}
    }
    node.parts()
        .into_iter()
        .try_for_each(|part| check_node(part, depth + 1))
}
