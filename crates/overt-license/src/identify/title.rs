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
