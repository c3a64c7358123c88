//! Joins what licenses say that apply together.

use overt_core::{
    Clause, FactDepth, Freedom, Freedoms, LicenseCategory, LicenseFacts, LicenseId, Restriction,
    SimpleLicense,
};

use super::{AlternativeTerms, LicenseChoice, LicensedClause, lesser, weakened};
use crate::facts;

/// How deep a license may incorporate policies that incorporate policies.
const DEEPEST_POLICY: usize = 4;

/// The union of restrictions, conditions, grants and risks, and the least of the freedoms.
pub(super) fn together(licenses: &[&SimpleLicense]) -> AlternativeTerms {
    let mut terms = AlternativeTerms {
        licenses: licenses
            .iter()
            .map(|&license| LicenseChoice::from(license))
            .collect(),
        freedoms: Freedoms {
            use_: Freedom::Granted,
            study: Freedom::Granted,
            modify: Freedom::Granted,
            share: Freedom::Granted,
        },
        restrictions: Vec::new(),
        conditions: Vec::new(),
        grants: Vec::new(),
        risks: Vec::new(),
        unknown: Vec::new(),
        summary_only: Vec::new(),
    };
    for license in licenses {
        if let Some(found) = facts(&license.id) {
            terms.freedoms = lesser(terms.freedoms, found.freedoms);
            add(&mut terms, found, license.exception.as_deref());
            incorporate(&mut terms, found, &mut vec![found.id.clone()]);
        } else {
            terms.freedoms = Freedoms::default();
            terms.unknown.push(license.id.clone());
        }
    }
    terms
}

fn incorporate(terms: &mut AlternativeTerms, license: &LicenseFacts, seen: &mut Vec<LicenseId>) {
    if seen.len() > DEEPEST_POLICY {
        return;
    }
    for id in &license.incorporates {
        if seen.contains(id) {
            continue;
        }
        match facts(id) {
            Some(policy) => {
                add(terms, policy, None);
                seen.push(id.clone());
                incorporate(terms, policy, seen);
            }
            None => terms.unknown.push(id.clone()),
        }
    }
}

fn add(terms: &mut AlternativeTerms, license: &LicenseFacts, exception: Option<&str>) {
    // A policy that was not read is covered by the clause that makes it binding: use must keep to it.
    let bound = license.category == LicenseCategory::UsePolicy
        && terms
            .restrictions
            .iter()
            .any(|clause| clause.clause.kind == Restriction::UsePolicy);
    if license.depth == FactDepth::Summary && !bound {
        terms.summary_only.push(license.id.clone());
    }
    extend(&mut terms.restrictions, &license.id, &license.restrictions);
    let conditions: Vec<_> = license
        .conditions
        .iter()
        .map(|clause| weakened(clause, exception))
        .collect();
    extend(&mut terms.conditions, &license.id, &conditions);
    extend(&mut terms.grants, &license.id, &license.grants);
    extend(&mut terms.risks, &license.id, &license.risks);
}

fn extend<K: Clone>(all: &mut Vec<LicensedClause<K>>, license: &LicenseId, clauses: &[Clause<K>]) {
    all.extend(clauses.iter().map(|clause| LicensedClause {
        license: license.clone(),
        clause: clause.clone(),
    }));
}
