//! Words beside a short mention of a license by which it is not this license: a "modified MIT
//! license", "Apache 2.0 (non-commercial use only)".

mod wording;

use super::found::Found;
use super::query::Query;
use super::result::Passage;
use super::tags::Tag;
use super::words::{Reader, Word};
use crate::index::flag;
use wording::{Wording, wording};

/// Bytes before a mention that are looked at, and bytes behind it.
const BEFORE: usize = 80;
const BEHIND: usize = 120;
/// A longer match is no mere mention or badge.
const LONGEST: u32 = 24;
/// Words of a name up to the word for a license behind it.
const NAME: usize = 5;
/// Words between a word for a license and where it comes from: "license is loosely".
const BETWEEN: usize = 3;

/// The words by which a mention of a license says that it is another one made from it, if it does.
///
/// Code that was modified is none: of words before the name, a word for a license must tell that they
/// are said of it.
pub(super) fn qualified(query: &Query<'_>, found: &Found) -> Option<Passage> {
    if found.len() > LONGEST || found.is(query, flag::TEXT) {
        return None;
    }
    let wording = wording()?;
    let first = query.token(found.here.start())?;
    let last = query.token(found.here.end().saturating_sub(1))?;
    let text = query.text;
    let (start, end) = (first.start as usize, last.end as usize);
    let from = text.floor_char_boundary(start.saturating_sub(BEFORE));
    let to = text.ceil_char_boundary(end.saturating_add(BEHIND).min(text.len()));
    let breaks = text.get(from..start)?.matches('\n').count();
    let line = first.line.saturating_sub(u32::try_from(breaks).ok()?);
    let words: Vec<Word> = Reader::new(text, from, to, line).collect();
    let mention = Mention {
        text,
        wording,
        id: query.index.expression(found.rule),
        words: &words,
        first: words.partition_point(|word| word.start < start),
        behind: words.partition_point(|word| word.start < end),
    };
    let is_own = |word: &Word| {
        found.here.places().any(|place| {
            query
                .token(place)
                .is_some_and(|token| token.start as usize == word.start)
        })
    };
    let (from, to) = mention
        .said_before(is_own)
        .or_else(|| mention.said_of_license())
        .or_else(|| mention.said_behind())?;
    mention.passage(from, to)
}

/// The same of what stands behind an expression that a tag names.
pub(super) fn qualified_tag(text: &str, tag: &Tag) -> Option<Passage> {
    let end = tag.bytes.1;
    let to = text.ceil_char_boundary(end.saturating_add(BEHIND).min(text.len()));
    let behind = text.get(end..to)?.split(['\n', '\r']).next()?;
    let words: Vec<Word> = Reader::new(text, end, end + behind.len(), tag.line).collect();
    if words.is_empty() {
        return None;
    }
    let mention = Mention {
        text,
        wording: wording()?,
        id: "",
        words: &words,
        first: 0,
        behind: 0,
    };
    let (from, to) = mention.phrase_behind(end, 0)?;
    mention.passage(from, to)
}

/// A mention with the words around it.
struct Mention<'m> {
    text: &'m str,
    wording: &'m Wording,
    id: &'m str,
    words: &'m [Word],
    /// The first word of the mention, and the first behind it.
    first: usize,
    behind: usize,
}

