//! What travels from a base model to what is built from it.

use overt_core::{
    AttributionRule, Component, ComponentKind, Condition, Expression, FactDepth, LicenseClaim,
    LicenseFacts, LineageEdge, Relation,
};

/// Adds the base models' terms to the license of the weights, where they travel.
pub(crate) fn inherit(components: &mut [Component], lineage: &[LineageEdge]) {
    let weights = [
        ComponentKind::FinalParameters,
        ComponentKind::IntermediateParameters,
    ];
    for component in components
        .iter_mut()
        .filter(|component| weights.contains(&component.kind))
    {
        for edge in lineage {
            let Some(license) = &edge.license else {
                continue;
            };
            if edge.relation == Relation::TrainedOn || travels(license).is_none() {
                continue;
            }
            let Some(evidence) = edge.evidence.first() else {
                continue;
            };
            let claim = LicenseClaim {
                expression: Some(license.clone()),
                written: format!("base model {}", edge.target),
                rule: AttributionRule::BaseModel,
                evidence: evidence.clone(),
            };
            let known = component
                .license
                .inherited
                .iter()
                .any(|c| c.expression == claim.expression);
            if !known {
                component.license.inherited.push(claim);
            }
        }
    }
}

/// Why a license's terms bind what is built from the licensed work, whatever license that carries.
/// `None` if they do not, or if it is not known.
pub(crate) fn travels(license: &Expression) -> Option<String> {
    // Under a choice of licenses, one that does not travel may be chosen.
    match license {
        Expression::License(simple) => {
            let facts = overt_license::facts(&simple.id)?;
            (facts.depth == FactDepth::Full)
                .then(|| reason(facts))
                .flatten()
        }
        Expression::And(parts) => parts.iter().find_map(travels),
        Expression::Or(parts) => {
            let reasons: Option<Vec<String>> = parts.iter().map(travels).collect();
            reasons.and_then(|reasons| reasons.into_iter().next())
        }
    }
}

fn reason(facts: &LicenseFacts) -> Option<String> {
    const PASSED_ON: [Condition; 4] = [
        Condition::PassOnRestrictions,
        Condition::SameLicenseStrong,
        Condition::SameLicenseNetwork,
        Condition::SameLicenseWeak,
    ];
    let condition = facts
        .conditions
        .iter()
        .find(|clause| PASSED_ON.contains(&clause.kind));
    if let Some(clause) = condition {
        return Some(format!(
            "section {} requires that its terms are passed on",
            clause.place
        ));
    }
    let clause = facts.restrictions.first()?;
    Some(format!(
        "its restrictions stay (section {}: {})",
        clause.place,
        decapitalized(&clause.plain)
    ))
}

/// A sentence as part of another one.
fn decapitalized(sentence: &str) -> String {
    let mut characters = sentence.trim_end_matches('.').chars();
    let first = characters
        .next()
        .map(|c| c.to_lowercase().to_string())
        .unwrap_or_default();
    first + characters.as_str()
}
