//! What of a text no match explains, and what it says.

use super::clauses::{clauses, is_ideograph, kind, restricting, restricts};
use super::found::ratio;
use super::judge::{Judged, bytes, explains};
use super::query::{AnyWord, Query};
use super::residue::is_copyright_line;
use super::result::{ClauseHit, UnknownText};
use super::tags::Tag;
use crate::index::flag;

/// Text that nothing explains, between matches.
#[derive(Debug)]
pub(super) struct Leftover {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) lines: (u32, u32),
    pub(super) words: u32,
    pub(super) legal: u32,
    /// Words for the license itself: license, agreement, terms.
    pub(super) license_words: u32,
    /// Such words among the first.
    pub(super) title_words: u32,
    /// Articles and the like of languages that clauses are worded in beside English.
    pub(super) foreign_words: u32,
    /// Characters of scripts without spaces.
    pub(super) ideographs: usize,
    pub(super) hits: Vec<ClauseHit>,
    /// Whether a phrase restricts that is no part of a license's name.
    pub(super) restricts: bool,
}

impl Leftover {
    fn new(start: usize) -> Self {
        Self {
            start,
            end: start,
            lines: (0, 0),
            words: 0,
            legal: 0,
            license_words: 0,
            title_words: 0,
            foreign_words: 0,
            ideographs: 0,
            hits: Vec::new(),
            restricts: false,
        }
    }

    /// Adds the next word.
    fn add(&mut self, query: &Query<'_>, word: AnyWord) {
        /// Three ideographs have so many bytes.
        const IDEOGRAPHS: usize = 9;
        /// Titles stand in the first words.
        const TITLE: u32 = 25;
        self.end = word.end();
        self.words += 1;
        self.legal += u32::from(word.is_legal());
        self.foreign_words += u32::from(word.is(kind::FOREIGN));
        let names_license = u32::from(word.is(kind::LICENSE_NAME));
        self.license_words += names_license;
        if self.words <= TITLE {
            self.title_words += names_license;
        }
        if word.end() - word.start() >= IDEOGRAPHS {
            let spelled = query.text.get(word.start()..word.end()).unwrap_or_default();
            self.ideographs += spelled.chars().filter(|c| is_ideograph(*c)).count();
        }
    }

    pub(super) fn restricts(&self) -> bool {
        self.restricts
    }

    /// Whether a text of so many bytes is hardly anything but this, and this speaks of rights: a
    /// statement of few sentences that gives or denies them.
    pub(super) fn is_all(&self, length: usize) -> bool {
        const SHORTEST: u32 = 25;
        const LEGAL: f32 = 0.2;
        self.words >= SHORTEST
            && self.is_most(length)
            && (self.restricts() && ratio(self.legal, self.words) >= LEGAL / 2.0
                || self.license_words >= 1 && ratio(self.legal, self.words) >= LEGAL)
    }

    /// These words as terms that are no known license.
    pub(super) fn as_unknown(&mut self) -> UnknownText {
        UnknownText {
            lines: self.lines,
            bytes: (self.start as u64, self.end as u64),
            nearest: None,
            similarity: 0.0,
            differs: Vec::new(),
            clauses: std::mem::take(&mut self.hits),
        }
    }

    /// Whether it reads like license terms of its own.
    pub(super) fn is_terms(&self) -> bool {
        let titled = self.is_titled()
            && !self.hits.is_empty()
            && (self.license_words >= self.words / 80
                || self.restricts() && self.license_words >= self.words / 250);
        let unspaced = self.is_unspaced() && self.hits.len() >= 3;
        // In other languages than English hardly a word is known.
        let foreign = self.is_foreign() && self.hits.len() >= 3;
        let dense = self.hits.len() >= 4
            && (self.hits.len() >= 8 || self.hits.len() * 200 >= self.words as usize);
        titled || unspaced || foreign || self.is_legal() && dense
    }

    /// Whether it may be terms, whatever clauses it has.
    fn may_be_terms(&self) -> bool {
        self.is_titled() || self.is_unspaced() || self.is_foreign() || self.is_legal()
    }

    fn is_titled(&self) -> bool {
        self.lines.0 <= 6
            && self.title_words > 0
            && self.words >= 80
            && self.license_words >= self.words / 250
            && ratio(self.legal, self.words) >= 0.15
    }

    fn is_unspaced(&self) -> bool {
        self.ideographs >= 200
    }

    fn is_foreign(&self) -> bool {
        self.words >= 120 && ratio(self.foreign_words, self.words) >= 0.1
    }

    fn is_legal(&self) -> bool {
        const SHORTEST: u32 = 60;
        const LEGAL: f32 = 0.12;
        self.words >= SHORTEST
            && self.license_words >= 3.max(self.words / 150)
            && ratio(self.legal, self.words) >= LEGAL
    }

