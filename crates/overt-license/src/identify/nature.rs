//! What sort of text a file is.

use overt_core::LicenseId;

use super::found::Found;
use super::prefilter::is_source;
use super::query::Query;
use super::result::{Identification, MatchKind, TextNature};
use crate::index::flag;

/// How much of a text matches explain, in words.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Shares {
    /// Words that were read.
    words: u32,
    /// Words of licenses' texts.
    texts: u32,
    /// Words of texts, notices and mentions.
    explained: u32,
    /// Whether a policy of acceptable use was found.
    policy: bool,
}

impl Shares {
    pub(super) fn new<'f>(query: &Query<'_>, found: impl Iterator<Item = &'f Found>) -> Self {
        let mut shares = Self {
            words: query.length(),
            texts: 0,
            explained: 0,
            policy: false,
        };
        for one in found {
            shares.explained += one.len();
            if one.is(query, flag::TEXT) {
                shares.texts += one.len();
            }
            shares.policy |= one.is(query, flag::POLICY);
        }
        shares
    }

    /// Whether no license's text was found.
    pub(super) fn has_no_text(&self) -> bool {
        self.texts == 0
    }

    /// Adds what is explained elsewhere in the text.
    pub(super) fn add(&mut self, other: Self) {
        self.words = self.words.saturating_add(other.words);
        self.texts = self.texts.saturating_add(other.texts);
        self.explained = self.explained.saturating_add(other.explained);
        self.policy |= other.policy;
    }
}

/// What sort of text this is; of its bytes so many were not read, because nothing there calls for it.
pub(super) fn nature(
    result: &Identification,
    shares: Shares,
    text: &str,
    unread: usize,
) -> TextNature {
    const POINTER: u32 = 80;
    /// Bytes for each word that the index knows, in source code and prose.
    const WORD: usize = 9;
    if result.matches.is_empty() && result.unknown.is_empty() {
        return TextNature::None;
    }
    let words = shares
        .words
        .saturating_add(u32::try_from(unread / WORD).unwrap_or(u32::MAX));
    let mut long_texts: Vec<&LicenseId> = Vec::new();
    for found in &result.matches {
        let is_text = matches!(
            found.how,
            MatchKind::Exact | MatchKind::Normalized | MatchKind::Near { .. }
        );
        for license in found.license.licenses() {
            if is_text && !long_texts.contains(&&license.id) {
                long_texts.push(&license.id);
            }
        }
    }
    let mostly = shares.texts.saturating_mul(2) >= words;
    if mostly && shares.policy {
        return TextNature::UsePolicy;
    }
    if long_texts.len() > 1 {
        return TextNature::MultiLicense;
    }
    if !result.unknown.is_empty() || mostly && shares.texts > 0 {
        return TextNature::LicenseText;
    }
    if words <= POINTER {
        let notice = result
            .matches
            .iter()
            .any(|found| matches!(found.how, MatchKind::Header));
        return if notice {
            TextNature::Notice
        } else {
            TextNature::Pointer
        };
    }
    if shares.explained.saturating_mul(2) >= words {
        return TextNature::Notice;
    }
    if is_source(text.as_bytes()) {
        TextNature::Source
    } else {
        TextNature::Prose
    }
}
