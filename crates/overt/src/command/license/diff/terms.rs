//! A difference in terms on a terminal.

use std::fmt::Write as _;

use overt_core::Freedom;
use overt_license::{PageClause, TermsDifference};

pub(super) fn shown(difference: &TermsDifference) -> String {
    let mut text = format!("{} → {}\n", difference.old, difference.new);
    if difference.incomplete {
        text.push_str("One of them is known in summary only; clauses may be missing here.\n");
    }
    for change in &difference.freedoms {
        let _ = writeln!(
            text,
            "~ freedom to {}: {} → {}",
            change.freedom.verb(),
            word(change.old),
            word(change.new)
        );
    }
    for clause in &difference.removed {
        line(&mut text, '-', clause);
    }
    for clause in &difference.added {
        line(&mut text, '+', clause);
    }
    for change in &difference.changed {
        line(&mut text, '-', &change.old);
        line(&mut text, '+', &change.new);
    }
    if text.lines().count() == 1 {
        text.push_str("no difference in terms\n");
    }
    text
}

fn line(text: &mut String, mark: char, clause: &PageClause) {
    let _ = writeln!(
        text,
        "{mark} {} ({}): {}",
        clause.kind.id(),
        clause.place,
        clause.plain
    );
}

fn word(freedom: Freedom) -> &'static str {
    match freedom {
        Freedom::Granted => "granted",
        Freedom::Restricted => "restricted",
        Freedom::Denied => "denied",
        Freedom::Unstated => "unstated",
    }
}
