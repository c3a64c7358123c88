//! Titles by which a license says that it is a modified one.

use super::found::Found;
use super::query::Query;
use super::result::Passage;
use super::words::{Reader, Word, hash_word};
use crate::index::flag;

/// The words by which the title of a license says that it is a modified one, if it does.
pub(super) fn modified_title(query: &Query<'_>, found: &Found) -> Option<Passage> {
    const BEFORE: u32 = 30;
    const INTO: u32 = 6;
    /// So many words may stand between.
    const BETWEEN: usize = 2;
    let (number, names) = (hash_word("modified"), ["license", "licence"].map(hash_word));
    let changes = [
        "requirement",
        "requirements",
        "modification",
        "modifications",
        "restriction",
        "restrictions",
        "attribution",
        "additional",
        "addition",
        "additions",
        "amendment",
        "amendments",
        "clause",
        "condition",
        "conditions",
    ]
    .map(hash_word);
    let name = query.index.expression(found.rule);
    // "Modified BSD License" is a name of the license of three clauses.
    if name.contains("BSD") || name.starts_with("LicenseRef-") || !found.is(query, flag::TEXT) {
        return None;
    }
    let first = found.here.start();
    let from = query.token(first.saturating_sub(BEFORE))?;
    let to = query.token(first + INTO).or_else(|| query.tokens.last())?;
    let start = if first < BEFORE {
        query
            .text
            .floor_char_boundary((from.start as usize).saturating_sub(80))
    } else {
        from.start as usize
    };
    let line = from.line;
    let breaks = query
        .text
        .get(start..from.start as usize)?
        .matches('\n')
        .count();
    let line = line.saturating_sub(u32::try_from(breaks).ok()?);
    let words: Vec<Word> = Reader::new(query.text, start, to.end as usize, line).collect();
    words.iter().enumerate().find_map(|(at, word)| {
        let rest = words.get(at + 1..)?;
        let end = if word.hash == number {
            rest.iter()
                .take(BETWEEN + 1)
                .find(|other| names.contains(&other.hash) && other.line == word.line)
                .filter(|end| {
                    let title = query.text.get(word.start..end.end).unwrap_or_default();
                    !title.contains(['.', ',', ';', ':'])
                })?
        } else if names.contains(&word.hash) {
            let next = rest.first().filter(|next| next.line == word.line)?;
            let last = if next.hash == number {
                next
            } else if next.hash == hash_word("with") {
                rest.iter()
                    .take(BETWEEN + 2)
                    .find(|other| changes.contains(&other.hash) && other.line == word.line)?
            } else {
                return None;
            };
            let between = query.text.get(word.end..last.start).unwrap_or_default();
            (!between.contains(['.', ';'])).then_some(last)?
        } else {
            return None;
        };
        Some(Passage {
            lines: (word.line, word.line),
            here: query.text.get(word.start..end.end)?.to_owned(),
            here_words: 1,
            canonical: String::new(),
            canonical_words: 0,
        })
    })
}

/// The words by which a short mention of a license says that it is a modified one: "Modified MIT
/// License", a badge `License-Modified_MIT`. Code that was modified is none: a word for the license
/// must stand before the words, or behind the name.
pub(super) fn modified_mention(query: &Query<'_>, found: &Found) -> Option<Passage> {
    /// Bytes before a mention that are looked at.
    const BEFORE: usize = 40;
    /// Bytes behind it.
    const BEHIND: usize = 16;
    /// Words of a name, and the word for a license behind them.
    const NAME: usize = 5;
    /// A longer match is no mere mention or badge.
    const LONGEST: u32 = 24;
    let name = query.index.expression(found.rule);
    if found.len() > LONGEST || name.contains("BSD") || found.is(query, flag::TEXT) {
        return None;
    }
    let (modified, nouns) = (hash_word("modified"), ["license", "licence"].map(hash_word));
    let versions = ["version", "variant", "form"].map(hash_word);
    let [of, the] = ["of", "the"].map(hash_word);
    let first = query.token(found.here.start())?;
    let last = query.token(found.here.end().saturating_sub(1))?;
    let text = query.text;
    let from = text.floor_char_boundary((first.start as usize).saturating_sub(BEFORE));
    let to = text.ceil_char_boundary((last.end as usize + BEHIND).min(text.len()));
    let breaks = text.get(from..first.start as usize)?.matches('\n').count();
    let line = first.line.saturating_sub(u32::try_from(breaks).ok()?);
    let words: Vec<Word> = Reader::new(text, from, to, line).collect();
    let is_own = |word: &Word| {
        found.here.places().any(|place| {
            query
                .token(place)
                .is_some_and(|token| token.start as usize == word.start)
        })
    };
    let is_noun = |word: &Word| nouns.contains(&word.hash);
    let said = words.iter().enumerate();
    let mut said = said.filter(|(_, word)| word.hash == modified && !is_own(word));
    said.find_map(|(at, word)| {
        // "a modified version of the MIT license"
        let hash = |at: usize| words.get(at).map(|word| word.hash);
        let is_version = hash(at + 1).is_some_and(|next| versions.contains(&next));
        let name = if is_version && hash(at + 2) == Some(of) {
            at + 3 + usize::from(hash(at + 3) == Some(the))
        } else {
            at + 1
        };
        let named = words
            .get(name)
            .filter(|next| is_own(next) && !is_noun(next))?;
        let noun_before = at
            .checked_sub(1)
            .and_then(|before| words.get(before))
            .is_some_and(is_noun);
        let behind = words.get(name..).unwrap_or_default().iter().take(NAME);
        let noun_behind = behind
            .take_while(|next| next.line == word.line)
            .find(|next| is_noun(next));
        let between = |end: &Word| text.get(word.start..end.start).unwrap_or_default();
        let is_name = noun_behind.is_some_and(|noun| !between(noun).contains([',', ';', ':']));
        (word.line == named.line && (noun_before || is_name)).then(|| Passage {
            lines: (word.line, word.line),
            here: text
                .get(word.start..named.end)
                .unwrap_or_default()
                .to_owned(),
            here_words: 1,
            canonical: String::new(),
            canonical_words: 0,
        })
    })
}
