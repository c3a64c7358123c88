//! Points at a license's clauses in a user's own file.

use std::collections::HashMap;

use overt_core::{LicenseFacts, Span};

use super::clause::{PageClause, clauses};

/// The clauses of `facts`, each with the lines of `text` where it stands, where it was found.
///
/// A clause is found by the first of its `find` phrases that occurs. Letters and digits are compared
/// without case, so that wrapping, punctuation and hyphens do not matter; a phrase begins at the
/// beginning of a word. Time and memory are linear in the text.
pub fn locate(facts: &LicenseFacts, text: &str) -> Vec<PageClause> {
    let clauses = clauses(facts);
    let text = Squeezed::new(text);
    let phrases = clauses.iter().flat_map(|(_, find)| find.iter());
    let found = text.find(phrases.map(|phrase| squeeze(phrase)));
    let mut found = found.into_iter();
    clauses
        .into_iter()
        .map(|(mut clause, find)| {
            // Takes this clause's share of the answers, and of them the first that is one.
            let answers: Vec<_> = found.by_ref().take(find.len()).collect();
            clause.lines = answers.into_iter().flatten().next();
            clause
        })
        .collect()
}

/// How many letters of a phrase are looked up at once.
const HEAD: usize = 6;

/// The letters and digits of a text in lower case, with where words and lines begin.
struct Squeezed {
    letters: String,
    /// Where words begin, in bytes of `letters`.
    words: Vec<usize>,
    /// Where each line begins, in bytes of `letters`; the first is line 1.
    lines: Vec<usize>,
}

impl Squeezed {
    fn new(text: &str) -> Self {
        let mut squeezed = Self {
            letters: String::with_capacity(text.len()),
            words: Vec::new(),
            lines: vec![0],
        };
        let mut inside = false;
        let mut markup_ends = 0;
        for (at, character) in text.char_indices() {
            if let Some(length) = markup(text.get(at..).unwrap_or_default()) {
                markup_ends = markup_ends.max(at + length);
            }
            if at < markup_ends && character != '\n' {
                continue;
            }
            if character.is_alphanumeric() {
                if !inside {
                    squeezed.words.push(squeezed.letters.len());
                }
                squeezed.letters.extend(character.to_lowercase());
            } else if character == '\n' {
                squeezed.lines.push(squeezed.letters.len());
            }
            inside = character.is_alphanumeric();
        }
        squeezed
    }

    /// Where each phrase first stands, in the order of the phrases.
    fn find(&self, phrases: impl Iterator<Item = String>) -> Vec<Option<Span>> {
        let phrases: Vec<String> = phrases.collect();
        let mut by_head: HashMap<&[u8], Vec<usize>> = HashMap::new();
        for (index, phrase) in phrases.iter().enumerate() {
            if let Some(head) = phrase.as_bytes().get(..HEAD) {
                by_head.entry(head).or_default().push(index);
            }
        }
        let mut found = vec![None; phrases.len()];
        for &start in &self.words {
            let rest = self.letters.as_bytes().get(start..).unwrap_or_default();
            let Some(candidates) = rest.get(..HEAD).and_then(|head| by_head.get(head)) else {
                continue;
            };
            for &index in candidates {
                let (Some(slot), Some(phrase)) = (found.get_mut(index), phrases.get(index)) else {
                    continue;
                };
                if slot.is_none() && rest.starts_with(phrase.as_bytes()) {
                    *slot = Some(self.lines_of(start, start + phrase.len() - 1));
                }
            }
        }
        found
    }

    fn lines_of(&self, first: usize, last: usize) -> Span {
        let line = |at: usize| {
            let line = self.lines.partition_point(|&start| start <= at);
            u32::try_from(line).unwrap_or(u32::MAX)
        };
        Span::Lines(line(first), line(last))
    }
}

/// The longest tag or entity that is skipped, in bytes.
const MOST_MARKUP: usize = 200;

/// The length of the HTML tag or entity that the text begins with.
fn markup(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let (end, limit) = match bytes.first()? {
        b'<' if matches!(bytes.get(1), Some(b'a'..=b'z' | b'/' | b'!')) => (b'>', MOST_MARKUP),
        b'&' => (b';', 10),
        _ => return None,
    };
    let window = bytes.get(1..limit.min(bytes.len()))?;
    let length = window.iter().position(|byte| *byte == end)?;
    let inner = window.get(..length)?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let is_markup = match end {
        b';' => !inner.is_empty() && inner.iter().all(plain),
        _ => !inner.contains(&b'<'),
    };
    is_markup.then_some(length + 2)
}

fn squeeze(phrase: &str) -> String {
    phrase
        .chars()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(text: &str, phrase: &str) -> Option<Span> {
        Squeezed::new(text)
            .find([squeeze(phrase)].into_iter())
            .pop()
            .flatten()
    }

    #[test]
    fn wrapping_case_and_punctuation_do_not_matter() {
        let text = "One\n\n  shall be \"NON-\n* commercial\", and\r\nnot more";
        assert_eq!(find(text, "non commercial and"), Some(Span::Lines(3, 4)));
        assert_eq!(find(text, "noncommercial and not"), Some(Span::Lines(3, 5)));
    }

    #[test]
    fn tags_and_entities_are_no_words() {
        let text = "<p class=\"x\">also include &ldquo;Llama&rdquo;\nat <b>the</b>\nbeginning</p>";
        assert_eq!(
            find(text, "include llama at the beginning"),
            Some(Span::Lines(1, 3))
        );
        assert_eq!(
            find("a < b & c; d and more", "b c d and more"),
            Some(Span::Lines(1, 1))
        );
    }

    #[test]
    fn a_phrase_begins_at_a_word() {
        assert_eq!(find("unshall not be", "shall not be"), None);
        assert_eq!(
            find("they shall not be", "shall not be"),
            Some(Span::Lines(1, 1))
        );
    }

    #[test]
    fn the_first_place_wins() {
        assert_eq!(
            find("x y z k\nx y z k", "x y z k"),
            None,
            "four letters tell too little"
        );
        assert_eq!(find("red fox\nred fox", "red fox"), Some(Span::Lines(1, 1)));
    }
}
