//! License files, notices and use policies: which text they hold.

use overt_core::{Expression, LicenseCategory, Problem, ProblemKind, Span, Strength};
use overt_license::{Identification, MODIFIED_PREFIX, MatchKind, UNKNOWN_LICENSE};

use super::Context;
use super::read::Reader;
use crate::claim::{Claim, ClaimKind, Meaning, Subject, folder_of};
use crate::facts::{FileFacts, LicenseFile, Modified};
use crate::wording::LicenseFileNames;

/// What a file with a license's name is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is read for the text of a license.
    License,
    /// It is read for notices; it licenses nothing by itself.
    Notice,
    /// It is read for a policy that goes with a license.
    Policy,
}

impl Role {
    /// The role of a file by its path and its name in lower case.
    pub(super) fn of(names: &LicenseFileNames, path: &str, lower_name: &str) -> Option<Self> {
        if names.is_policy(lower_name) {
            Some(Self::Policy)
        } else if names.is_notice(lower_name) {
            Some(Self::Notice)
        } else if names.is_license(folder_of(path), lower_name) {
            Some(Self::License)
        } else {
            None
        }
    }
}

pub(super) fn gather(
    context: &Context<'_>,
    reader: &mut Reader,
    name: &str,
    role: Role,
    facts: &mut FileFacts,
) {
    if reader.bytes() == 0 {
        facts.problems.push(Problem::new(
            ProblemKind::Empty,
            "the license file is empty",
        ));
        return;
    }
    let Some(bytes) = reader.whole() else { return };
    let found = overt_license::identify_named(name, &bytes);
    facts.problems.extend(found.problems.clone());
    if found.matches.is_empty() && super::is_binary(&bytes) {
        let message = "the file is binary, and no license text was found in it";
        let problem = Problem::new(ProblemKind::Malformed, message);
        facts.problems.push(problem);
        return;
    }
    if role == Role::Notice {
        facts.prose = Some(String::from_utf8_lossy(&bytes).into_owned());
    }
    let (meaning, span) = meaning(&found);
    let evidence = context.evidence(&facts.path, Strength::Observed, "license-text");
    let evidence = match span {
        Some(span) => evidence.at(span),
        None => evidence,
    };
    let evidence = evidence.saying(said(&found, &meaning));
    facts.license_file = Some(LicenseFile {
        ids: ids(&found),
        modified: modified(&found),
        beside: beside(&found),
        evidence: evidence.clone(),
    });
    if role == Role::Notice {
        return;
    }
    let is_policy = role == Role::Policy || meaning.expression().is_some_and(is_policy);
    let subjects = context.names.subjects(name);
    let subject = if subjects.is_empty() {
        about(context.names, &meaning)
    } else {
        Subject::Components(subjects)
    };
    facts.claims.push(Claim {
        kind: ClaimKind::Text,
        written: meaning
            .expression()
            .map_or_else(|| name.to_owned(), ToString::to_string),
        meaning,
        subject,
        is_policy,
        source: context.index,
        evidence,
    });
}

/// Whether a license is a policy that goes with another.
pub(super) fn is_policy(expression: &Expression) -> bool {
    expression.licenses().iter().all(|license| {
        overt_license::facts(&license.id)
            .is_some_and(|facts| facts.category == LicenseCategory::UsePolicy)
    })
}

/// A license file without a telling name is for whatever stands beside it.
fn about(_: &LicenseFileNames, _: &Meaning) -> Subject {
    Subject::Anything
}

/// What the file's text means, and where it stands.
fn meaning(found: &Identification) -> (Meaning, Option<Span>) {
    let texts: Vec<_> = found
        .matches
        .iter()
        .filter(|one| !matches!(one.how, MatchKind::Mention | MatchKind::Tag))
        .collect();
    let span = texts
        .first()
        .copied()
        .or_else(|| found.matches.first())
        .map(|one| Span::Lines(one.lines.0, one.lines.1));
    if let Some(expression) = &found.expression {
        return (recognized(expression), span);
    }
    let nearest = found.unknown.first();
    let span = nearest
        .map(|text| Span::Lines(text.lines.0, text.lines.1))
        .or(span);
    let nearest = nearest.and_then(|text| text.nearest.clone());
    if found.matches.is_empty() && found.unknown.is_empty() {
        return (Meaning::Nothing, None);
    }
    (
        Meaning::Unrecognized {
            nearest: nearest.map(|id| Expression::license(id.as_str())),
        },
        span,
    )
}

/// An expression of which a part is changed or unknown names no license as a whole.
pub(super) fn recognized(expression: &Expression) -> Meaning {
    let licenses = expression.licenses();
    let is_changed = |id: &str| id.starts_with(MODIFIED_PREFIX) || id == UNKNOWN_LICENSE;
    if !licenses
        .iter()
        .any(|license| is_changed(license.id.as_str()))
    {
        return Meaning::Known(expression.clone());
    }
    let nearest = licenses.iter().filter_map(|license| {
        let id = license.id.as_str();
        match id.strip_prefix(MODIFIED_PREFIX) {
            Some(original) => Some(Expression::license(original)),
            None if id == UNKNOWN_LICENSE => None,
            None => Some(Expression::License((*license).clone())),
        }
    });
    Meaning::Unrecognized {
        nearest: Expression::all_of(nearest),
    }
}

fn said(found: &Identification, meaning: &Meaning) -> String {
    match meaning {
        Meaning::Known(expression) => expression.to_string(),
        Meaning::Unrecognized {
            nearest: Some(nearest),
        } => {
            format!("no known license; nearest is {nearest}")
        }
        Meaning::Unrecognized { nearest: None } => "no known license".to_owned(),
        _ if found.matches.is_empty() => "no license text".to_owned(),
        _ => String::new(),
    }
}

fn ids(found: &Identification) -> Vec<String> {
    let mut ids: Vec<String> = found
        .matches
        .iter()
        .flat_map(|one| one.license.licenses())
        .map(|license| license.id.to_string())
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

fn beside(found: &Identification) -> Vec<(Span, String)> {
    let passages = found.beside.iter();
    passages
        .map(|passage| {
            let (first, last) = passage.lines;
            (Span::Lines(first, last), passage.here.clone())
        })
        .collect()
}

fn modified(found: &Identification) -> Option<Modified> {
    let change = found.matches.iter().find_map(|one| one.modified.as_ref())?;
    let place = change.passages.first().map(|passage| {
        let words = if passage.here.is_empty() {
            String::new()
        } else {
            let words: Vec<&str> = passage.here.split_whitespace().take(12).collect();
            format!(" (\u{201c}{}…\u{201d})", words.join(" "))
        };
        format!(", first at line {}{words}", passage.lines.0)
    });
    let differs = format!(
        "{} words added and {} removed{}",
        change.added_words,
        change.removed_words,
        place.unwrap_or_default()
    );
    Some(Modified {
        nearest: change.of.to_string(),
        differs,
    })
}
