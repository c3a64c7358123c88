//! A license's page as plain text.
//!
//! Every clause is said once, under a number; what may be done with the license refers to the numbers.

use std::fmt::Write as _;

use overt_core::{FactDepth, Freedom, RecognitionList, Recognized};

use super::ask::{Answer, UseAnswer};
use super::clause::PageClause;
use super::page::LicensePage;
use crate::FreedomKind;

/// Columns of a line.
const WIDTH: usize = 80;
/// Columns of the titles of use cases and of what stands before the answers' numbers.
const TITLE: usize = 36;

impl LicensePage {
    /// The page as plain text: 80 columns, no colors, ends with a line break.
    pub fn to_text(&self) -> String {
        let mut text = format!("{}\n", self.name);
        text.push_str(&wrap(&self.identity(), "", ""));
        self.differs_text(&mut text);
        self.freedoms_text(&mut text);
        let numbered = Numbered::new(self);
        text.push_str("\nMay I …?\n");
        for answer in &self.uses {
            numbered.answer(&mut text, answer);
        }
        for (title, clauses) in [
            ("You must not, or only within these limits", &self.must_not),
            ("You must", &self.must),
            ("You get", &self.gets),
            ("What can happen", &self.can_happen),
        ] {
            if clauses.is_empty() {
                continue;
            }
            let _ = writeln!(text, "\n{title}");
            for clause in clauses {
                numbered.clause(&mut text, clause);
            }
        }
        if self.depth == FactDepth::Summary {
            text.push_str("\nThis license was not read clause by clause; it may say more.\n");
        }
        self.recognition_text(&mut text);
        let source = format!("Facts: {}; checked {}.", self.source, self.checked);
        text.push('\n');
        text.push_str(&wrap(&source, "", ""));
        text
    }

    /// Id, sort, steward, date and policies in one line.
    fn identity(&self) -> String {
        let category = word(&self.category);
        let mut parts = vec![self.id.to_string(), category];
        parts.extend(
            [&self.steward, &self.date]
                .into_iter()
                .filter(|part| !part.is_empty())
                .cloned(),
        );
        let mut identity = parts.join(" · ");
        if !self.incorporates.is_empty() {
            let policies: Vec<&str> = self
                .incorporates
                .iter()
                .map(overt_core::LicenseId::as_str)
                .collect();
            let _ = write!(identity, " · with {}", policies.join(" and "));
        }
        identity
    }

    fn differs_text(&self, text: &mut String) {
        if self.differs.is_empty() {
            return;
        }
        let places = self.differs.len();
        let mut lines: Vec<usize> = self
            .differs
            .iter()
            .filter_map(|passage| usize::try_from(passage.lines.0).ok())
            .collect();
        lines.sort_unstable();
        lines.dedup();
        let said = format!(
            "This file is not that text word for word: {places} place{} differ{}, at line{} {}. What \
             follows tells of the license's own text.",
            if places == 1 { "" } else { "s" },
            if places == 1 { "s" } else { "" },
            if lines.len() == 1 { "" } else { "s" },
            ranges(&lines),
        );
        text.push('\n');
        text.push_str(&wrap(&said, "", ""));
    }

    fn freedoms_text(&self, text: &mut String) {
        let kinds = [
            FreedomKind::Use,
            FreedomKind::Study,
            FreedomKind::Modify,
            FreedomKind::Share,
        ];
        if kinds
            .iter()
            .all(|kind| kind.of(self.freedoms) == Freedom::Unstated)
        {
            return;
        }
        text.push_str("\nYou may\n");
        for kind in kinds {
            let how_far = match kind.of(self.freedoms) {
                Freedom::Granted => "for any purpose",
                Freedom::Restricted => "within limits",
                Freedom::Denied => "not",
                Freedom::Unstated => "not stated",
            };
            let _ = writeln!(text, "  {:<7} {how_far}", kind.verb());
        }
    }

    fn recognition_text(&self, text: &mut String) {
        let named = |wanted: Recognized| -> Vec<String> {
            self.recognitions
                .iter()
                .filter(|recognition| recognition.recognized == wanted)
                .map(|recognition| {
                    let rating = recognition
                        .rating
                        .as_ref()
                        .map(|rating| format!(" {rating}"))
                        .unwrap_or_default();
                    let list = list_name(recognition.list);
                    format!("{list}{rating} ({})", recognition.version)
                })
                .collect()
        };
        for (title, lists) in [
            ("Recognized by", named(Recognized::Yes)),
            ("Not recognized by", named(Recognized::No)),
        ] {
            if !lists.is_empty() {
                let _ = writeln!(text, "\n{title}");
                for list in lists {
                    text.push_str(&wrap(&list, "  ", "    "));
                }
            }
        }
    }
}

