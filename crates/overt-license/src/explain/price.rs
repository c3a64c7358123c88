//! What a license asks in return for mere use.

use overt_core::{Clause, Condition, Expression};

use super::clause::{ClauseKind, PageClause};
use super::effect::{self, Act};
use crate::terms::terms;

/// The conditions that bind whoever only uses a work under `expression`, for any purpose and at any
/// scale: none if one of its alternatives asks for nothing, else those of the one that asks for least.
///
/// Most licenses ask for something of those who give copies to others; few ask it of those who use
/// their own. Alternatives of which nothing is known are not looked at.
pub fn price_of_use(expression: &Expression) -> Vec<PageClause> {
    let asked = terms(expression)
        .alternatives
        .into_iter()
        .filter(|alternative| alternative.unknown.is_empty())
        .map(|alternative| {
            let conditions = alternative.conditions.iter();
            conditions
                .filter(|one| binds_use(&one.clause))
                .map(|one| PageClause::new(&one.license, &one.clause, ClauseKind::Condition))
                .collect::<Vec<PageClause>>()
        });
    asked.min_by_key(Vec::len).unwrap_or_default()
}

/// Whether mere use calls for it: by what the clause says of itself, else by its kind.
fn binds_use(clause: &Clause<Condition>) -> bool {
    if clause.trigger.is_empty() {
        effect::of_condition(clause.kind).is_some_and(|effect| effect.acts.contains(&Act::Use))
    } else {
        effect::acts_of(&clause.trigger).contains(&Act::Use)
    }
}
