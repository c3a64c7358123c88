//! Reports for people: 80 columns, nothing told by color alone.
//!
//! The text carries ANSI styles; whoever prints it strips them where the output is no terminal.

mod check;
mod comparison;
mod definition;
mod finding;
mod layout;
mod matrix;
mod nearest;
mod proof;
mod uses;

pub use check::{Detail, check};
pub use comparison::comparison;
pub use definition::{definition, definitions};
pub use finding::finding;
pub use proof::requirement;

use anstyle::{AnsiColor, Style};
use overt_core::{Severity, Truth, Verdict};
use overt_decide::Evaluation;

/// How wide every line may be, in columns.
pub const WIDTH: usize = 80;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const GREEN: Style = AnsiColor::Green.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default();

fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Meets => GREEN,
        Verdict::Fails => RED,
        Verdict::Undetermined => YELLOW,
    }
}

/// The word for a verdict, or that the definition does not apply.
fn verdict_word(evaluation: &Evaluation) -> (&'static str, Style) {
    match evaluation.applies {
        Truth::True => (
            evaluation.verdict.as_str(),
            verdict_style(evaluation.verdict),
        ),
        Truth::Unknown => ("not decided", DIM),
        Truth::False => ("not applicable", DIM),
    }
}

fn truth_mark(truth: Truth) -> (&'static str, Style) {
    match truth {
        Truth::True => ("✓", GREEN),
        Truth::False => ("✗", RED),
        Truth::Unknown => ("?", YELLOW),
    }
}

fn severity_style(severity: Severity) -> (&'static str, Style) {
    match severity {
        Severity::Error => ("error", RED),
        Severity::Warning => ("warning", YELLOW),
        Severity::Note => ("note", CYAN),
    }
}

/// A text in a style.
fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}
