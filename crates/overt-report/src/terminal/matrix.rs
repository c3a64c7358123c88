//! Many definitions at once: a line each, and its reason below where that does not fit beside it.

use overt_decide::{Evaluation, Reason};
use unicode_width::UnicodeWidthStr as _;

use super::layout::{clean, column, cut, paragraph, shortened};
use super::{BOLD, DIM, WIDTH, paint, verdict_word};

/// The columns of the definition's id and of the verdict.
const ID: usize = 27;
const VERDICT: usize = 15;
/// Where a reason begins that does not fit beside them and gets its own line.
const INDENT: usize = 6;

/// Definitions, verdicts and the reason that decides each.
pub(super) fn matrix(out: &mut String, evaluations: &[Evaluation]) {
    let mut counted = false;
    for (index, evaluation) in evaluations.iter().enumerate() {
        let (word, style) = verdict_word(evaluation);
        let first = |width| {
            let id = column(&cut(&evaluation.definition, ID - 1), ID);
            format!(
                "  {}{}",
                paint(BOLD, &id),
                paint(style, &column(word, width))
            )
        };
        let Some(reason) = evaluation.reasons.first() else {
            out.push_str(&format!("{}\n", first(word.len())));
            continue;
        };
        let same = |earlier: &&Evaluation| {
            earlier.reasons.first().map(|first| &first.because) == Some(&reason.because)
        };
        let same = evaluations.iter().take(index).find(same);
        let because = clean(&same.map_or_else(
            || without_place(reason),
            |earlier| format!("as {}", earlier.definition),
        ));
        let more = match evaluation.reasons.len() - 1 {
            0 => String::new(),
            more => format!(" (+{more})"),
        };
        counted |= !more.is_empty();
        let fits = because.width() + more.width() <= WIDTH - 2 - ID - VERDICT;
        if fits {
            out.push_str(&format!(
                "{}{}\n",
                first(VERDICT),
                format_args!("{because}{more}")
            ));
        } else {
            out.push_str(&format!("{}\n", first(word.len())));
            out.push_str(&two_lines(&because, &more));
        }
    }
    if counted {
        let line = "  (+n): so many more reasons, shown with -v";
        out.push_str(&paint(DIM, line));
        out.push('\n');
    }
    out.push('\n');
}

/// The reason without the place at its end: the matrix has no room for it.
fn without_place(reason: &Reason) -> String {
    let place = reason
        .evidence
        .first()
        .map(|first| format!(" ({})", first.place()));
    let because = place
        .and_then(|place| reason.because.strip_suffix(&place))
        .unwrap_or(&reason.because);
    shortened(because)
}

/// A text with an end that is never cut, on at most two lines of their own.
fn two_lines(text: &str, end: &str) -> String {
    let mut room = 2 * (WIDTH - INDENT) - end.width();
    loop {
        let shown = format!("{}{end}", cut(text, room));
        let lines = paragraph(&" ".repeat(INDENT), INDENT, INDENT, &shown);
        // Words that do not fit the first line leave a gap there.
        if lines.lines().count() <= 2 || room <= INDENT {
            return lines;
        }
        room -= 1;
    }
}