impl Mention<'_> {
    fn word(&self, at: usize) -> Option<&Word> {
        self.words.get(at)
    }

    fn is_noun(&self, at: usize) -> bool {
        self.word(at)
            .is_some_and(|word| self.wording.is_noun(word.hash))
    }

    /// What stands between two words that follow each other.
    fn between(&self, before: usize, after: usize) -> &str {
        let ends = self.word(before).zip(self.word(after));
        ends.and_then(|(before, after)| self.text.get(before.end..after.start))
            .unwrap_or_default()
    }

    /// Whether words from the one to the other are of one sentence.
    fn is_together(&self, from: usize, to: usize) -> bool {
        (from..to).all(|at| !is_break(self.between(at, at + 1)))
    }

    /// Whether the name is said to be a license's: a word for one stands among the next.
    fn is_named_license(&self, name: usize) -> bool {
        let line = self.word(name).map(|word| word.line);
        (name..name + NAME)
            .take_while(|at| self.word(*at).map(|word| word.line) == line)
            .find(|at| self.is_noun(*at))
            .is_some_and(|noun| {
                (name..noun).all(|at| !self.between(at, at + 1).contains([',', ';', ':']))
            })
    }

    /// "a modified MIT license", "a variant of the MIT license", `License-Modified_MIT`. The words
    /// may be unknown ones in the midst of a match.
    fn said_before(&self, is_own: impl Fn(&Word) -> bool) -> Option<(usize, usize)> {
        (0..self.behind).find_map(|at| {
            if self.word(at).is_none_or(&is_own) {
                return None;
            }
            let is_name = |name: usize| {
                self.word(name).is_some_and(&is_own)
                    && !self.is_noun(name)
                    && self.word(at).map(|word| word.line) == self.word(name).map(|word| word.line)
                    && self.is_together(at, name)
            };
            let rest = self.words.get(at..)?;
            if let Some(length) = self.wording.before.longest(rest) {
                let name = at + length;
                let noun_before = at.checked_sub(1).is_some_and(|before| self.is_noun(before));
                let is_said = noun_before || self.is_named_license(name);
                let known = length == 1 && self.wording.is_known_as(self.id, rest);
                if is_name(name) && is_said && !known {
                    return Some((at, name));
                }
            }
            let length = self.wording.variants.longest(rest)?;
            let name = self.behind_article(at + length);
            (is_name(name) && self.is_named_license(name)).then_some((at, name))
        })
    }

    /// "The license is based on the MIT license."
    fn said_of_license(&self) -> Option<(usize, usize)> {
        (0..self.first).find_map(|at| {
            let length = self.wording.origins.longest(self.words.get(at..)?)?;
            // The article may be part of the match.
            let name = self.behind_article(at + length);
            let is_mentioned = (at + length..=name).contains(&self.first);
            let noun =
                (at.saturating_sub(BETWEEN + 1)..at).rfind(|before| self.is_noun(*before))?;
            (is_mentioned && self.is_together(noun, name)).then_some((at, name))
        })
    }

    fn behind_article(&self, at: usize) -> usize {
        let is_article = self
            .word(at)
            .is_some_and(|word| self.wording.is_article(word.hash));
        at + usize::from(is_article)
    }

    /// "MIT (modified)", "the MIT license with additional restrictions".
    fn said_behind(&self) -> Option<(usize, usize)> {
        let mut at = self.behind;
        let mut end = self.word(at.checked_sub(1)?)?.end;
        let found = self.phrase_behind(end, at);
        if found.is_some() {
            return found;
        }
        // The word for a license and the number of a version may stand between.
        while self.is_noun(at) || self.is_number(at) {
            let word = self.word(at)?;
            if is_break(self.text.get(end..word.start)?) {
                return None;
            }
            (at, end) = (at + 1, word.end);
        }
        self.phrase_behind(end, at)
    }

    fn is_number(&self, at: usize) -> bool {
        let spelled = self
            .word(at)
            .and_then(|word| self.text.get(word.start..word.end));
        spelled.is_some_and(|word| {
            let digits = word.trim_start_matches(['v', 'V']);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    }

    /// The phrase that begins with this word, behind a name that ends there.
    fn phrase_behind(&self, end: usize, at: usize) -> Option<(usize, usize)> {
        let rest = self.words.get(at..)?;
        let between = self.text.get(end..rest.first()?.start)?;
        if is_break(between) {
            return None;
        }
        if let Some(length) = self.wording.joined.longest(rest) {
            let last = at + length - 1;
            let after = self.text.get(self.word(last)?.end..)?;
            let opens = between.trim().chars().last();
            let closes = match opens {
                Some('(') => after.starts_with(')'),
                Some('[') => after.starts_with(']'),
                Some('-' | '_') => {
                    let goes_on = |rest: &str| rest.starts_with(char::is_alphanumeric);
                    let is_part = after.strip_prefix('.').is_some_and(goes_on);
                    between.len() == 1 && !is_part && !after.starts_with(['-', '_', '/', '('])
                }
                _ => false,
            };
            let known = length == 1 && self.wording.is_known_as(self.id, rest);
            if closes && !known && self.is_together(at, last) {
                return Some((at, last));
            }
        }
        let length = self.wording.behind.longest(rest)?;
        let last = at + length - 1;
        self.is_together(at, last).then_some((at, last))
    }

    fn passage(&self, from: usize, to: usize) -> Option<Passage> {
        let (first, last) = (self.word(from)?, self.word(to)?);
        Some(Passage {
            lines: (first.line, last.line),
            here: self.text.get(first.start..last.end)?.to_owned(),
            here_words: u32::try_from(to + 1 - from).ok()?,
            canonical: String::new(),
            canonical_words: 0,
        })
    }
}

/// Whether a sentence ends between two words, or a line that does not go on.
fn is_break(between: &str) -> bool {
    let ends = |sign: char| {
        let mut parts = between.split(sign).skip(1);
        parts.any(|rest| rest.starts_with(char::is_whitespace))
    };
    let next_line = between.split_once('\n').map_or("", |(_, rest)| rest);
    let goes_on = next_line.chars().all(|c| matches!(c, ' ' | '\t'));
    ends('.') || ends(':') || between.contains([';', '!', '?', '|']) || !goes_on
}
