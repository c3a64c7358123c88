//! The edits as a diff, then what is left.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

use super::FixReport;

const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const BOLD: Style = Style::new().bold();
/// Lines of a new file that are shown.
const SHOWN: usize = 8;
/// Clauses of one license that are shown.
const CONFLICTS: usize = 3;
/// Unchanged lines shown around a change.
const CONTEXT: usize = 3;

pub(super) fn terminal(report: &FixReport) -> String {
    let mut out = String::new();
    for edit in &report.edits {
        let before = edit.before.as_deref().unwrap_or_default();
        let from = if edit.before.is_some() {
            edit.path.as_str()
        } else {
            "/dev/null"
        };
        let _ = writeln!(out, "{BOLD}--- {from}\n+++ {}{BOLD:#}", edit.path);
        diff(&mut out, before, &edit.after, edit.before.is_none());
        for line in &edit.why {
            prose(&mut out, &format!("because {line}"));
        }
        out.push('\n');
    }
    for refusal in &report.refused {
        let to = &refusal.compatibility.to;
        let _ = writeln!(out, "{BOLD}{to} is not written{BOLD:#}");
        prose(
            &mut out,
            &format!("the license of {} forbids it:", refusal.base),
        );
        let conflicts = &refusal.compatibility.conflicts;
        for conflict in conflicts.iter().take(CONFLICTS) {
            prose(
                &mut out,
                &format!(
                    "{} {}: {}",
                    conflict.license, conflict.place, conflict.plain
                ),
            );
        }
        if conflicts.len() > CONFLICTS {
            let from: Vec<String> = refusal
                .compatibility
                .from
                .iter()
                .map(|license| format!("--from '{license}'"))
                .collect();
            prose(
                &mut out,
                &format!(
                    "and {} more clauses: overt compat {} --to '{to}' --by {}",
                    conflicts.len() - CONFLICTS,
                    from.join(" "),
                    refusal.compatibility.by.id()
                ),
            );
        }
        out.push('\n');
    }
    if !report.may_carry.is_empty() {
        let names: Vec<String> = report.may_carry.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "{BOLD}What it may carry{BOLD:#}");
        prose(&mut out, &names.join(", "));
        out.push('\n');
    }
    if !report.left.is_empty() {
        let _ = writeln!(out, "{BOLD}Left to you{BOLD:#}");
        for line in &report.left {
            prose(&mut out, line);
        }
        out.push('\n');
    }
    if report.edits.is_empty() {
        if report.refused.is_empty() && report.left.is_empty() {
            out.push_str("nothing to mend\n");
        }
        return out;
    }
    let when = if report.written {
        "Checked again"
    } else {
        "Foreseen"
    };
    let _ = writeln!(out, "{BOLD}{when}{BOLD:#}");
    for change in &report.verdicts {
        let (before, after) = (change.before.as_str(), change.after.as_str());
        let verdict = if before == after {
            format!("{before}, as before")
        } else {
            format!("{before} → {after}")
        };
        let _ = writeln!(out, "  {:<24} {verdict}", change.definition);
    }
    out
}

/// A paragraph, two columns in and no wider than a terminal.
fn prose(out: &mut String, text: &str) {
    const WIDTH: usize = 80;
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("  ")
        .subsequent_indent("    ")
        .break_words(false);
    for line in textwrap::wrap(text, options) {
        let _ = writeln!(out, "{line}");
    }
}

fn diff(out: &mut String, before: &str, after: &str, is_new: bool) {
    let diff = TextDiff::from_lines(before, after);
    if is_new {
        let lines: Vec<&str> = after.lines().collect();
        for line in lines.iter().take(SHOWN) {
            let _ = writeln!(out, "{GREEN}+{line}{GREEN:#}");
        }
        if lines.len() > SHOWN {
            let _ = writeln!(out, "  … {} more lines", lines.len() - SHOWN);
        }
        return;
    }
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let _ = writeln!(out, "{}", hunk.header());
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\r', '\n']);
            let _ = match change.tag() {
                ChangeTag::Insert => writeln!(out, "{GREEN}+{line}{GREEN:#}"),
                ChangeTag::Delete => writeln!(out, "{RED}-{line}{RED:#}"),
                ChangeTag::Equal => writeln!(out, " {line}"),
            };
        }
    }
}
