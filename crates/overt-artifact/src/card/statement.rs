//! What a card says of components: that something is withheld, gated or to be had elsewhere.

use overt_core::{ComponentKind, Span, StatementKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::markdown::Passage;
use super::wording::{self, StatementRules};
use crate::Field;
use crate::document::shorten;

/// A sentence of a card that says something of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CardStatement {
    /// What is said.
    pub kind: StatementKind,
    /// Of which component.
    pub component: ComponentKind,
    /// The sentence, shortened.
    pub says: String,
    /// Its lines.
    pub span: Span,
}

/// Sentences that withhold or gate a component, or say that it is released. The wordings are data
/// (`knowledge/wordings/statements.toml`).
pub(super) fn find(passages: &[Passage], fields: &[Field]) -> Vec<CardStatement> {
    /// More of them say nothing more.
    const MOST: usize = 256;
    let rules = &wording::get().statements;
    let mut found = Vec::new();
    for field in fields {
        let gates = field.key.starts_with("extra_gated_")
            && matches!(
                field.key.as_str(),
                "extra_gated_prompt" | "extra_gated_heading" | "extra_gated_description"
            );
        if let Some(span) = field.span.filter(|_| gates) {
            found.push(CardStatement {
                kind: StatementKind::Gates,
                component: ComponentKind::FinalParameters,
                says: shorten(&field.value, 160),
                span,
            });
        }
    }
    for passage in passages {
        if !wording::may_say(&passage.text.to_lowercase()) {
            continue;
        }
        let section = passage.section.to_lowercase();
        for (start, sentence) in sentences(&passage.text) {
            if found.len() >= MOST {
                return found;
            }
            for (kind, component) in said(sentence, &section, rules) {
                let end = start.saturating_add(sentence.len().saturating_sub(1));
                found.push(CardStatement {
                    kind,
                    component,
                    says: shorten(sentence.trim(), 160),
                    span: Span::Lines(passage.line(start), passage.line(end)),
                });
            }
        }
    }
    found
}

/// What one sentence says, of which component.
fn said(
    sentence: &str,
    section: &str,
    rules: &StatementRules,
) -> Vec<(StatementKind, ComponentKind)> {
    // A question states nothing.
    if sentence.trim_end().ends_with(['?', '？']) {
        return Vec::new();
    }
    let lower = sentence.to_lowercase();
    if !wording::may_say(&lower) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for saying in &rules.saying {
        let says = |phrase: &String| wording::says(&lower, phrase);
        if !saying.phrases.iter().any(says) || saying.except.iter().any(says) {
            continue;
        }
        let about = |text: &str| -> Vec<ComponentKind> {
            rules
                .subject
                .iter()
                .filter(|subject| {
                    subject
                        .phrases
                        .iter()
                        .any(|phrase| wording::says(text, phrase))
                })
                .map(|subject| subject.component)
                .collect()
        };
        let mut components = match saying.component {
            Some(component) => vec![component],
            None => about(&lower),
        };
        if components.is_empty() && !saying.needs_subject {
            // The section's title stands for the subject.
            components = about(section);
        }
        components.retain(|component| !saying.not_of.contains(component));
        for component in components {
            if !found.contains(&(saying.kind, component)) {
                found.push((saying.kind, component));
            }
        }
    }
    found
}

/// The sentences of a text with their places. A full stop inside a number, an abbreviation or an
/// address does not end one.
fn sentences(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = 0_usize;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let ends = match character {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => next.is_none_or(char::is_whitespace),
            _ => false,
        };
        if ends {
            let end = at.saturating_add(character.len_utf8());
            found.extend(text.get(start..end).map(|sentence| (start, sentence)));
            start = end;
        }
    }
    if let Some(rest) = text.get(start..).filter(|rest| !rest.trim().is_empty()) {
        found.push((start, rest));
    }
    found
        .into_iter()
        .map(|(start, sentence)| {
            let trimmed = sentence.trim_start();
            let skipped = sentence.len().saturating_sub(trimmed.len());
            (start.saturating_add(skipped), trimmed)
        })
        .filter(|(_, sentence)| !sentence.is_empty())
        .collect()
}
