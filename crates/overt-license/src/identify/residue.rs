//! What a text has that its license has not, and the other way round.

mod common;
mod edges;
mod gap;
mod ids;
mod lines;
mod lists;

use std::sync::OnceLock;

use super::clauses::wordings;
use super::found::Found;
use super::query::Query;
use super::result::Passage;
use crate::index::flag;

use gap::{Gap, Place};
use ids::OperativeIds;
pub(super) use lines::is_copyright_line;
pub(super) use lists::has_appendix;

/// Whether added sentences are terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Says {
    #[default]
    Nothing,
    /// One is a whole sentence, whatever it says.
    Perhaps,
    Terms,
}

/// The differences between a match and its rule.
#[derive(Debug, Default)]
pub(super) struct Residue {
    /// Words of the text that the rule has not.
    pub(super) added: u32,
    /// Words of the rule that the text has not.
    pub(super) removed: u32,
    /// Added words that carry meaning: names, numbers, terms.
    pub(super) added_content: u32,
    /// Added words that turn the meaning of a sentence.
    pub(super) added_operative: u32,
    /// Removed words that carry meaning.
    pub(super) removed_content: u32,
    /// Removed words that turn the meaning of a sentence.
    pub(super) removed_operative: u32,
    /// The longest added stretch, without copyright lines.
    pub(super) longest_added: u32,
    /// The longest stretch removed between words that stand.
    pub(super) longest_removed: u32,
    /// Words of the rule missing at its beginning and end.
    pub(super) missing_head: u32,
    pub(super) missing_tail: u32,
    /// Of these, numbers and months: versions and dates.
    pub(super) missing_numbers: u32,
    /// Added words with digits or capitals: names, versions, dates.
    pub(super) added_names: u32,
    /// Whether an added word belongs to a phrase that restricts.
    pub(super) restricts: bool,
    /// The most words that carry meaning in a stretch of [`CLAUSE`] words or more that is missing
    /// between words that stand, with hardly anything in its place.
    pub(super) removed_terms: u32,
    /// Words that carry meaning among those missing at the beginning, and at the end before what is
    /// no term.
    pub(super) head_terms: u32,
    pub(super) tail_terms: u32,
    /// Whether the text begins or ends in the midst of a sentence of the license.
    pub(super) breaks_off: bool,
    /// Whether an added sentence says something of what licenses are about: what it demands, what it
    /// forbids, or what holds.
    pub(super) says: Says,
    /// Words that turn a sentence into its opposite, added or removed by themselves.
    pub(super) negations: u32,
    /// Words that say what is given, to whom or at what price, put in place of others.
    pub(super) turned: u32,
    /// Numbers put in place of others.
    pub(super) renumbered: u32,
    pub(super) passages: Vec<Passage>,
}

/// So many words removed in one place are a clause.
pub(super) const CLAUSE: u32 = 15;
/// A text of so many words begins with a title, a copyright and often a preface, within the next.
const LONG_TEXT: usize = 1600;
const FRONT: u32 = 80;
/// A sentence that is missing in part misses so many words, and one of so many of the text.
const SENTENCE: usize = 3;
const SCRAP: usize = 12;
/// The longest list of passages.
const MOST_PASSAGES: usize = 64;
/// A change of at most so many words has no room for another sentence.
const ALONE: usize = 3;
/// So many words may be put in place of others.
const SWAP: usize = 4;
/// Words shown of one passage.
const SHOWN: usize = 60;

