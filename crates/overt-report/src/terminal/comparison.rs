//! Releases side by side, for `overt compare`.

use overt_core::{LicenseState, Status};
use overt_decide::{Comparison, ComponentState};

use super::layout::{column, cut};
use super::{BOLD, DIM, WIDTH, paint, verdict_style};

/// The column of what is compared.
const WHAT: usize = 24;

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
            let text = column(
                &cut(evaluation.verdict.as_str(), each.saturating_sub(1)),
                each,
            );
            out.push_str(&paint(verdict_style(evaluation.verdict), &text));
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
