//! Headings, links and passages of a card's Markdown.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd};

use super::html;
use super::link::{self, Link};
use super::section::{self, Section, SectionKind};
use crate::document::{Lines, shorten};

/// The most links and sections that are kept.
const MOST: usize = 16_384;
/// The longest title and address that is kept, in characters.
const LONGEST: usize = 2048;

/// What stands in the Markdown.
pub(super) struct Body {
    /// Sections, in file order.
    pub sections: Vec<Section>,
    /// Links, in file order.
    pub links: Vec<Link>,
    /// Running text by paragraph, cell or list element.
    pub passages: Vec<Passage>,
}

/// Running text whose every part knows its line.
pub(super) struct Passage {
    /// The text; line breaks are spaces.
    pub text: String,
    /// From byte offsets in `text` to lines of the file, ascending.
    pub lines: Vec<(usize, u32)>,
    /// The title of the section it stands in; empty before the first heading.
    pub section: String,
}

impl Passage {
    /// The line of the byte at `at`.
    pub(super) fn line(&self, at: usize) -> u32 {
        let index = self.lines.partition_point(|(start, _)| *start <= at);
        index
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .map_or(1, |(_, line)| *line)
    }
}

/// A heading as it stands.
struct Heading {
    level: u32,
    title: String,
    bytes: Range<usize>,
}

/// A piece of running text or code: its place and its words.
struct Piece {
    bytes: Range<usize>,
    words: u64,
}

