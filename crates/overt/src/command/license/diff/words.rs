//! A word-level difference on a terminal.

use std::fmt::Write as _;

use overt_license::{Passage, TextDifference};

pub(super) fn shown(old: &str, new: &str, difference: &TextDifference) -> String {
    let mut text = format!("{old} → {new}, word by word\n");
    if difference.passages.is_empty() {
        let _ = writeln!(
            text,
            "no difference in words ({} words; white space, punctuation, markup, list numbers, \
             copyright notices and spelling do not count)",
            difference.same_words
        );
        return text;
    }
    for passage in &difference.passages {
        let _ = writeln!(text, "line {}", lines(passage));
        side(&mut text, '-', &passage.canonical, passage.canonical_words);
        side(&mut text, '+', &passage.here, passage.here_words);
    }
    let _ = writeln!(
        text,
        "{} words the same, {} removed, {} added ({:.1} % alike)",
        difference.same_words,
        difference.removed_words,
        difference.added_words,
        // Rounded down, so that texts that differ are never shown as wholly alike.
        (difference.similarity * 1000.0).floor() / 10.0
    );
    text
}

fn lines(passage: &Passage) -> String {
    match passage.lines {
        (first, last) if first == last => first.to_string(),
        (first, last) => format!("{first}-{last}"),
    }
}

fn side(text: &mut String, mark: char, words: &str, count: u32) {
    if count == 0 {
        return;
    }
    let shown = words.split(' ').count();
    let more = usize::try_from(count)
        .unwrap_or(usize::MAX)
        .saturating_sub(shown);
    let rest = if more > 0 {
        format!(" … and {more} words more")
    } else {
        String::new()
    };
    let _ = writeln!(text, "  {mark} {words}{rest}");
}
