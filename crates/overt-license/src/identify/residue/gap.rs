//! What one gap between words that a text shares with a license means.

use super::super::clauses::{demands, forbids_unspaced, is_sentence, restricting, wordings};
use super::super::query::Query;
use super::super::result::Passage;
use super::super::words::{Reader, Word, hash_word};
use super::common::unmatched;
use super::ids::OperativeIds;
use super::lines::{is_address, is_copyright_line, is_form, is_numbering, without_copyright};
use super::lists::lists;
use super::{ALONE, MOST_PASSAGES, Residue, SHOWN, SWAP, Says};

/// A place where a text and its license differ.
#[derive(Debug)]
pub(super) struct Gap<'r> {
    /// The words of the text.
    here: Vec<Word>,
    /// The words of the license.
    missing: &'r [u16],
    /// The bytes in which a phrase may stand that the words of the text belong to.
    context: (usize, usize),
    line: u32,
    /// Where in the license it stands.
    place: Place,
}

/// Where in a license a gap stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Among the title, the copyright and the preface of a long text.
    Front,
    Terms,
    /// At the end, where the numbers of forms stand.
    End,
}

impl<'r> Gap<'r> {
    pub(super) fn new(
        here: Vec<Word>,
        missing: &'r [u16],
        context: (usize, usize),
        line: u32,
    ) -> Self {
        Self {
            here,
            missing,
            context,
            line,
            place: Place::Terms,
        }
    }

    /// The same gap at another place of the license.
    pub(super) fn at(self, place: Place) -> Self {
        Self { place, ..self }
    }

    /// The gap between two words of the text that follow each other in a match.
    pub(super) fn between(
        query: &Query<'_>,
        (before, after): (u32, u32),
        missing: &'r [u16],
    ) -> Option<Self> {
        let (left, right) = (query.token(before)?, query.token(after)?);
        let (start, end) = (left.end as usize, right.start as usize);
        let here = Reader::new(query.text, start, end, left.line).collect();
        let from = query.token(before.saturating_sub(4)).unwrap_or(left);
        let to = query.token(after + 4).unwrap_or(right);
        let context = (from.start as usize, to.end as usize);
        Some(Self::new(here, missing, context, left.line))
    }

    /// Counts what the gap means.
    pub(super) fn count(
        mut self,
        query: &Query<'_>,
        explained: &[(usize, usize)],
        ids: &OperativeIds,
        residue: &mut Residue,
    ) {
        self.here.retain(|word| is_content(query, word, explained));
        let (added, missing) = unmatched(&self.here, self.missing, |word| number(query, word));
        if added.is_empty() && missing.is_empty() || is_spelling(query, &added, &missing, ids) {
            return;
        }
        residue.added += count(added.len());
        residue.removed += count(missing.len());
        // Who holds the copyright is no term of the license; what stands behind it may be one.
        let begins_with_copyright = added
            .first()
            .is_some_and(|word| is_copyright_line(query.text, word.start));
        let terms = without_copyright(query.text, &added);
        if !begins_with_copyright {
            let numbers = residue.renumbered;
            replaced(query, &added, &missing, ids, residue);
            if self.place == Place::End {
                residue.renumbered = numbers;
            }
        }
        if !(begins_with_copyright && terms.is_empty()) {
            count_added(query, &terms, added.len(), &missing, residue);
            residue.restricts |= restricts(query.text, self.context, &terms);
        }
        if !(begins_with_copyright && missing.len() <= 12) {
            count_missing(&missing, added.len(), ids, residue);
            if self.place != Place::Front && added.len() * 2 < missing.len() {
                residue.removed_terms = residue.removed_terms.max(clause_terms(&missing, ids));
            }
        }
        if residue.passages.len() < MOST_PASSAGES {
            let passage = passage(query.text, &added, missing.len(), self.line);
            residue.passages.push(passage);
        }
    }
}

fn count(words: usize) -> u32 {
    u32::try_from(words).unwrap_or(u32::MAX)
}

/// The number of a word of the text; of one that a wrong encoding of quotes made longer, that of its
/// letters.
pub(super) fn number(query: &Query<'_>, word: &Word) -> Option<u16> {
    const SHORTEST: usize = 3;
    let known = query.index.vocabulary.get(word.hash).or_else(|| {
        let spelled = query.text.get(word.start..word.end)?;
        let inner = spelled.trim_matches(|c: char| !c.is_ascii());
        let stray = inner.len() < spelled.len() && inner.len() >= SHORTEST && inner.is_ascii();
        let hash = stray.then(|| hash_word(&inner.to_ascii_lowercase()))?;
        query.index.vocabulary.get(hash)
    });
    known.map(crate::index::KnownWord::id)
}