/// Compares a match with its rule.
///
/// `explained` holds the bytes of other matches that say the same; words there are no additions.
pub(super) fn residue(query: &Query<'_>, found: &Found, explained: &[(usize, usize)]) -> Residue {
    // Words have the same numbers in every text that is read with the same index.
    static EMBEDDED: OnceLock<OperativeIds> = OnceLock::new();
    let mut residue = Residue::default();
    let rule = query.index.words(found.rule);
    let of_this_index;
    let ids = if query.index.is_embedded() {
        EMBEDDED.get_or_init(|| OperativeIds::new(query, wordings()))
    } else {
        of_this_index = OperativeIds::new(query, wordings());
        &of_this_index
    };
    let mut last: Option<(u32, u32)> = None;
    for (here, there) in found.here.places().zip(found.there.places()) {
        if let Some((last_here, last_there)) = last {
            let unknown = query
                .token(last_here)
                .is_some_and(|token| token.unknown_after > 0);
            if here != last_here + 1 || there > last_there + 1 || unknown {
                let missing = rule
                    .get(last_there as usize + 1..there as usize)
                    .unwrap_or_default();
                let front = rule.len() >= LONG_TEXT && there <= FRONT;
                let place = if front { Place::Front } else { Place::Terms };
                if let Some(gap) = Gap::between(query, (last_here, here), missing) {
                    gap.at(place).count(query, explained, ids, &mut residue);
                }
            }
        }
        last = Some((here, there));
    }
    edges(query, found, explained, ids, &mut residue);
    residue
}

/// Counts what is missing at the beginning and at the end, and what stands there in its place.
fn edges(
    query: &Query<'_>,
    found: &Found,
    explained: &[(usize, usize)],
    ids: &OperativeIds,
    residue: &mut Residue,
) {
    let rule = query.index.words(found.rule);
    residue.missing_head = found.there.start();
    residue.missing_tail = found.rule_length(query) - found.there.end();
    // Texts that only their very words stand for are compared word for word.
    if !found.is(query, flag::STRICT) {
        if let Some((gap, left)) = edges::head(query, found, rule, explained) {
            gap.count(query, explained, ids, residue);
            residue.missing_head = left;
        }
        if let Some((gap, left)) = edges::tail(query, found, rule, explained) {
            gap.count(query, explained, ids, residue);
            residue.missing_tail = left;
        }
    }
    residue.removed += residue.missing_head + residue.missing_tail;
    let head = rule
        .get(..residue.missing_head as usize)
        .unwrap_or_default();
    let tail_start = rule.len() - residue.missing_tail as usize;
    let tail = rule.get(tail_start..).unwrap_or_default();
    residue.missing_numbers = u32::try_from(
        head.iter()
            .chain(tail)
            .filter(|word| ids.numbers.contains(word))
            .count(),
    )
    .unwrap_or(u32::MAX);
    residue.head_terms = ids.terms(head);
    let end = ids.end_of_terms(rule).saturating_sub(tail_start);
    let terms_of_tail = tail.get(..end).unwrap_or(tail);
    residue.tail_terms = ids.terms(terms_of_tail);
    // A scrap may be lost in copying.
    let is_part = |missing: &[u16]| {
        missing.len() >= CLAUSE as usize
            || missing.len() >= SENTENCE && missing.len() * SCRAP >= rule.len()
    };
    residue.breaks_off = is_part(terms_of_tail) && breaks_off(query, found)
        || is_part(head) && breaks_in(query, found);
}

/// Whether nothing ends a sentence behind the last word of a match.
fn breaks_off(query: &Query<'_>, found: &Found) -> bool {
    let last = query.token(found.here.end().saturating_sub(1));
    let Some(behind) = last.and_then(|last| query.text.get(last.end as usize..)) else {
        return false;
    };
    let closing =
        |c: char| c.is_whitespace() || matches!(c, ')' | ']' | '"' | '\'' | '*' | '_' | '’' | '”');
    !behind
        .trim_start_matches(closing)
        .starts_with(['.', '!', '?', ':', ';'])
}

/// Whether the first word of a match begins no sentence, though it is the first of the text.
fn breaks_in(query: &Query<'_>, found: &Found) -> bool {
    let first = query.token(found.here.start());
    let Some((before, behind)) =
        first.and_then(|first| query.text.split_at_checked(first.start as usize))
    else {
        return false;
    };
    behind.starts_with(char::is_lowercase) && !before.contains(char::is_alphanumeric)
}
