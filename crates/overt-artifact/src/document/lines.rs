//! From bytes to lines.

use std::ops::Range;

use overt_core::Span;

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    /// Added to every line: how many lines stand before this text in its file.
    before: u32,
}

impl Lines {
    /// The lines of a whole file.
    pub fn of(text: &str) -> Self {
        Self::after(text, 0)
    }

    /// The lines of a text that begins after `before` lines of its file.
    pub fn after(text: &str, before: u32) -> Self {
        let breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at.saturating_add(1));
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
            before,
        }
    }

    /// The line, from 1, of the byte at `at`.
    pub fn line(&self, at: usize) -> u32 {
        let index = self.starts.partition_point(|start| *start <= at);
        u32::try_from(index)
            .unwrap_or(u32::MAX)
            .max(1)
            .saturating_add(self.before)
    }

    /// The lines of a byte range. A range that ends just after a line break ends on that line.
    pub fn span(&self, bytes: &Range<usize>) -> Span {
        let first = self.line(bytes.start);
        let last = if bytes.end > bytes.start {
            self.line(bytes.end.saturating_sub(1))
        } else {
            first
        };
        Span::Lines(first, last.max(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_become_lines_counted_from_one() {
        let lines = Lines::of("a\r\nbc\n\nd");
        assert_eq!(lines.span(&(0..1)), Span::Lines(1, 1));
        assert_eq!(lines.span(&(0..3)), Span::Lines(1, 1));
        assert_eq!(lines.span(&(3..8)), Span::Lines(2, 4));
        assert_eq!(lines.span(&(99..99)), Span::Lines(4, 4));
        assert_eq!(Lines::after("x", 7).line(0), 8);
    }
}
