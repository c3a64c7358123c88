//! Whether the release may be used as asked, and on which clauses that rests.

use overt_core::{LicenseCategory, LicenseId, Verdict};
use overt_license::{Answer, PageClause, facts};

use super::check::{Detail, title};
use super::layout::paragraph;
use super::{paint, verdict_style};
use crate::{CheckReport, ComponentUse};

pub(super) fn uses(out: &mut String, report: &CheckReport, detail: Detail) {
    let mut last = "";
    let mut rest = report.uses.as_slice();
    while let Some(one) = rest.first() {
        let alike = rest
            .iter()
            .take_while(|other| other.license == one.license && other.answer == one.answer)
            .count();
        let (group, others) = rest.split_at(alike.max(1));
        rest = others;
        if one.answer.use_case != last {
            title(out, &one.answer.question);
            last = &one.answer.use_case;
        }
        told(out, group, detail);
    }
    if !report.uses.is_empty() {
        out.push('\n');
    }
}

/// Components with the same license and the same answer.
fn told(out: &mut String, group: &[ComponentUse], detail: Detail) {
    let Some(one) = group.first() else { return };
    let answer = &one.answer;
    let style = match answer.answer {
        Answer::No => verdict_style(Verdict::Fails),
        Answer::Undetermined => verdict_style(Verdict::Undetermined),
        Answer::YesIf | Answer::Yes => verdict_style(Verdict::Meets),
    };
    let names: Vec<&str> = group.iter().map(|one| one.component.name()).collect();
    let names = names.join(", ");
    let word = answer.answer.as_str();
    out.push_str(&paragraph(
        &format!("  {} ", paint(style, word)),
        3 + word.len(),
        4,
        &format!("for {names} under {}", one.license),
    ));
    for freedom in &answer.withheld {
        let line = format!("the license does not let one {} it", freedom.verb());
        out.push_str(&paragraph("    - ", 6, 6, &line));
    }
    if answer.answer == Answer::No {
        clauses(out, "because", &answer.forbidden_by, detail);
        return;
    }
    clauses(out, "within", &answer.limited_by, detail);
    clauses(out, "observing", &answer.duties, detail);
    for line in &answer.undecided {
        out.push_str(&paragraph("    ? ", 6, 6, line));
    }
}

/// The clauses of a use policy are counted unless everything is to be told.
fn clauses(out: &mut String, heading: &str, clauses: &[PageClause], detail: Detail) {
    if clauses.is_empty() {
        return;
    }
    out.push_str(&paragraph("    ", 4, 4, heading));
    let mut counted: Vec<&LicenseId> = Vec::new();
    for clause in clauses {
        let count = clauses
            .iter()
            .filter(|other| other.license == clause.license)
            .count();
        let whole = detail == Detail::Full || count == 1 || !is_policy(&clause.license);
        let line = if whole {
            format!(
                "{} ({} {})",
                clause.said(),
                clause.license,
                clause.whereabouts()
            )
        } else if counted.contains(&&clause.license) {
            continue;
        } else {
            counted.push(&clause.license);
            format!("the {count} limits on use of {} (-v)", clause.license)
        };
        out.push_str(&paragraph("    - ", 6, 6, &line));
    }
}

fn is_policy(id: &LicenseId) -> bool {
    facts(id).is_some_and(|license| license.category == LicenseCategory::UsePolicy)
}