fn list_name(list: RecognitionList) -> &'static str {
    match list {
        RecognitionList::OsiApproved => "Open Source Initiative",
        RecognitionList::FsfFree => "Free Software Foundation",
        RecognitionList::OpenDefinition => "Open Definition",
        RecognitionList::DebianMain => "Debian main",
        RecognitionList::BlueOak => "Blue Oak Council",
        RecognitionList::MotOpen => "Model Openness Tool, as open",
        RecognitionList::MotCode => "Model Openness Tool, for code",
        RecognitionList::MotData => "Model Openness Tool, for data",
        RecognitionList::MotDocument => "Model Openness Tool, for documents",
    }
}

/// The clauses of a page with their numbers.
struct Numbered<'a> {
    page: &'a LicensePage,
    clauses: Vec<&'a PageClause>,
}

impl<'a> Numbered<'a> {
    fn new(page: &'a LicensePage) -> Self {
        let clauses = [&page.must_not, &page.must, &page.gets, &page.can_happen]
            .into_iter()
            .flatten()
            .collect();
        Self { page, clauses }
    }

    /// The number of a clause, from 1.
    fn number(&self, clause: &PageClause) -> Option<usize> {
        let index = self.clauses.iter().position(|&known| {
            known.kind == clause.kind
                && known.license == clause.license
                && known.place == clause.place
                && known.plain == clause.plain
        });
        index.map(|index| index + 1)
    }

    fn numbers<'c>(&self, clauses: impl Iterator<Item = &'c PageClause>) -> Vec<usize> {
        let mut numbers: Vec<usize> = clauses.filter_map(|clause| self.number(clause)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn clause(&self, text: &mut String, clause: &PageClause) {
        let number = self.number(clause).unwrap_or_default();
        let whose = if clause.license == self.page.id {
            String::new()
        } else {
            format!("{} ", clause.license)
        };
        let said = format!("{} [{whose}{}]", clause.said(), clause.whereabouts());
        text.push_str(&wrap(&said, &format!("{number:>4}. "), "      "));
    }

    fn answer(&self, text: &mut String, answer: &UseAnswer) {
        let because = self.numbers(answer.forbidden_by.iter());
        let within = self.numbers(answer.limited_by.iter());
        let duties = self.numbers(answer.duties.iter());
        let mut said = Vec::new();
        if answer.answer == Answer::No {
            // What forbids it counts; what would also have to be kept does not.
            if !because.is_empty() {
                said.push(format!("because of {}", ranges(&because)));
            }
            for freedom in &answer.withheld {
                said.push(format!("one may not {}", freedom.verb()));
            }
        } else {
            if !within.is_empty() {
                said.push(format!("within {}", ranges(&within)));
            }
            if !duties.is_empty() {
                said.push(format!("observing {}", ranges(&duties)));
            }
            said.extend(answer.undecided.iter().cloned());
        }
        let answer_word = match answer.answer {
            Answer::YesIf => "if",
            other => other.as_str(),
        };
        let first = format!("  {:<width$}", answer.title, width = TITLE - 2);
        let rest = format!("{answer_word:<4} {}", said.join("; "));
        text.push_str(&wrap(&rest, &first, &" ".repeat(TITLE + 5)));
    }
}

/// `1, 3–5`.
fn ranges(numbers: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => parts.push((number, number)),
        }
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(first, last)| match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first}–{last}"),
        })
        .collect();
    parts.join(", ")
}

/// The word of a value, as in data files.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

/// Breaks lines at spaces before the last column; the first begins with `first`, the others with
/// `indent`.
pub(crate) fn wrap(text: &str, first: &str, indent: &str) -> String {
    let mut wrapped = String::new();
    let mut line = first.to_owned();
    let mut width = first.chars().count();
    let mut bare = true;
    for word in text.split(' ') {
        let length = word.chars().count();
        if !bare && width + 1 + length > WIDTH {
            wrapped.push_str(line.trim_end());
            wrapped.push('\n');
            indent.clone_into(&mut line);
            width = indent.chars().count();
            bare = true;
        }
        if !bare {
            line.push(' ');
            width += 1;
        }
        line.push_str(word);
        width += length;
        bare = false;
    }
    wrapped.push_str(line.trim_end());
    wrapped.push('\n');
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_numbers_are_ranges() {
        assert_eq!(ranges(&[]), "");
        assert_eq!(ranges(&[1, 2, 4, 6, 7, 8]), "1, 2, 4, 6–8");
    }

    #[test]
    fn lines_break_before_the_last_column() {
        let text = wrap(&"word ".repeat(40), "   1. ", "      ");
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH));
        assert!(
            text.lines()
                .skip(1)
                .all(|line| line.starts_with("      word"))
        );
    }
}
