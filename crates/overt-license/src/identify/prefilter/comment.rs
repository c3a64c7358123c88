//! Comments of source files: what is said about licenses in a comment ends where it ends, and what
//! follows is code.

use std::ops::Range;

/// The longest comment that is looked for, in bytes on either side of a trigger.
const LONGEST: usize = 8 << 10;
/// How many bytes may part comments that stand next to each other.
const FAR: usize = 16;
/// How a comment opens and closes that spans lines.
const BLOCKS: [(&[u8], &[u8]); 2] = [(b"/*", b"*/"), (b"<!--", b"-->")];

/// Where comments stand in a text.
#[derive(Clone, Copy)]
pub(super) struct Comments<'b> {
    bytes: &'b [u8],
    /// What lies before is not looked at, so that many triggers cost no more than their text is long.
    floor: usize,
}

/// Where the sign stands last. Its first byte is rare in comments, so that to look for it is faster
/// than any search backwards for the whole.
fn last(bytes: &[u8], sign: &[u8]) -> Option<usize> {
    let first = *sign.first()?;
    memchr::memrchr_iter(first, bytes)
        .find(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(sign)))
}

impl<'b> Comments<'b> {
    pub(super) fn new(bytes: &'b [u8], floor: usize) -> Self {
        Self { bytes, floor }
    }

    /// The comment that holds `trigger`, if it is sure to be one.
    pub(super) fn around(self, trigger: &Range<usize>) -> Option<Range<usize>> {
        BLOCKS
            .iter()
            .find_map(|block| self.block_around(trigger, block))
            .or_else(|| self.lines_around(trigger))
    }

    /// Adds the comments that stand next to one, as long as they begin before `end` or end behind
    /// `start`: a license may be told in several. One of many lines that names neither the holder of a
    /// copyright nor an author says something else, unless it calls for being read by itself.
    pub(super) fn with_neighbors(
        self,
        mut comment: Range<usize>,
        start: usize,
        end: usize,
    ) -> Range<usize> {
        while comment.end < end
            && let Some(next) = self.behind(comment.end)
            && self.may_belong(comment.end..next)
        {
            comment.end = next;
        }
        while comment.start > start
            && let Some(previous) = self.before(comment.start)
            && self.may_belong(previous..comment.start)
        {
            comment.start = previous;
        }
        comment
    }

    /// Whether what stands next to a comment may be about the same.
    fn may_belong(self, neighbor: Range<usize>) -> bool {
        let part = self.bytes.get(neighbor).unwrap_or_default().trim_ascii();
        memchr::memchr(b'\n', part).is_none()
            || memchr::memmem::find(part, b"opyright").is_some()
            || memchr::memmem::find(part, b"OPYRIGHT").is_some()
            || memchr::memmem::find(part, b"uthor").is_some()
    }

    /// A comment that begins with the sign `open`, which nothing precedes on its line.
    fn block_around(
        self,
        trigger: &Range<usize>,
        (open, close): &(&[u8], &[u8]),
    ) -> Option<Range<usize>> {
        let from = trigger.start.saturating_sub(LONGEST).max(self.floor);
        let before = self.bytes.get(from..trigger.start)?;
        let opened = last(before, open)?;
        let inside = before.get(opened + open.len()..)?;
        let start = self.begins_line(from + opened)?;
        if memchr::memmem::find(inside, close).is_some() {
            return None;
        }
        Some(start..self.closed(trigger.end, close)?)
    }

    /// Where the next sign `close` ends.
    fn closed(self, at: usize, close: &[u8]) -> Option<usize> {
        let to = at.saturating_add(LONGEST).min(self.bytes.len());
        let found = memchr::memmem::find(self.bytes.get(at..to)?, close)?;
        Some(at + found + close.len())
    }

    /// Lines that follow each other and begin with the same sign.
    fn lines_around(self, trigger: &Range<usize>) -> Option<Range<usize>> {
        let start = self.line_start(trigger.start);
        let sign = sign(self.bytes.get(start..trigger.start)?)?;
        let mut range = start..self.line_end(trigger.end);
        let mut count = 1;
        while range.start > self.floor && trigger.start - range.start < LONGEST {
            let previous = self.line_start(range.start - 1);
            if !begins(self.bytes.get(previous..range.start)?, sign) {
                break;
            }
            range.start = previous;
            count += 1;
        }
        while range.end < self.bytes.len() && range.end - trigger.end < LONGEST {
            let next = self.line_end(range.end + 1);
            if !begins(self.bytes.get(range.end..next)?, sign) {
                break;
            }
            range.end = next;
            count += 1;
        }
        // One line that begins with `#` may be a heading.
        (count > 1 || sign == b"//").then_some(range)
    }

    /// The end of the comment that begins behind `at`, if nothing else stands between.
    fn behind(self, at: usize) -> Option<usize> {
        let to = at.saturating_add(FAR).min(self.bytes.len());
        let spaces = self.bytes.get(at..to)?;
        let start = at + spaces.len() - spaces.trim_ascii_start().len();
        let rest = self.bytes.get(start..)?;
        if let Some((open, close)) = BLOCKS.iter().find(|(open, _)| rest.starts_with(open)) {
            return self.closed(start + open.len(), close);
        }
        let end = self.line_end(start);
        is_comment_line(self.bytes.get(start..end)?).then_some(end)
    }

