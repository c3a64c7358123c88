//! Reads a definition file, strictly.

use thiserror::Error;

use super::{Definition, Node, condition};
use crate::evaluate::asked;

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
    #[error("{origin}:{line}: {message}")]
    Invalid {
        /// The file.
        origin: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
}

/// Reads a definition; `origin` names the file in errors.
pub fn parse(text: &str, origin: &str) -> Result<Definition, DefinitionError> {
    let mut definition: Definition = toml::from_str(text).map_err(|error| {
        let before = error
            .span()
            .and_then(|span| text.get(..span.start))
            .unwrap_or_default();
        let message = match error.message() {
            untagged if untagged.contains("untagged enum") => condition::complaint(text),
            _ => None,
        };
        DefinitionError::Malformed {
            origin: origin.to_owned(),
            line: before.matches('\n').count() + 1,
            message: message.unwrap_or_else(|| error.message().to_owned()),
        }
    })?;
    definition.expand();
    check(&definition).map_err(|message| DefinitionError::Invalid {
        origin: origin.to_owned(),
        line: place(text, &message),
        message,
    })?;
    Ok(definition)
}

/// The line of what a message names between backticks: of the last name that stands below those before
/// it. Exceptions name requirements, but stand elsewhere.
fn place(text: &str, message: &str) -> usize {
    let lines: Vec<&str> = text.lines().collect();
    let find = |from: usize, wanted: &str| {
        let below = lines.iter().enumerate().skip(from);
        let mut named = below.filter(|(_, line)| line.contains(wanted));
        named.next().map(|(index, _)| index)
    };
    let mut at = if message.contains("exception") {
        find(0, "[[exception]]").unwrap_or_default()
    } else {
        0
    };
    for name in message.split('`').skip(1).step_by(2) {
        at = find(at, name).unwrap_or(at);
    }
    at + 1
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
        let nodes = [
            Some(&requirement.require),
            requirement.applies.as_ref(),
            requirement.partly.as_ref(),
        ];
        for node in nodes.into_iter().flatten() {
            check_node(definition, node, 0)
                .map_err(|message| format!("requirement `{}`: {message}", requirement.id))?;
        }
    }
    if definition.requirements.is_empty() && definition.extends.is_none() {
        return Err("a definition needs at least one requirement".to_owned());
    }
    if let Some(base) = &definition.extends
        && shipped_id(base).is_none()
    {
        return Err(format!("there is no definition `{base}` to extend"));
    }
    for grade in &definition.grades {
        if let Some(unknown) = grade
            .requires
            .iter()
            .find(|id| !seen.contains(&id.as_str()))
        {
            return Err(format!(
                "grade `{}` needs no known requirement: `{unknown}`",
                grade.id
            ));
        }
    }
    if let Some(meets) = &definition.meets_at
        && !definition.grades.iter().any(|grade| grade.id == *meets)
    {
        return Err(format!(
            "there is no grade `{meets}` to meet the definition at"
        ));
    }
    for warning in &definition.warnings {
        check_node(definition, &warning.when, 0)
            .map_err(|message| format!("warning `{}`: {message}", warning.id))?;
    }
    let asked = asked(definition);
    let known: Vec<&str> = asked
        .iter()
        .map(|asked| asked.requirement.id.as_str())
        .collect();
    for exception in &definition.exceptions {
        exception.check(&known)?;
    }
    definition
        .applies
        .as_ref()
        .map_or(Ok(()), |node| check_node(definition, node, 0))
}

/// Whether `knowledge/definitions/` has a folder of this name. Definitions refer to each other while
/// they are being read, so that the folder is asked instead of what was read.
fn shipped_id(id: &str) -> Option<&str> {
    let folder = format!("definitions/{}/", id.replacen('@', "/", 1));
    (!overt_knowledge::under(&folder).is_empty()).then_some(id)
}

fn check_node(definition: &Definition, node: &Node, depth: usize) -> Result<(), String> {
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
        Node::License(test) if !test.asks() => {
            return Err(format!(
                "the license of {} is not tested for anything",
                test.license_of
            ));
        }
        Node::License(test) => {
            if let Some(list) = &test.written_in
                && !definition.lists.contains_key(list)
            {
                return Err(format!("there is no list `{list}`"));
            }
        }
        Node::Meets(test) if shipped_id(&test.meets).is_none() => {
            return Err(format!("there is no definition `{}`", test.meets));
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
        .try_for_each(|part| check_node(definition, part, depth + 1))
}