/// Whether the word is neither said elsewhere nor markup.
fn is_content(query: &Query<'_>, word: &Word, explained: &[(usize, usize)]) -> bool {
    let known = query.index.vocabulary.get(word.hash);
    known.is_none_or(|known| !known.is_markup())
        && !explained
            .iter()
            .any(|(start, end)| *start <= word.start && word.end <= *end)
        && !is_form(query.text, word.start)
}

/// Counts what words mean that the license has not.
fn count_added(
    query: &Query<'_>,
    terms: &[Word],
    added: usize,
    missing: &[u16],
    residue: &mut Residue,
) {
    let wordings = wordings();
    let mut stretch = 0;
    for word in terms {
        if is_numbering(query.text, word) {
            continue;
        }
        stretch += 1;
        let alone = added <= ALONE && missing.is_empty();
        residue.negations += u32::from(alone && wordings.is_negation(word.hash));
        if wordings.is_operative(word.hash) {
            residue.added_operative += 1;
        }
        if !wordings.is_neutral(word.hash) {
            residue.added_content += 1;
            let spelled = query.text.get(word.start..word.end).unwrap_or_default();
            let named = spelled.chars().any(|c| c.is_numeric() || c.is_uppercase());
            residue.added_names += u32::from(named);
        }
    }
    let sentences = terms.chunk_by(|a, b| {
        let between = query.text.get(a.end..b.start).unwrap_or_default();
        !between.contains(['.', ';']) && a.line + 1 >= b.line
    });
    for sentence in sentences {
        let says = if demands(sentence)
            || forbids_unspaced(query.text, sentence)
            || states(query.text, sentence)
        {
            Says::Terms
        } else if is_sentence(query.text, sentence) {
            Says::Perhaps
        } else {
            Says::Nothing
        };
        residue.says = residue.says.max(says);
    }
    residue.longest_added = residue.longest_added.max(stretch);
}

/// Whether these words say something of what licenses are about, though they demand nothing.
fn states(text: &str, sentence: &[Word]) -> bool {
    /// A sentence has so many words.
    const SHORTEST: usize = 5;
    let (wordings, lists) = (wordings(), lists());
    let words: Vec<&Word> = sentence
        .iter()
        .filter(|word| !is_address(text, word) && !is_numbering(text, word))
        .collect();
    let carries = |word: &Word| wordings.is_operative(word.hash);
    // Names say nothing by themselves.
    let shouted = !words.iter().any(|word| {
        let spelled = text.get(word.start..word.end).unwrap_or_default();
        spelled.contains(char::is_lowercase)
    });
    let plain = words
        .iter()
        .filter(|word| {
            let spelled = text.get(word.start..word.end).unwrap_or_default();
            shouted || !spelled.starts_with(char::is_uppercase)
        })
        .count();
    plain >= SHORTEST
        && !words.iter().any(|word| lists.is_disclaimer(word))
        && words.iter().enumerate().any(|(at, word)| {
            carries(word)
                && words.iter().enumerate().any(|(other_at, other)| {
                    other_at != at && (lists.is_subject(other) || wordings.is_deed(other.hash))
                })
        })
}

/// Whether one of the words belongs to a phrase that restricts.
fn restricts(text: &str, (start, end): (usize, usize), terms: &[Word]) -> bool {
    restricting(text, start, end).iter().any(|(from, to)| {
        terms
            .iter()
            .any(|word| *from <= word.start && word.end <= *to)
    })
}

/// Counts what words meant that the text has not.
fn count_missing(missing: &[u16], added: usize, ids: &OperativeIds, residue: &mut Residue) {
    // A single word that carries meaning is left out of no edition.
    let single = added == 0 && missing.len() == 1 && ids.terms(missing) == 1;
    residue.turned += u32::from(single);
    let rights = missing.len() <= SWAP && missing.iter().any(|word| ids.is_right(*word));
    residue.turned += u32::from(rights && added <= missing.len());
    for word in missing {
        let alone = missing.len() <= ALONE && added == 0;
        residue.negations += u32::from(alone && ids.is_negation(*word));
        residue.removed_operative += u32::from(ids.contains(*word));
        residue.removed_content += u32::from(!ids.is_neutral(*word));
    }
    residue.longest_removed = residue.longest_removed.max(count(missing.len()));
}