    /// The begin of the comment that ends before `at`, if nothing else stands between.
    fn before(self, at: usize) -> Option<usize> {
        let from = at.saturating_sub(FAR).max(self.floor);
        let end = from + self.bytes.get(from..at)?.trim_ascii_end().len();
        let start = self.line_start(end);
        let line = self.bytes.get(start..end)?;
        if let Some((open, close)) = BLOCKS.iter().find(|(_, close)| line.ends_with(close)) {
            let from = end.saturating_sub(LONGEST).max(self.floor);
            let before = self.bytes.get(from..end - close.len())?;
            let opened = last(before, open)?;
            return self.begins_line(from + opened);
        }
        is_comment_line(line).then_some(start)
    }

    /// The begin of the line of `at`, if nothing stands before it there.
    fn begins_line(self, at: usize) -> Option<usize> {
        let start = self.line_start(at);
        let before = self.bytes.get(start..at)?;
        before.trim_ascii().is_empty().then_some(start)
    }

    /// The begin of the line of `at`, no farther than the longest comment.
    fn line_start(self, at: usize) -> usize {
        let from = at.saturating_sub(LONGEST);
        let before = self.bytes.get(from..at).unwrap_or_default();
        memchr::memrchr(b'\n', before).map_or(from, |found| from + found + 1)
    }

    /// The end of the line of `at`, its line feed left out.
    fn line_end(self, at: usize) -> usize {
        let to = at.saturating_add(LONGEST).min(self.bytes.len());
        let after = self.bytes.get(at..to).unwrap_or_default();
        memchr::memchr(b'\n', after).map_or(to, |found| at + found)
    }
}

fn begins(line: &[u8], sign: &[u8]) -> bool {
    let line = line.trim_ascii();
    // Headings of another depth are no comment, a line of `#` is.
    line.strip_prefix(sign).is_some_and(|rest| {
        sign != b"#" || !rest.starts_with(sign) || rest.iter().all(|byte| *byte == b'#')
    })
}

/// Whether a line is a comment; `#include` is code.
pub(super) fn is_comment_line(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let is_directive = matches!(line, [b'#', next, ..] if next.is_ascii_lowercase());
    sign(line).is_some() && !is_directive
}

/// The sign with which a line of a comment begins.
fn sign(line: &[u8]) -> Option<&[u8]> {
    let line = line.trim_ascii_start();
    let words: [&[u8]; 4] = [b"dnl", b"--", b".\\\"", b"'\\\""];
    if let Some(word) = words.into_iter().find(|word| line.starts_with(word)) {
        return Some(word);
    }
    let first = *line.first()?;
    let length = line.iter().take_while(|byte| **byte == first).count();
    match first {
        b'/' if length >= 2 => line.get(..2),
        b'#' | b';' | b'%' => line.get(..length),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(text: &str) -> Option<&str> {
        let start = text.find("MIT").unwrap();
        let comments = Comments::new(text.as_bytes(), 0);
        text.get(comments.around(&(start..start + 3))?)
    }

    #[test]
    fn comments_end_where_code_begins() {
        for (text, found) in [
            ("x\n/* a\n * MIT\n */\ny", Some("/* a\n * MIT\n */")),
            ("<!-- MIT -->\n<p>", Some("<!-- MIT -->")),
            ("#!/bin/sh\n# a\n# MIT\n\nls", Some("#!/bin/sh\n# a\n# MIT")),
            ("a\n  // MIT\n  // b\nc", Some("  // MIT\n  // b")),
            ("// MIT", Some("// MIT")),
            ("; MIT\n; b", Some("; MIT\n; b")),
            ("dnl MIT\ndnl b\nAC_INIT", Some("dnl MIT\ndnl b")),
            (".\\\" a\n.\\\" MIT\n.TH x", Some(".\\\" a\n.\\\" MIT")),
        ] {
            assert_eq!(comment(text), found, "{text}");
        }
    }

    #[test]
    fn what_may_be_no_comment_is_none() {
        for text in [
            "# MIT\n\nPermission is hereby granted",
            "## License\n# MIT\ntext",
            "see src/* MIT and */",
            "/* a */ MIT /* b */",
            "/* MIT",
            "a = 1; // MIT",
            "MIT",
        ] {
            assert_eq!(comment(text), None, "{text}");
        }
    }

    #[test]
    fn what_lies_before_the_floor_is_not_looked_at() {
        let at =
            |text: &str, trigger, floor| Comments::new(text.as_bytes(), floor).around(&trigger);
        assert_eq!(at("/* x */\n/* MIT */", 11..14, 10), None);
        assert_eq!(at("/* x */\n/* MIT */", 11..14, 8), Some(8..17));
        assert_eq!(at("// a\n// MIT", 8..11, 5), Some(5..11));
    }

    #[test]
    fn comments_that_follow_each_other_belong_together() {
        for text in [
            "/* a */\n/* MIT */\n/* b */",
            "// a\n\n// MIT\n\n\n// b\n// c",
            "<!--\n Copyright a -->\n<!-- MIT -->",
            "/* COPYRIGHT a\n */\n// MIT",
        ] {
            let whole = format!("code();\n{text}\n\nmore();\n");
            let comments = Comments::new(whole.as_bytes(), 0);
            let start = whole.find("MIT").unwrap();
            let comment = comments.around(&(start..start + 3)).unwrap();
            let all = comments.with_neighbors(comment, 0, whole.len());
            assert_eq!(&whole[all], text);
        }
    }

    #[test]
    fn a_comment_about_something_else_is_left_out() {
        for text in [
            "/* a\n * b */\n/* MIT */\n/*\n * c */",
            "#include <a.h>\n/* MIT */\n#include <b.h>\n",
        ] {
            let comments = Comments::new(text.as_bytes(), 0);
            let start = text.find("MIT").unwrap();
            let comment = comments.around(&(start..start + 3)).unwrap();
            let all = comments.with_neighbors(comment, 0, text.len());
            assert_eq!(&text[all], "/* MIT */");
        }
    }
}
