//! An answer on compatibility as plain text.

use std::fmt::Write as _;

use overt_core::{LicenseCategory, LicenseId};

use super::Compatibility;
use crate::explain::wrap;
use crate::facts;

/// A clause in one line: its license, its place, what it says.
type Line<'a> = (&'a LicenseId, &'a str, String);

impl Compatibility {
    /// The answer as plain text: 80 columns, no colors, ends with a line break.
    pub fn to_text(&self) -> String {
        let from: Vec<String> = self.from.iter().map(ToString::to_string).collect();
        let question = format!(
            "{}: {} by {} from {}",
            self.verdict.as_str(),
            self.to,
            self.by.id(),
            from.join(", ")
        );
        let mut text = wrap(&question, "", "  ");
        let conflicts: Vec<Line<'_>> = self
            .conflicts
            .iter()
            .map(|one| (&one.license, one.place.as_str(), one.plain.clone()))
            .collect();
        section(&mut text, "Forbidden by", &conflicts);
        for (title, clauses) in [
            ("To observe", &self.conditions),
            ("To keep with it", &self.notices),
        ] {
            let lines: Vec<Line<'_>> = clauses
                .iter()
                .map(|one| (&one.license, one.place.as_str(), one.said()))
                .collect();
            section(&mut text, title, &lines);
        }
        for (title, notes) in [("Not decided", &self.undecided), ("Note", &self.remarks)] {
            if !notes.is_empty() {
                let _ = writeln!(text, "\n{title}");
                for note in notes {
                    text.push_str(&wrap(note, "  ", "    "));
                }
            }
        }
        text
    }
}

/// The clauses of a use policy are counted, the others said.
fn section(text: &mut String, title: &str, lines: &[Line<'_>]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{title}");
    let mut counted: Vec<&LicenseId> = Vec::new();
    for (license, place, plain) in lines {
        let license = *license;
        if !is_policy(license) {
            text.push_str(&wrap(&format!("{plain} [{license} {place}]"), "  ", "    "));
        } else if !counted.contains(&license) {
            counted.push(license);
            let count = lines.iter().filter(|(other, ..)| *other == license).count();
            let said = match count {
                1 => format!("{plain} [{license} {place}]"),
                _ => format!(
                    "The {count} limits on use of {license}; `overt license explain {license}` \
                     lists them."
                ),
            };
            text.push_str(&wrap(&said, "  ", "    "));
        }
    }
}

fn is_policy(id: &LicenseId) -> bool {
    facts(id).is_some_and(|license| license.category == LicenseCategory::UsePolicy)
}
