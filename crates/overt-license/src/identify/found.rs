//! One rule found in a text.

use super::query::Query;
use super::ranges::Ranges;
use crate::index::flag;

/// How a rule was found. Earlier ways outrank later ones where all else is equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// The whole text is the rule.
    Whole,
    /// Word for word.
    Exact,
    /// In part.
    Partial,
}

/// One rule found in a text.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) rule: u16,
    /// The places in the text.
    pub(super) here: Ranges,
    /// The places in the rule.
    pub(super) there: Ranges,
    /// How many legal words match.
    pub(super) legal: u32,
    pub(super) way: Way,
}

impl Found {
    pub(super) fn new(query: &Query<'_>, rule: u16, here: Ranges, there: Ranges, way: Way) -> Self {
        let mut found = Self {
            rule,
            here,
            there,
            legal: 0,
            way,
        };
        found.count_legal(query);
        found
    }

    fn count_legal(&mut self, query: &Query<'_>) {
        let words = query.index.words(self.rule);
        let mut legal = 0;
        for (start, end) in self.there.iter() {
            let part = words.get(start as usize..end as usize).unwrap_or_default();
            legal += part
                .iter()
                .filter(|word| query.index.is_legal(**word))
                .count();
        }
        self.legal = u32::try_from(legal).unwrap_or(u32::MAX);
    }

    pub(super) fn len(&self) -> u32 {
        self.here.len()
    }

    /// How many words the rule has.
    pub(super) fn rule_length(&self, query: &Query<'_>) -> u32 {
        u32::try_from(query.index.words(self.rule).len()).unwrap_or(u32::MAX)
    }

    /// The share of the rule that stands here, from 0 to 1.
    pub(super) fn coverage(&self, query: &Query<'_>) -> f32 {
        let length = self.rule_length(query);
        if length == 0 {
            return 0.0;
        }
        ratio(self.len(), length)
    }

    pub(super) fn is(&self, query: &Query<'_>, flags: u32) -> bool {
        query.index.is(self.rule, flags)
    }

    pub(super) fn is_false_positive(&self, query: &Query<'_>) -> bool {
        self.is(query, flag::FALSE_POSITIVE)
    }

    /// How far it reaches in the text, with unknown words.
    pub(super) fn reach(&self, query: &Query<'_>) -> u32 {
        let unknown: u32 = self
            .here
            .places()
            .filter(|place| place + 1 < self.here.end())
            .filter_map(|place| query.token(place))
            .map(|token| u32::from(token.unknown_after))
            .sum();
        self.here.reach() + unknown
    }

    pub(super) fn is_unbroken(&self, query: &Query<'_>) -> bool {
        self.len() == self.here.reach() && self.len() == self.reach(query)
    }

    /// The first and the last line.
    pub(super) fn lines(&self, query: &Query<'_>) -> (u32, u32) {
        (
            query.line(self.here.start()),
            query.line(self.here.end().saturating_sub(1)),
        )
    }

    /// Whether the other lies within its reach.
    pub(super) fn surrounds(&self, other: &Self) -> bool {
        self.here.start() <= other.here.start() && self.here.end() >= other.here.end()
    }

    pub(super) fn is_after(&self, other: &Self) -> bool {
        self.here.is_after(&other.here) && self.there.is_after(&other.there)
    }

    /// Adds another match of the same rule.
    pub(super) fn absorb(&mut self, query: &Query<'_>, other: &Self) {
        self.here.add(&other.here);
        self.there.add(&other.there);
        self.way = self.way.max(other.way);
        self.count_legal(query);
    }

    /// Whether it says at least what the other says.
    pub(super) fn licensing_contains(&self, query: &Query<'_>, other: &Self) -> bool {
        let index = query.index;
        if index.expression_number(self.rule) == index.expression_number(other.rule) {
            return true;
        }
        let words = |rule: u16| {
            index
                .expression(rule)
                .split([' ', '(', ')'])
                .filter(|word| !matches!(*word, "" | "AND" | "OR" | "WITH"))
        };
        words(other.rule).all(|word| words(self.rule).any(|own| own == word))
            && words(other.rule).next().is_some()
    }
}

/// A quotient of counts.
pub(super) fn ratio(part: u32, whole: u32) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share needs few digits")]
    let share = (f64::from(part) / f64::from(whole.max(1))) as f32;
    share
}