/// Reads Markdown that begins after `lines_before` lines of its file.
pub(super) fn read(text: &str, lines_before: u32) -> Body {
    let lines = Lines::after(text, lines_before);
    let mut reader = Reader {
        lines: &lines,
        headings: Vec::new(),
        pieces: Vec::new(),
        links: Vec::new(),
        passages: Vec::new(),
        heading: None,
        link: None,
        passage: None,
        html: None,
        code: false,
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for (event, bytes) in Parser::new_ext(text, options).into_offset_iter() {
        reader.event(event, bytes);
    }
    reader.finish_passage();
    let sections = sections(&reader.headings, &reader.pieces, &lines, text.len());
    Body {
        sections,
        links: reader.links,
        passages: reader.passages,
    }
}

struct Reader<'l> {
    lines: &'l Lines,
    headings: Vec<Heading>,
    pieces: Vec<Piece>,
    links: Vec<Link>,
    passages: Vec<Passage>,
    heading: Option<Heading>,
    link: Option<(String, String, Range<usize>)>,
    passage: Option<Passage>,
    html: Option<(String, usize)>,
    code: bool,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, bytes: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, bytes),
            Event::End(tag) => self.end(tag),
            Event::Text(text) if self.html.is_some() => self.html_piece(&text),
            Event::Text(text) => self.text(&text, &bytes),
            Event::Code(code) => self.text(&code, &bytes),
            Event::SoftBreak | Event::HardBreak => self.text(" ", &bytes),
            Event::Html(piece) => {
                if self.html.is_none() {
                    self.html = Some((String::new(), bytes.start));
                }
                self.html_piece(&piece);
            }
            Event::InlineHtml(piece) => {
                for attribute in html::links(&piece) {
                    let at = bytes.start.saturating_add(attribute.at);
                    self.add_link(attribute.value, "", &(at..at));
                }
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, bytes: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.finish_passage();
                self.heading = Some(Heading {
                    level: level_number(level),
                    title: String::new(),
                    bytes,
                });
            }
            Tag::Link {
                dest_url,
                link_type,
                ..
            } if link_type != LinkType::Email => {
                self.link = Some((dest_url.into_string(), String::new(), bytes));
            }
            Tag::CodeBlock(_) => {
                self.finish_passage();
                self.code = true;
            }
            Tag::HtmlBlock => {
                self.finish_passage();
                self.html = Some((String::new(), bytes.start));
            }
            Tag::Paragraph | Tag::Item | Tag::TableCell => self.finish_passage(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                if let Some(heading) = self.heading.take() {
                    self.add_heading(heading);
                }
            }
            TagEnd::Link => {
                if let Some((url, text, bytes)) = self.link.take() {
                    self.add_link(&url, &text, &bytes);
                }
            }
            TagEnd::CodeBlock => self.code = false,
            TagEnd::HtmlBlock => self.finish_html(),
            TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell => self.finish_passage(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str, bytes: &Range<usize>) {
        if let Some((_, words, _)) = &mut self.link {
            words.push_str(text);
        }
        if let Some(heading) = &mut self.heading {
            heading.title.push_str(text);
            return;
        }
        self.pieces.push(Piece {
            bytes: bytes.clone(),
            words: count_words(text),
        });
        if self.code {
            return;
        }
        if self.link.is_none() {
            self.bare_links(text, bytes);
        }
        let line = self.lines.line(bytes.start);
        let section = &self.headings;
        let passage = self.passage.get_or_insert_with(|| Passage {
            text: String::new(),
            lines: Vec::new(),
            section: section
                .last()
                .map(|heading| heading.title.clone())
                .unwrap_or_default(),
        });
        passage.lines.push((passage.text.len(), line));
        passage.text.push_str(text);
    }

    fn html_piece(&mut self, piece: &str) {
        /// Whole pages are sometimes pasted into cards.
        const LONGEST_HTML: usize = 1 << 20;
        if let Some((html, _)) = &mut self.html
            && html.len() < LONGEST_HTML
        {
            html.push_str(piece);
        }
    }

    /// The links, headings and text of a block of HTML.
    fn finish_html(&mut self) {
        let Some((block, start)) = self.html.take() else {
            return;
        };
        let end = start.saturating_add(block.len());
        for attribute in html::links(&block) {
            let at = start.saturating_add(attribute.at);
            let rest = block
                .get(attribute.at.saturating_add(attribute.value.len())..)
                .unwrap_or_default();
            let words = rest
                .split_once('>')
                .and_then(|(_, rest)| rest.split("</a").next())
                .map(|words| html::without_tags(&shorten(words, 400)))
                .unwrap_or_default();
            self.add_link(attribute.value, words.trim(), &(at..at));
        }
        let mut heading: Option<Heading> = None;
        let mut at = start;
        for row in block.split_inclusive('\n') {
            let bytes = at..at.saturating_add(row.len());
            at = bytes.end;
            let words = html::without_tags(row);
            if heading.is_none()
                && let Some(level) = html::heading_level(row)
            {
                heading = Some(Heading {
                    level,
                    title: String::new(),
                    bytes: bytes.clone(),
                });
            }
            if let Some(open) = &mut heading {
                open.title.push_str(&words);
                open.bytes.end = bytes.end;
                if html::closes_heading(row)
                    && let Some(closed) = heading.take()
                {
                    self.add_heading(closed);
                }
            } else if !words.trim().is_empty() {
                self.text(words.trim(), &bytes);
                self.text(" ", &(bytes.end..bytes.end.min(end)));
            }
        }
        self.finish_passage();
    }

    fn add_heading(&mut self, mut heading: Heading) {
        let title = heading
            .title
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if title.is_empty() || self.headings.len() >= MOST {
            return;
        }
        heading.title = shorten(&title, LONGEST);
        self.headings.push(heading);
    }

    fn add_link(&mut self, url: &str, text: &str, bytes: &Range<usize>) {
        let url = url.trim();
        if url.is_empty() || self.links.len() >= MOST {
            return;
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.links.push(Link {
            kind: link::kind_of(url, &text),
            url: shorten(url, LONGEST),
            text: shorten(&text, LONGEST),
            span: self.lines.span(bytes),
        });
    }

    /// Addresses that stand in the text without being marked as links.
    fn bare_links(&mut self, text: &str, bytes: &Range<usize>) {
        let ends = |c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '，' | '。' | '）' | '、')
        };
        // An address that stands inside another one is part of it.
        let mut after = 0_usize;
        for (at, _) in text.match_indices("http") {
            let Some(rest) = text.get(at..).filter(|_| at >= after) else {
                continue;
            };
            let Some(scheme) = ["https://", "http://"]
                .iter()
                .find(|scheme| rest.starts_with(**scheme))
            else {
                continue;
            };
            let end = rest.find(ends).unwrap_or(rest.len());
            after = at.saturating_add(end);
            let url = rest.get(..end).unwrap_or_default();
            let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '\'', '*']);
            if url.len() > scheme.len() {
                let start = bytes.start.saturating_add(at).min(bytes.end);
                self.add_link(url, "", &(start..start));
            }
        }
    }

    fn finish_passage(&mut self) {
        if let Some(passage) = self.passage.take()
            && !passage.text.trim().is_empty()
        {
            self.passages.push(passage);
        }
    }
}