/// How many of the words carry meaning, if they are enough for a clause.
fn clause_terms(missing: &[u16], ids: &OperativeIds) -> u32 {
    if count(missing.len()) >= super::CLAUSE {
        ids.terms(missing)
    } else {
        0
    }
}

fn passage(text: &str, added: &[Word], missing: usize, line: u32) -> Passage {
    let first = added.first().map_or(line, |word| word.line);
    let last = added.last().map_or(first, |word| word.line);
    let shown: Vec<&str> = added
        .iter()
        .take(SHOWN)
        .filter_map(|word| text.get(word.start..word.end))
        .collect();
    Passage {
        lines: (first, last),
        here: shown.join(" "),
        here_words: count(added.len()),
        canonical: String::new(),
        canonical_words: count(missing),
    }
}

/// Whether the words only spell the missing ones in another way: parted, joined or
/// mistyped.
fn is_spelling(query: &Query<'_>, added: &[Word], missing: &[u16], ids: &OperativeIds) -> bool {
    let spelled = |word: &Word| {
        query
            .text
            .get(word.start..word.end)
            .unwrap_or_default()
            .to_lowercase()
    };
    let id = |word: &str| {
        query
            .index
            .vocabulary
            .get(hash_word(word))
            .map(crate::index::KnownWord::id)
    };
    match (added, missing) {
        ([one, two], [joined]) => id(&(spelled(one) + &spelled(two))) == Some(*joined),
        ([joined], [one, two]) => {
            let joined = spelled(joined);
            joined.char_indices().skip(1).any(|(at, _)| {
                let (first, second) = joined.split_at(at);
                id(first) == Some(*one) && id(second) == Some(*two)
            })
        }
        ([word], [missing]) => {
            query.index.vocabulary.get(word.hash).is_none()
                && ids.is_mistyped(&spelled(word), *missing)
        }
        _ => false,
    }
}

/// Whether a wrong encoding made letters of other alphabets of some of the word's.
fn is_misread(query: &Query<'_>, word: &Word) -> bool {
    let spelled = query.text.get(word.start..word.end).unwrap_or_default();
    query.index.vocabulary.get(word.hash).is_none()
        && !spelled.is_ascii()
        && spelled.contains(|c: char| c.is_ascii_alphabetic())
}

/// Counts what a few words put in place of a few others mean.
fn replaced(
    query: &Query<'_>,
    added: &[Word],
    missing: &[u16],
    ids: &OperativeIds,
    residue: &mut Residue,
) {
    let few = 1..=SWAP;
    if !few.contains(&added.len()) || !few.contains(&missing.len()) {
        return;
    }
    let wordings = wordings();
    let means = |word: &Word| wordings.is_operative(word.hash) || wordings.is_deed(word.hash);
    let in_rule = |word: &u16| ids.contains(*word) || ids.is_deed(*word);
    let misread = added.iter().any(|word| is_misread(query, word));
    residue.turned += u32::from(added.iter().any(means) || !misread && missing.iter().any(in_rule));
    residue.renumbered += u32::from(is_other_amount(query.text, added, missing, ids));
    let is_number = |word: &Word| {
        let spelled = query.text.get(word.start..word.end).unwrap_or_default();
        spelled.bytes().all(|byte| byte.is_ascii_digit()) && !is_numbering(query.text, word)
    };
    let was_number = |word: &u16| ids.numbers.binary_search(word).is_ok();
    // Who changes the year of his copyright everywhere changes the date of the license as well.
    let is_year = |word: &Word| {
        let spelled = query.text.get(word.start..word.end).unwrap_or_default();
        spelled.len() == 4 && (spelled.starts_with("19") || spelled.starts_with("20"))
    };
    let was_year = |word: &u16| ids.years.binary_search(word).is_ok();
    let years = added.iter().all(is_year) && missing.iter().all(was_year);
    residue.renumbered +=
        u32::from(!years && added.iter().any(is_number) && missing.iter().any(was_number));
}

/// Whether a number of days, months or percent stands in place of another.
fn is_other_amount(text: &str, added: &[Word], missing: &[u16], ids: &OperativeIds) -> bool {
    let ([word], [number]) = (added, missing) else {
        return false;
    };
    let spelled = text.get(word.start..word.end).unwrap_or_default();
    let behind = text.get(word.end..).unwrap_or_default();
    let next = Reader::new(text, word.end, text.len(), word.line).next();
    let percent = behind.trim_start_matches([')', ' ']).starts_with('%');
    spelled.bytes().all(|byte| byte.is_ascii_digit())
        && ids.is_amount(*number)
        && (percent || next.is_some_and(|next| lists().is_unit(&next)))
}
