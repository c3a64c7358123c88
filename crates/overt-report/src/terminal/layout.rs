//! Wrapping and cutting by display width.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::WIDTH;

/// Control characters of hostile names must not reach a terminal.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || is_invisible(c) {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

/// Characters that reorder or hide text.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

/// A paragraph of at most [`WIDTH`] columns: the first line begins with `first`, the others with
/// spaces of `indent` columns. `first_width` is the width of `first` as shown.
pub(super) fn paragraph(first: &str, first_width: usize, indent: usize, text: &str) -> String {
    let clean = clean(text);
    let options = textwrap::Options::new(WIDTH)
        .initial_indent("")
        .break_words(true)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    let widths = [
        WIDTH.saturating_sub(first_width),
        WIDTH.saturating_sub(indent),
    ];
    let mut out = String::from(first);
    let mut rest = clean.as_str();
    let mut line = 0_usize;
    loop {
        let width = widths.get(line.min(1)).copied().unwrap_or(WIDTH).max(10);
        let lines = textwrap::wrap(rest, options.clone().width_of(width));
        let Some(head) = lines.first() else { break };
        if line > 0 {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
        }
        out.push_str(head.trim_end());
        let taken = head.len();
        rest = rest.get(taken..).unwrap_or_default().trim_start();
        line += 1;
        if rest.is_empty() {
            break;
        }
    }
    out.push('\n');
    out
}

/// Options of another width.
trait WidthOf {
    fn width_of(self, width: usize) -> Self;
}

impl WidthOf for textwrap::Options<'_> {
    fn width_of(mut self, width: usize) -> Self {
        self.width = width;
        self
    }
}

/// A sentence whose long lists of names are shortened: four names are kept, the others counted.
pub(super) fn shortened(text: &str) -> String {
    let mut text = text.to_owned();
    for separator in [", ", " AND ", " OR ", " or "] {
        text = shortened_at(&text, separator);
    }
    text
}

fn shortened_at(text: &str, separator: &str) -> String {
    /// Names kept before the others are counted, and the longest that counts as a name, in bytes.
    const KEPT: usize = 4;
    const NAME: usize = 64;
    let parts: Vec<&str> = text.split(separator).collect();
    let names = parts.len().saturating_sub(2);
    let is_list = parts
        .iter()
        .skip(1)
        .take(names)
        .all(|part| part.len() <= NAME);
    let (Some(kept), Some(last)) = (parts.get(..KEPT), parts.last()) else {
        return text.to_owned();
    };
    let left_out = parts.len() - KEPT - 1;
    if left_out < 2 || !is_list {
        return text.to_owned();
    }
    let kept = kept.join(separator);
    if separator == ", " {
        // The last name ends at the first space; what follows belongs to the sentence.
        let tail = last
            .find(' ')
            .and_then(|at| last.get(at..))
            .unwrap_or_default();
        format!("{kept} and {} more{tail}", left_out + 1)
    } else {
        format!("{kept}{separator}{left_out} more{separator}{last}")
    }
}

/// A text of exactly `width` columns: filled up with spaces, or cut at its end with an ellipsis.
pub(super) fn column(text: &str, width: usize) -> String {
    let cut = cut(text, width);
    let missing = width.saturating_sub(cut.width());
    cut + &" ".repeat(missing)
}

/// A text of at most `width` columns, cut at its end with an ellipsis.
pub(super) fn cut(text: &str, width: usize) -> String {
    let text = clean(text);
    if text.width() <= width {
        return text;
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let next = c.width().unwrap_or(0);
        if used + next + 1 > width {
            break;
        }
        used += next;
        out.push(c);
    }
    out.push('…');
    out
}

/// A path of at most `width` columns, cut in its middle: its end says the most.
pub(super) fn cut_path(path: &str, width: usize) -> String {
    let path = clean(path);
    if path.width() <= width {
        return path;
    }
    let mut tail: Vec<char> = Vec::new();
    let mut used = 0;
    for c in path.chars().rev() {
        let next = c.width().unwrap_or(0);
        if used + next + 1 > width {
            break;
        }
        used += next;
        tail.push(c);
    }
    std::iter::once('…').chain(tail.into_iter().rev()).collect()
}

/// A number of bytes for people, with decimal prefixes.
pub(super) fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 6] = ["B", "kB", "MB", "GB", "TB", "PB"];
    let mut unit = 0;
    let (mut whole, mut rest) = (bytes, 0);
    while whole >= 1000 && unit + 1 < UNITS.len() {
        rest = (whole % 1000) / 100;
        whole /= 1000;
        unit += 1;
    }
    let name = UNITS.get(unit).copied().unwrap_or("B");
    if unit == 0 || whole >= 100 {
        format!("{whole} {name}")
    } else {
        format!("{whole}.{rest} {name}")
    }
}

/// `1 file`, `2 files`.
pub(super) fn count(number: u64, one: &str) -> String {
    if number == 1 {
        format!("1 {one}")
    } else {
        format!("{number} {one}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let long = "word ".repeat(40) + &"x".repeat(200) + " 漢字".repeat(60).as_str();
        for line in paragraph("  ab  ", 6, 8, &long).lines() {
            assert!(line.width() <= WIDTH, "{} {line}", line.width());
        }
    }

    #[test]
    fn nothing_is_lost_by_wrapping() {
        let text = "one two three ".repeat(30);
        let wrapped = paragraph("", 0, 4, &text);
        let words: Vec<&str> = wrapped.split_whitespace().collect();
        assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn long_lists_of_names_are_counted() {
        let names: Vec<String> = (0..16).map(|n| format!("L-{n}")).collect();
        let listed = |separator: &str| format!("{} is not open (A:1)", names.join(separator));
        assert_eq!(
            shortened(&listed(", ")),
            "L-0, L-1, L-2, L-3 and 12 more is not open (A:1)"
        );
        assert_eq!(
            shortened(&listed(" AND ")),
            "L-0 AND L-1 AND L-2 AND L-3 AND 11 more AND L-15 is not open (A:1)"
        );
        for short in ["", "one, two, three", "a or b or c or d or e"] {
            assert_eq!(shortened(short), short);
        }
    }

    #[test]
    fn cut_texts_keep_their_width() {
        assert_eq!(cut("漢字漢字", 5), "漢字…");
        assert_eq!(column("ab", 4), "ab  ");
        assert_eq!(cut_path("a/very/long/path.txt", 9), "…path.txt");
        assert_eq!(bytes(1_234_567), "1.2 MB");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(clean("a\u{1b}[31mb\u{202e}"), "a\u{fffd}[31mb\u{fffd}");
    }
}