    /// Whether it is most of a text of so many bytes.
    fn is_most(&self, length: usize) -> bool {
        (self.end - self.start) * 10 >= length * 7
    }
}

/// Whether names and notices leave so few bytes that these can be no terms of their own.
fn is_too_little(
    judged: &[Judged],
    taken: &[(usize, usize)],
    stretches: &[(usize, usize, u32)],
    query: &Query<'_>,
) -> bool {
    /// Sixty words have more.
    const TERMS: usize = 240;
    let is_text = |(found, _, _): &Judged| found.is(query, flag::TEXT);
    if taken.is_empty() || judged.iter().any(is_text) {
        return false;
    }
    let read: usize = stretches.iter().map(|(start, end, _)| end - start).sum();
    let explained: usize = taken.iter().map(|(start, end)| end - start).sum();
    read.saturating_sub(explained) < TERMS
}

/// Counts the lines of a stretch, each once.
struct Lines<'t> {
    bytes: &'t [u8],
    counted: usize,
    line: u32,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str, start: usize, line: u32) -> Self {
        Self {
            bytes: text.as_bytes(),
            counted: start,
            line,
        }
    }

    /// The line of a byte behind those asked for before.
    fn of(&mut self, at: usize) -> u32 {
        let between = self.bytes.get(self.counted..at).unwrap_or_default();
        let ends_line = |place: &usize| {
            let is_pair = || self.bytes.get(self.counted + place + 1) == Some(&b'\n');
            between.get(*place) == Some(&b'\n') || !is_pair()
        };
        let breaks = memchr::memchr2_iter(b'\n', b'\r', between)
            .filter(ends_line)
            .count();
        self.line += u32::try_from(breaks).unwrap_or(u32::MAX);
        self.counted = at;
        self.line
    }

    /// The leftover with its lines.
    fn set(&mut self, leftover: Leftover) -> Leftover {
        let first = self.of(leftover.start);
        let last = self.of(leftover.end);
        Leftover {
            lines: (first, last),
            ..leftover
        }
    }
}

/// What of the text no match explains.
pub(super) fn leftovers(
    query: &Query<'_>,
    judged: &[Judged],
    tags: &[Tag],
    stretches: &[(usize, usize, u32)],
) -> Vec<Leftover> {
    let mut taken: Vec<(usize, usize)> = judged
        .iter()
        .filter(|(found, _, _)| explains(query, found))
        .map(|(found, _, _)| bytes(query, found))
        .collect();
    taken.extend(tags.iter().map(|tag| tag.bytes));
    taken.sort_unstable();
    if is_too_little(judged, &taken, stretches, query) {
        return Vec::new();
    }
    let mut leftovers = Vec::new();
    for (start, end, line) in stretches {
        let mut lines = Lines::new(query.text, *start, *line);
        let mut current: Option<Leftover> = None;
        let mut next = 0;
        for word in query.words(*start, *end) {
            while taken.get(next).is_some_and(|range| range.1 <= word.start()) {
                next += 1;
            }
            let explained = taken
                .get(next..)
                .unwrap_or_default()
                .iter()
                .take(4)
                .any(|range| range.0 <= word.start() && word.start() < range.1);
            if explained {
                leftovers.extend(current.take().map(|one| lines.set(one)));
            } else if !word.is_markup() {
                let leftover = current.get_or_insert_with(|| Leftover::new(word.start()));
                leftover.add(query, *word);
            }
        }
        leftovers.extend(current.take().map(|one| lines.set(one)));
    }
    leftovers.retain(|leftover| {
        // A sentence of Chinese may be a single word here.
        (leftover.words >= 4 || leftover.ideographs >= 4)
            && !(leftover.lines.0 == leftover.lines.1
                && is_copyright_line(query.text, leftover.start))
    });
    // `NonCommercial` in the name of a license restricts nothing here.
    let mentioned: Vec<(usize, usize)> = judged
        .iter()
        .filter(|(found, _, _)| !found.is(query, flag::UNNAMED))
        .map(|(found, _, _)| bytes(query, found))
        .collect();
    // Beside names and notices clauses mean nothing, unless they are terms of their own.
    let matter = judged
        .iter()
        .any(|(found, _, _)| found.is(query, flag::TEXT))
        || leftovers
            .iter()
            .any(|one| one.may_be_terms() || one.is_most(query.text.len()));
    if !matter {
        return leftovers;
    }
    for leftover in &mut leftovers {
        leftover.hits = clauses(query.text, leftover.start, leftover.end, leftover.lines.0);
        leftover.restricts = leftover.hits.iter().any(restricts)
            && restricting(query.text, leftover.start, leftover.end)
                .iter()
                .any(|(from, to)| {
                    !mentioned
                        .iter()
                        .any(|(start, end)| from < end && start < to)
                });
    }
    leftovers
}
