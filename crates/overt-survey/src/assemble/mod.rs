//! Findings to one release. Pure: the same facts give the same release.

mod attribution;
mod components;
pub(crate) mod lineage;
mod linked;
mod manifest;
mod shards;

use overt_core::{
    Component, Evidence, Inventory, LicenseClaim, LineageEdge, Problem, Release, Source, Statement,
    StatementKind,
};

use crate::claim::{Claim, ClaimKind};
use crate::contradiction::{self, Ground};
use crate::facts::FileFacts;
use attribution::Claims;

/// How many claims of one kind about single files a release lists; a tree of ten thousand tagged
/// source files does not repeat them all.
const MOST_FILE_CLAIMS: usize = 200;

/// Assembles the release.
pub(crate) fn assemble(
    name: &str,
    sources: Vec<Source>,
    mut files: Vec<FileFacts>,
    problems: Vec<Problem>,
) -> Release {
    files.sort_by(|a, b| (a.source, &a.path).cmp(&(b.source, &b.path)));
    shards::check(&mut files);
    let asserted_name = files
        .iter()
        .find_map(|file| file.manifest.as_ref()?.name.clone());
    let name = asserted_name.unwrap_or_else(|| name.to_owned());
    let mut claims: Vec<Claim> = files.iter().flat_map(|file| file.claims.clone()).collect();
    claims.extend(manifest::claims(&sources, &files));
    claims.extend(linked::claims(&claims, &files));
    let dual = dual_licensed(&claims);
    let claims = dual.unwrap_or(claims);

    let mut statements: Vec<Statement> = files
        .iter()
        .flat_map(|file| file.statements.clone())
        .collect();
    statements.sort_by(|a, b| {
        (a.component, a.kind, &a.evidence).cmp(&(b.component, b.kind, &b.evidence))
    });
    statements.dedup();

    let index = Claims::new(&claims);
    let mut components = components::components(&sources, &files, &index, &statements);
    let edges = edges(&files);
    lineage::inherit(&mut components, &edges);
    let facts = manifest::apply(&sources, &files, &mut components);

    let contradictions = contradiction::find(&Ground {
        name: &name,
        files: &files,
        claims: &claims,
        components: &components,
        lineage: &edges,
    });
    let mut problems: Vec<Problem> = files
        .iter()
        .flat_map(|file| file.problems.clone())
        .chain(problems)
        .collect();
    problems.sort();
    problems.dedup();
    // What could not be read may hold what seems absent, whatever the manifest asserts.
    let complete = !problems.iter().any(|problem| problem.loses_facts)
        && files
            .iter()
            .any(|file| file.manifest.as_ref().is_some_and(|m| m.complete));
    Release {
        name,
        sources,
        inventory: if complete {
            Inventory::Complete
        } else {
            Inventory::Open
        },
        license_claims: listed(&claims, &components),
        components,
        lineage: edges,
        statements: statements
            .into_iter()
            .filter(|s| s.kind != StatementKind::References)
            .collect(),
        contradictions,
        problems,
        facts,
    }
}

/// License files that are named after their license, several to a folder, are a choice: the custom
/// of `LICENSE-MIT` beside `LICENSE-APACHE`. `None` if there are none.
fn dual_licensed(claims: &[Claim]) -> Option<Vec<Claim>> {
    use crate::claim::{Meaning, Subject};
    use overt_core::Expression;
    let mut joined = claims.to_vec();
    let mut changed = false;
    let mut folders: Vec<(usize, String)> = Vec::new();
    for claim in claims.iter().filter(|claim| names_its_license(claim)) {
        let folder = (claim.source, claim.folder().to_owned());
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    for (source, folder) in folders {
        let general: Vec<&Claim> = claims
            .iter()
            .filter(|claim| {
                claim.kind == ClaimKind::Text
                    && !claim.is_policy
                    && claim.subject == Subject::Anything
                    && claim.source == source
                    && claim.folder() == folder
            })
            .collect();
        if general.len() < 2 || !general.iter().all(|claim| names_its_license(claim)) {
            continue;
        }
        let parts = general
            .iter()
            .filter_map(|claim| claim.meaning.expression().cloned());
        let Some(choice) = Expression::any_of(parts) else {
            continue;
        };
        for claim in &mut joined {
            if general
                .iter()
                .any(|one| one.evidence == claim.evidence && one.kind == claim.kind)
            {
                claim.meaning = Meaning::Known(choice.clone());
                changed = true;
            }
        }
    }
    changed.then_some(joined)
}

/// Whether a license file is named after the license in it.
fn names_its_license(claim: &Claim) -> bool {
    let Some(expression) = claim.meaning.expression() else {
        return false;
    };
    if claim.kind != ClaimKind::Text {
        return false;
    }
    let name = claim
        .evidence
        .path
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    expression.licenses().iter().any(|license| {
        let id = license.id.as_str().to_lowercase();
        let stem = id.split('-').next().unwrap_or(&id);
        name.split(['-', '_', '.']).skip(1).any(|word| word == stem)
    })
}

/// Every edge of the lineage once, with all its evidence, and with what is known of its target.
fn edges(files: &[FileFacts]) -> Vec<LineageEdge> {
    let mut edges: Vec<LineageEdge> = Vec::new();
    for edge in files.iter().flat_map(|file| &file.lineage) {
        let known = edges.iter_mut().find(|known| {
            known.target.eq_ignore_ascii_case(&edge.target)
                && (known.relation == edge.relation
                    || known.relation == overt_core::Relation::Unspecified
                    || edge.relation == overt_core::Relation::Unspecified)
        });
        match known {
            Some(known) => {
                if known.relation == overt_core::Relation::Unspecified {
                    known.relation = edge.relation;
                }
                for evidence in &edge.evidence {
                    if !known.evidence.contains(evidence) {
                        known.evidence.push(evidence.clone());
                    }
                }
            }
            None => edges.push(edge.clone()),
        }
    }
    edges.sort_by(|a, b| (a.relation, &a.target).cmp(&(b.relation, &b.target)));
    edges
}

/// The claims that the release lists: all about more than one file, and those about single files up
/// to a limit.
fn listed(claims: &[Claim], components: &[Component]) -> Vec<LicenseClaim> {
    use overt_core::AttributionRule;
    let mut single = 0_usize;
    let mut listed: Vec<LicenseClaim> = Vec::new();
    for claim in claims {
        if claim.kind == ClaimKind::FileHeader {
            single += 1;
            if single > MOST_FILE_CLAIMS {
                continue;
            }
        }
        let governs = |evidence: &Evidence| {
            components.iter().find_map(|component| {
                let license = &component.license;
                let shown = license.decided_by.iter().chain(&license.others);
                shown
                    .into_iter()
                    .find(|seen| seen.evidence == *evidence)
                    .map(|seen| seen.rule)
            })
        };
        let rule = governs(&claim.evidence).unwrap_or(AttributionRule::None);
        listed.push(claim.shown(rule));
    }
    listed.sort_by(|a, b| a.evidence.cmp(&b.evidence));
    listed
}
