//! Releases side by side, for `overt compare`.

use overt_core::{LicenseState, Status, Verdict};
use overt_decide::{Comparison, ComponentState, Evaluation};

use anstyle::Style;

use super::layout::{column, cut};
use super::{BOLD, DIM, WIDTH, paint, verdict_style, verdict_word};

/// The column of what is compared.
const WHAT: usize = 28;

/// The comparison as a table with ANSI styles.
pub fn comparison(comparison: &Comparison) -> String {
    let each = (WIDTH - WHAT) / comparison.releases.len().max(1);
    let mut out = String::new();
    let names = comparison.releases.iter();
    row(&mut out, "", each, names.map(|name| (name.clone(), BOLD)));
    for compared in &comparison.definitions {
        let verdicts = compared.evaluations.iter().map(|evaluation| {
            let (word, style) = verdict_word(evaluation);
            let graded = graded(word, evaluation);
            // The grade is left out where there is no room for all of it.
            let fits = graded.chars().count() < each;
            (if fits { graded } else { word.to_owned() }, style)
        });
        row(&mut out, &compared.definition, each, verdicts);
    }
    out.push('\n');
    for (index, freedom) in FREEDOMS.into_iter().enumerate() {
        let granted = comparison.freedoms.iter().map(|answers| {
            let answer = answers.get(index);
            let is_free = answer.is_none_or(|answer| answer.price.is_empty());
            let (word, verdict) = match answer.map(|answer| answer.granted) {
                Some(Verdict::Meets) if is_free => ("yes", Verdict::Meets),
                Some(Verdict::Meets) => ("yes, if", Verdict::Meets),
                Some(Verdict::Fails) => ("no, or limited", Verdict::Fails),
                _ => ("undetermined", Verdict::Undetermined),
            };
            (word.to_owned(), verdict_style(verdict))
        });
        row(&mut out, &format!("may {freedom} all of it"), each, granted);
    }
    out.push('\n');
    for compared in &comparison.components {
        let name = compared
            .component
            .name()
            .replace("Model parameters", "Parameters");
        let states = compared.states.iter().map(|state| {
            let known = matches!(state.status, Status::Released | Status::PartlyReleased);
            (shown(state), if known { Style::new() } else { DIM })
        });
        row(&mut out, &name, each, states);
    }
    out
}

/// One line of the table: what is compared, and a cell for each release. The last one is not filled up
/// with spaces.
fn row(
    out: &mut String,
    what: &str,
    each: usize,
    cells: impl ExactSizeIterator<Item = (String, Style)>,
) {
    out.push_str(&column(&cut(what, WHAT - 1), WHAT));
    let last = cells.len().saturating_sub(1);
    for (index, (text, style)) in cells.enumerate() {
        let text = cut(&text, each.saturating_sub(1));
        let text = if index == last {
            text
        } else {
            column(&text, each)
        };
        out.push_str(&paint(style, &text));
    }
    out.push('\n');
}

/// The freedoms, in the order of `release_freedoms`.
const FREEDOMS: [&str; 4] = ["use", "study", "modify", "share"];

/// The verdict, with the grade that is reached or the score.
fn graded(word: &str, evaluation: &Evaluation) -> String {
    let grade = evaluation
        .grade
        .as_ref()
        .and_then(|grade| grade.reached.as_ref());
    match (grade, evaluation.score) {
        (Some(grade), _) => format!("{word} ({grade})"),
        (None, Some(score)) if (score.at_most - score.at_least).abs() < f64::EPSILON => {
            format!("{word} ({:.2})", score.at_least)
        }
        _ => word.to_owned(),
    }
}

fn shown(state: &ComponentState) -> String {
    let license = match (&state.license, state.license_state) {
        (Some(license), _) => license.to_string().replace("LicenseRef-", ""),
        (None, LicenseState::Unlicensed) => "no license".to_owned(),
        (None, LicenseState::Unrecognized) => "unknown terms".to_owned(),
        (None, _) => String::new(),
    };
    let disputed = if state.disputed { "?!" } else { "" };
    match state.status {
        Status::NotFound | Status::Unknown => state.status.as_str().to_owned(),
        Status::Released if !license.is_empty() => format!("{license}{disputed}"),
        status if license.is_empty() => status.as_str().to_owned(),
        status => format!("{}: {license}{disputed}", status.as_str()),
    }
}
