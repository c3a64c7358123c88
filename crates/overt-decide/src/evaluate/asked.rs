//! Everything that a definition asks, with what it extends.

use crate::definition::{Definition, Requirement, definition};

/// The longest chain of definitions that extend each other; more would be a circle.
const LONGEST_CHAIN: usize = 8;

/// One requirement and the definition it stands in.
#[derive(Clone, Debug)]
pub(crate) struct Asked<'d> {
    /// The definition whose lists the requirement refers to.
    pub(crate) definition: &'d Definition,
    /// The requirement.
    pub(crate) requirement: &'d Requirement,
}

/// Everything that must hold: of the definitions it extends first.
pub(crate) fn asked(own: &Definition) -> Vec<Asked<'_>> {
    let mut chain = vec![own];
    let mut next = own.extends.as_deref();
    while let Some(base) = next.and_then(definition) {
        if chain.len() == LONGEST_CHAIN {
            break;
        }
        chain.push(base);
        next = base.extends.as_deref();
    }
    let mut asked: Vec<Asked<'_>> = Vec::new();
    for definition in chain.into_iter().rev() {
        asked.extend(definition.requirements.iter().map(|requirement| Asked {
            definition,
            requirement,
        }));
    }
    asked
}
