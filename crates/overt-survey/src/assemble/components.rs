//! Findings to components: status, files, license.

use std::collections::BTreeMap;

use overt_core::{
    Artifact, Component, ComponentKind, Evidence, Expression, LicenseConclusion, LicenseState,
    Source, SourceKind, Statement, StatementKind, Status, Strength,
};

use super::attribution::Claims;
use crate::facts::FileFacts;

/// One file of a component, before files are grouped.
struct Part<'a> {
    file: &'a FileFacts,
    role: &'static str,
    status: Status,
    supporting: bool,
    evidence: Evidence,
}

/// Every component, in the order of [`ComponentKind::ALL`].
pub(crate) fn components(
    sources: &[Source],
    files: &[FileFacts],
    claims: &Claims<'_>,
    statements: &[Statement],
) -> Vec<Component> {
    let mut parts: BTreeMap<ComponentKind, Vec<Part<'_>>> = BTreeMap::new();
    for file in files {
        let Some(source) = sources.get(file.source) else {
            continue;
        };
        for found in &file.matches {
            let (status, method) = match (file.is_pointer, found.word_at) {
                (true, _) => (Status::Referenced.max(found.status), "git-lfs-pointer"),
                (false, None) => (found.status, "file-signature"),
                (false, Some(_)) => (found.status, "file-content"),
            };
            let evidence = Evidence::file(&source.label, &file.path, Strength::Observed, method);
            parts.entry(found.kind).or_default().push(Part {
                file,
                role: found.role,
                status: if file.lacks_shards {
                    status.max(Status::PartlyReleased)
                } else {
                    status
                },
                supporting: found.supporting,
                evidence,
            });
        }
        for found in &file.card_matches {
            parts.entry(found.kind).or_default().push(Part {
                file,
                role: found.role,
                status: found.status,
                supporting: false,
                evidence: found.evidence.clone(),
            });
        }
    }
    let blind = sources.iter().all(|source| source.kind == SourceKind::File)
        || sources.iter().any(|source| source.incomplete);
    ComponentKind::ALL
        .into_iter()
        .map(|kind| {
            let parts = parts.remove(&kind).unwrap_or_default();
            component(kind, &parts, claims, statements, blind)
        })
        .collect()
}

fn component(
    kind: ComponentKind,
    parts: &[Part<'_>],
    claims: &Claims<'_>,
    statements: &[Statement],
    blind: bool,
) -> Component {
    let here = |statement: &&Statement| statement.component == kind;
    let own = || statements.iter().filter(here);
    let shown = parts
        .iter()
        .filter(|part| !part.supporting)
        .map(|part| part.status)
        .min();
    let said = |wanted: StatementKind| own().find(|statement| statement.kind == wanted);
    let status = match shown {
        Some(status @ (Status::Released | Status::PartlyReleased)) => status,
        _ if said(StatementKind::Withholds).is_some() => Status::Withheld,
        Some(status) => status,
        // What is had only by those who ask is said to be somewhere.
        None if said(StatementKind::References).is_some()
            || said(StatementKind::Gates).is_some() =>
        {
            Status::Referenced
        }
        None if blind => Status::Unknown,
        None => Status::NotFound,
    };
    let evidence = own()
        .filter(|statement| {
            statement.kind == StatementKind::Withholds || shown.is_none_or(|s| s > Status::Released)
        })
        .map(|statement| statement.evidence.clone())
        .collect();
    // A tokenizer alone does not bring its license to weights that are elsewhere.
    let standing: Vec<_> = parts
        .iter()
        .filter(|part| part.status < Status::Referenced || part.file.is_pointer)
        .filter(|_| shown.is_some())
        .collect();
    let license = if standing.is_empty() {
        claims.of_absent(kind)
    } else {
        let conclusions = standing
            .iter()
            .map(|part| {
                (
                    claims.of_file(kind, part.file.source, &part.file.path),
                    part.supporting,
                )
            })
            .collect();
        join(conclusions)
    };
    Component {
        kind,
        status,
        artifacts: artifacts(parts),
        evidence,
        license,
    }
}

/// Files of one role in one source become one artifact, the strongest status first.
fn artifacts(parts: &[Part<'_>]) -> Vec<Artifact> {
    let mut groups: BTreeMap<(bool, Status, usize, &str), Artifact> = BTreeMap::new();
    for part in parts {
        let key = (part.supporting, part.status, part.file.source, part.role);
        match groups.get_mut(&key) {
            Some(artifact) => {
                artifact.files += 1;
                artifact.bytes = artifact.bytes.saturating_add(part.file.bytes);
            }
            None => {
                groups.insert(
                    key,
                    Artifact {
                        role: part.role.to_owned(),
                        evidence: part.evidence.clone(),
                        files: 1,
                        bytes: part.file.bytes,
                    },
                );
            }
        }
    }
    groups.into_values().collect()
}

/// The license of several files together: the one they share, or all of them.
fn join(conclusions: Vec<(LicenseConclusion, bool)>) -> LicenseConclusion {
    let mut distinct: Vec<(LicenseConclusion, usize)> = Vec::new();
    let any_main = conclusions.iter().any(|(_, supporting)| !supporting);
    for (conclusion, supporting) in conclusions {
        if supporting && any_main {
            continue;
        }
        match distinct.iter_mut().find(|(known, _)| {
            known.state == conclusion.state && known.expression == conclusion.expression
        }) {
            Some((known, count)) => {
                *count += 1;
                known.disputed |= conclusion.disputed;
                for other in conclusion.others {
                    if known.others.len() < MOST_OTHERS && !known.others.contains(&other) {
                        known.others.push(other);
                    }
                }
            }
            None => distinct.push((conclusion, 1)),
        }
    }
    // The most files first; the first seen wins a tie.
    distinct.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let mut all = distinct.into_iter().map(|(conclusion, _)| conclusion);
    let Some(mut joined) = all.next() else {
        return LicenseConclusion::unknown();
    };
    for other in all {
        // One part without known terms leaves the whole without known terms.
        joined.state = joined.state.max(other.state);
        joined.disputed |= other.disputed;
        joined.expression =
            Expression::all_of(joined.expression.into_iter().chain(other.expression));
        let further = other.decided_by.into_iter().chain(other.others);
        for claim in further {
            if joined.others.len() < MOST_OTHERS && !joined.others.contains(&claim) {
                joined.others.push(claim);
            }
        }
    }
    if joined.state != LicenseState::Licensed {
        joined.expression = None;
    }
    joined
}

/// How many outranked claims are kept for one component.
const MOST_OTHERS: usize = 32;
