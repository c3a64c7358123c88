//! A text as numbered words, and where it breaks.

use super::clauses::wordings;
use super::found::Found;
use super::words::{Token, Word, tokenize};
use crate::index::{Index, KnownWord};

/// A word of a text, known or not.
#[derive(Clone, Copy, Debug)]
pub(super) struct AnyWord {
    /// The first byte.
    start: u32,
    /// In bytes.
    length: u16,
    kind: u16,
}

/// Legal texts have it.
const LEGAL: u16 = 1;
/// It is passed over as markup.
const MARKUP: u16 = 1 << 1;

impl AnyWord {
    fn new(index: &Index<'_>, word: &Word, known: Option<KnownWord>, kinds: u16) -> Self {
        let mut kind = kinds << 2;
        if let Some(known) = known {
            kind |= if index.is_legal(known.id()) { LEGAL } else { 0 };
            kind |= if known.is_markup() { MARKUP } else { 0 };
        }
        Self {
            start: u32::try_from(word.start).unwrap_or(u32::MAX),
            length: u16::try_from(word.end - word.start).unwrap_or(u16::MAX),
            kind,
        }
    }

    pub(super) fn start(self) -> usize {
        self.start as usize
    }

    /// The byte after the last.
    pub(super) fn end(self) -> usize {
        self.start as usize + usize::from(self.length)
    }

    pub(super) fn is_legal(self) -> bool {
        self.kind & LEGAL != 0
    }

    pub(super) fn is_markup(self) -> bool {
        self.kind & MARKUP != 0
    }

    /// Whether it is of one of the [kinds](super::clauses::kind).
    pub(super) fn is(self, kind: u16) -> bool {
        self.kind & kind << 2 != 0
    }
}

/// A text that is searched for licenses.
#[derive(Debug)]
pub(super) struct Query<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// All words, in order.
    words: Vec<AnyWord>,
    /// Stretches of words without a long gap between them.
    pub(super) runs: Vec<(u32, u32)>,
    /// Places that a match may still use.
    pub(super) open: Vec<bool>,
    /// Whether the text was dug out of bytes that are no text.
    pub(super) from_binary: bool,
    /// Notices and texts that stand word for word and gave way to a match in part.
    pub(super) swallowed: Vec<Found>,
}

/// So many lines without legal words part two runs.
const GAP: u32 = 15;

impl<'a> Query<'a> {
    /// Reads the words of these stretches of the text (start, end, line of the start).
    pub(super) fn new(
        index: &'a Index<'a>,
        text: &'a str,
        stretches: &[(usize, usize, u32)],
        from_binary: bool,
    ) -> Self {
        /// A word of a license has about so many bytes with what parts it from the next.
        const WORD: usize = 6;
        /// For more, room is made as they come.
        const MANY: usize = 64 << 10;
        let bytes: usize = stretches.iter().map(|(start, end, _)| end - start).sum();
        let likely = (bytes / WORD).min(MANY);
        let mut tokens = Vec::with_capacity(likely);
        let mut words = Vec::with_capacity(likely);
        let mut runs = Vec::new();
        let wordings = wordings();
        for (start, end, line) in stretches {
            let first = tokens.len();
            let note = |word: &Word, known| {
                let kinds = wordings.kinds(word.hash);
                words.push(AnyWord::new(index, word, known, kinds));
            };
            let vocabulary = index.vocabulary;
            tokenize(text, (*start, *end), *line, vocabulary, &mut tokens, note);
            break_runs(index, &tokens, first, &mut runs);
        }
        let open = vec![true; tokens.len()];
        Self {
            index,
            text,
            tokens,
            words,
            runs,
            open,
            from_binary,
            swallowed: Vec::new(),
        }
    }

    /// The words between these bytes of the text.
    pub(super) fn words(&self, start: usize, end: usize) -> &[AnyWord] {
        let first = self.words.partition_point(|word| word.start() < start);
        let rest = self.words.get(first..).unwrap_or_default();
        let count = rest.partition_point(|word| word.end() <= end);
        rest.get(..count).unwrap_or_default()
    }

    pub(super) fn id(&self, place: u32) -> u16 {
        self.token(place).map_or(u16::MAX, |token| token.id)
    }

    pub(super) fn token(&self, place: u32) -> Option<&Token> {
        self.tokens.get(place as usize)
    }

    pub(super) fn line(&self, place: u32) -> u32 {
        self.token(place).map_or(1, |token| token.line)
    }

    pub(super) fn is_open(&self, place: u32) -> bool {
        self.open.get(place as usize).copied().unwrap_or_default()
    }

    pub(super) fn length(&self) -> u32 {
        u32::try_from(self.tokens.len()).unwrap_or(u32::MAX)
    }
}

/// Parts the words from `first` on where lines without legal words pile up.
fn break_runs(index: &Index<'_>, tokens: &[Token], first: usize, runs: &mut Vec<(u32, u32)>) {
    let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let mut start = first;
    let mut last_legal_line = tokens.get(first).map_or(1, |token| token.line);
    for (at, token) in tokens.iter().enumerate().skip(first) {
        if token.line > last_legal_line + GAP {
            if at > start {
                runs.push((place(start), place(at)));
            }
            start = at;
            last_legal_line = token.line;
        } else if index.is_legal(token.id) {
            last_legal_line = token.line;
        }
    }
    if tokens.len() > start {
        runs.push((place(start), place(tokens.len())));
    }
}
