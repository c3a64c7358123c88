//! Words that are form and no content: markup, numbers of list items, lines of copyright.

use super::super::clauses::wordings;
use super::super::words::Word;

/// Whether the place is in the target of a Markdown link, in a tag of HTML or in a character that
/// HTML spells out: form, not content.
pub(super) fn is_form(text: &str, at: usize) -> bool {
    const FARTHEST: usize = 400;
    let from = text.ceil_char_boundary(at.saturating_sub(FARTHEST));
    let to = text.ceil_char_boundary(at.saturating_add(FARTHEST).min(text.len()));
    let (Some(before), Some(behind)) = (text.get(from..at), text.get(at..to)) else {
        return false;
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let opened = line
        .rfind("](")
        .is_some_and(|open| !line.get(open..).unwrap_or_default().contains([')', ' ']));
    opened || is_in_tag(before, behind) || is_entity(before, behind)
}

fn is_in_tag(before: &str, behind: &str) -> bool {
    let Some(inside) = before.rfind('<').and_then(|open| before.get(open + 1..)) else {
        return false;
    };
    // The name of a tag is part of the place where the place is its own.
    let named = inside.chars().chain(behind.chars()).next();
    let opens = named.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
    let closes = behind
        .find(['<', '>'])
        .is_some_and(|end| behind.get(end..).is_some_and(|rest| rest.starts_with('>')));
    let is_tag = inside.is_empty()
        || inside.starts_with('/')
        || inside.starts_with('!')
        || inside.contains(['=', '"'])
        || !inside.contains(['\n', '@']);
    opens && closes && is_tag && !inside.contains('>')
}

/// Whether `&#8220;` or `&ldquo;` stands here.
fn is_entity(before: &str, behind: &str) -> bool {
    let name = behind
        .find(|c: char| !c.is_ascii_alphanumeric())
        .and_then(|end| behind.get(end..));
    let begins = before.ends_with('&') || before.ends_with("&#") || before.ends_with("&#x");
    begins && name.is_some_and(|rest| rest.starts_with(';'))
}

/// The words that stand on no line that says who holds the copyright, nor on one that only goes on
/// with it.
pub(super) fn without_copyright(text: &str, added: &[Word]) -> Vec<Word> {
    const LONGEST_REST: usize = 10;
    let wordings = wordings();
    let mut rest = Vec::new();
    let mut holders = false;
    for line in added.chunk_by(|a, b| a.line == b.line) {
        let Some(first) = line.first() else {
            continue;
        };
        let goes_on = holders
            && line.len() <= LONGEST_REST
            && !line.iter().any(|word| wordings.is_operative(word.hash));
        if is_copyright_line(text, first.start) || goes_on {
            holders = true;
            continue;
        }
        holders = false;
        rest.extend_from_slice(line);
    }
    rest
}

/// Whether the line of this place says who holds the copyright.
pub(in super::super) fn is_copyright_line(text: &str, at: usize) -> bool {
    const LONGEST: usize = 300;
    let mut from = at.saturating_sub(LONGEST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (at + LONGEST).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let start = text
        .get(from..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(from, |line_end| from + line_end + 1);
    let end = text
        .get(at..to)
        .and_then(|after| after.find('\n'))
        .map_or(to, |line_end| at + line_end);
    let line = text.get(start..end).unwrap_or_default().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    // `(c)` may be the letter of a clause.
    let sign = line.contains("(c)") && line.contains(['1', '2']);
    (begins_with_copyright(&line) || has(&["©", "all rights reserved"]) || sign)
        && !has(&[
            "licen",
            "permission",
            "must",
            "shall",
            "only",
            "prohibit",
            "not be",
        ])
}

/// Whether copyright is what the line begins with, and not a word of a sentence about it: the
/// "copyright notice" that is to be kept.
fn begins_with_copyright(line: &str) -> bool {
    /// So many words may stand before it: "portions are".
    const BEFORE: usize = 4;
    const OF_A_SENTENCE: [&str; 6] = ["notice", "notices", "law", "laws", "above", "this"];
    let words: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words
        .iter()
        .take(BEFORE + 1)
        .position(|word| word.starts_with("copyright"))
        .is_some_and(|at| {
            !words
                .iter()
                .take(at + 3)
                .any(|word| OF_A_SENTENCE.contains(word))
        })
}

/// Whether the word is only the number or letter of a list item or heading.
pub(super) fn is_numbering(text: &str, word: &Word) -> bool {
    let is_short = text.get(word.start..word.end).is_some_and(|word| {
        word.len() <= 3
            && (word.len() == 1
                || word.bytes().all(|b| b.is_ascii_digit())
                || matches!(
                    word.to_ascii_lowercase().as_str(),
                    "ii" | "iii" | "iv" | "vi" | "vii" | "ix"
                ))
    });
    let line_start = text
        .get(..word.start)
        .map(|before| before.trim_end_matches([' ', '\t', '*', '#', '/', '(', '-', '.', '>', ';']))
        .is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    let closed = text
        .as_bytes()
        .get(word.end)
        .is_some_and(|byte| matches!(byte, b'.' | b')' | b':' | b'-'));
    is_short && line_start && closed
}

/// Whether the word is part of an address of the network.
pub(super) fn is_address(text: &str, word: &Word) -> bool {
    let before = text.get(..word.start).unwrap_or_default();
    let from = before
        .rfind(|c: char| c.is_whitespace() || matches!(c, '<' | '(' | '"' | '['))
        .map_or(0, |at| at + 1);
    let behind = text.get(word.end..).unwrap_or_default();
    let to = behind
        .find(|c: char| c.is_whitespace() || matches!(c, '>' | ')' | '"' | ']' | ','))
        .map_or(text.len(), |at| word.end + at);
    let whole = text.get(from..to).unwrap_or_default();
    let host = whole.trim_end_matches(['.', ':', ';']);
    let dotted = host.split('.').count() >= 2
        && host
            .split('.')
            .all(|part| part.len() >= 2 && !part.contains(','));
    whole.contains('@') || whole.contains("://") || dotted
}
