//! A text as numbered words, and where it breaks.

use super::words::{Token, tokenize};
use crate::index::Index;

/// A text that is searched for licenses.
#[derive(Debug)]
pub(super) struct Query<'a> {
    pub(super) index: &'a Index<'a>,
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    /// Stretches of words without a long gap between them.
    pub(super) runs: Vec<(u32, u32)>,
    /// Places that a match may still use.
    pub(super) open: Vec<bool>,
    /// Whether the text was dug out of bytes that are no text.
    pub(super) from_binary: bool,
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
        let mut tokens = Vec::new();
        let mut runs = Vec::new();
        for (start, end, line) in stretches {
            let first = tokens.len();
            tokenize(text, (*start, *end), *line, index.vocabulary, &mut tokens);
            break_runs(index, &tokens, first, &mut runs);
        }
        let open = vec![true; tokens.len()];
        Self {
            index,
            text,
            tokens,
            runs,
            open,
            from_binary,
        }
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
