//! Releases side by side, for `overt compare`.

use overt_core::{LicenseState, Status, Verdict};
use overt_decide::{Comparison, ComponentState, Evaluation};

use super::layout::{column, cut};
use super::{BOLD, DIM, WIDTH, paint, verdict_style, verdict_word};

/// The column of what is compared.
const WHAT: usize = 28;

/// The comparison as a table with ANSI styles.
pub fn comparison(comparison: &Comparison) -> String {
    let count = comparison.releases.len().max(1);
    let each = (WIDTH - WHAT) / count;
    let mut out = " ".repeat(WHAT);
    for name in &comparison.releases {
        out.push_str(&paint(
            BOLD,
            &column(&cut(name, each.saturating_sub(1)), each),
        ));
    }
    end(&mut out);
    for row in &comparison.definitions {
        out.push_str(&column(&cut(&row.definition, WHAT - 1), WHAT));
        for evaluation in &row.evaluations {
            let (word, style) = verdict_word(evaluation);
            let text = column(
                &cut(&graded(word, evaluation), each.saturating_sub(1)),
                each,
            );
            out.push_str(&paint(style, &text));
        }
        end(&mut out);
    }
    out.push('\n');
    for (index, freedom) in FREEDOMS.into_iter().enumerate() {
        out.push_str(&column(&format!("may {freedom} all of it"), WHAT));
        for answers in &comparison.freedoms {
            let granted = answers.get(index).map(|answer| answer.granted);
            let (word, style) = match granted {
                Some(Verdict::Meets) => ("yes", verdict_style(Verdict::Meets)),
                Some(Verdict::Fails) => ("no, or limited", verdict_style(Verdict::Fails)),
                _ => ("undetermined", verdict_style(Verdict::Undetermined)),
            };
            let text = column(&cut(word, each.saturating_sub(1)), each);
            out.push_str(&paint(style, &text));
        }
        end(&mut out);
    }
    out.push('\n');
    for row in &comparison.components {
        let name = row
            .component
            .name()
            .replace("Model parameters", "Parameters");
        out.push_str(&column(&cut(&name, WHAT - 1), WHAT));
        for state in &row.states {
            let text = column(&cut(&shown(state), each.saturating_sub(1)), each);
            let known = matches!(state.status, Status::Released | Status::PartlyReleased);
            out.push_str(&if known { text } else { paint(DIM, &text) });
        }
        end(&mut out);
    }
    out
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

/// Ends a line without the spaces that fill its last column.
fn end(out: &mut String) {
    let length = out.trim_end_matches(' ').len();
    out.truncate(length);
    out.push('\n');
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