fn level_number(level: HeadingLevel) -> u32 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Words; of scripts without spaces, characters.
fn count_words(text: &str) -> u64 {
    let wide = |c: &char| matches!(*c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}');
    let characters = text.chars().filter(wide).count();
    let words = text
        .split(|c: char| c.is_whitespace() || wide(&c))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .count();
    (characters as u64).saturating_add(words as u64)
}

/// Headings become sections: each ends before the next heading of its level or above.
fn sections(headings: &[Heading], pieces: &[Piece], lines: &Lines, length: usize) -> Vec<Section> {
    // Ends are found from the back: for each level, where the next heading of it or above begins.
    let mut ends = vec![length; headings.len()];
    let mut next: [usize; 7] = [length; 7];
    for (heading, end) in headings.iter().zip(ends.iter_mut()).rev() {
        let level = usize::try_from(heading.level).unwrap_or(6).min(6);
        *end = next.get(level).copied().unwrap_or(length);
        for slot in next.iter_mut().skip(level) {
            *slot = heading.bytes.start;
        }
    }
    // Word counts are differences of running totals, so that nesting costs nothing.
    let mut total = 0_u64;
    let totals: Vec<u64> = pieces
        .iter()
        .map(|piece| {
            total = total.saturating_add(piece.words);
            total
        })
        .collect();
    let before = |at: usize| {
        let index = pieces.partition_point(|piece| piece.bytes.start < at);
        let words = index
            .checked_sub(1)
            .and_then(|last| totals.get(last))
            .copied()
            .unwrap_or(0);
        (index, words)
    };
    let starts = headings.iter().skip(1).map(|heading| heading.bytes.start);
    let following = starts.chain(std::iter::once(length));
    let mut sections: Vec<Section> = headings
        .iter()
        .zip(ends)
        .zip(following)
        .map(|((heading, end), own_end)| {
            let (first, words_before) = before(heading.bytes.end);
            let (_, words_until) = before(end);
            let (after_own, _) = before(own_end);
            let own: Vec<&Piece> = pieces
                .get(first..after_own)
                .unwrap_or_default()
                .iter()
                .filter(|piece| piece.words > 0)
                .collect();
            let text_span = match (own.first(), own.last()) {
                (Some(first), Some(last)) => Some(lines.span(&(first.bytes.start..last.bytes.end))),
                _ => None,
            };
            let end = end.max(heading.bytes.end);
            let span = lines.span(&(heading.bytes.start..end));
            Section {
                kinds: section::kinds_of(&heading.title),
                title: heading.title.clone(),
                level: heading.level,
                span,
                text_span,
                words: words_until.saturating_sub(words_before),
            }
        })
        .collect();
    forget_nested_descriptions(&mut sections);
    sections
}

/// A `Description` inside a section on something else describes that, not the model. Titles of the
/// whole text, at level 1, are no such section.
fn forget_nested_descriptions(sections: &mut [Section]) {
    let mut open: Vec<(u32, Vec<SectionKind>)> = Vec::new();
    for section in sections {
        while open
            .last()
            .is_some_and(|(level, _)| *level >= section.level)
        {
            open.pop();
        }
        let around = open.iter().rev().find(|(_, kinds)| !kinds.is_empty());
        if section.kinds == [SectionKind::ModelDetails]
            && around.is_some_and(|(level, kinds)| {
                *level > 1 && !kinds.contains(&SectionKind::ModelDetails)
            })
        {
            section.kinds.clear();
        }
        open.push((section.level, section.kinds.clone()));
    }
}
