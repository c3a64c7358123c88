//! `SPDX-License-Identifier:` lines, whose expression is read as it stands.

use overt_core::Expression;

use super::prefilter::Stretch;
use super::query::Query;

/// A tag: its expression and where it stands.
#[derive(Debug)]
pub(super) struct Tag {
    pub(super) expression: Expression,
    /// The first word of the tag and the word after the last, in the query.
    pub(super) places: (u32, u32),
    pub(super) bytes: (usize, usize),
    pub(super) line: u32,
}

const NAME: &[u8] = b"spdx-license-identifier";
/// The longest expression that is read, in bytes.
const LONGEST: usize = 400;

/// Every tag in the stretches of the text whose expression is valid.
pub(super) fn tags(query: &Query<'_>, stretches: &[Stretch]) -> Vec<Tag> {
    let bytes = query.text.as_bytes();
    let mut found = Vec::new();
    let places = stretches.iter().flat_map(|(first, last, _)| {
        let part = bytes.get(*first..*last).unwrap_or_default();
        memchr::memmem::find_iter(part, b"icense-").map(move |at| first + at)
    });
    for at in places {
        if found.len() > super::limit::MOST {
            break;
        }
        let Some(start) = at.checked_sub(b"spdx-l".len()) else {
            continue;
        };
        let Some(name) = bytes.get(start..start + NAME.len()) else {
            continue;
        };
        if !name.eq_ignore_ascii_case(NAME) {
            continue;
        }
        let after = start + NAME.len();
        // No more than an expression may be long is looked at, whatever the line's length.
        let reach = query.text.floor_char_boundary(after + LONGEST);
        let rest = query.text.get(after..reach).unwrap_or_default();
        let line = rest.split(['\n', '\r']).next().unwrap_or_default();
        let Some(value) = line.trim_start().strip_prefix(':') else {
            continue;
        };
        let offset = line.len() - value.len();
        let Some((expression, length)) = expression(value) else {
            continue;
        };
        let end = after + offset + length;
        let place = |byte: usize| {
            let place = query
                .tokens
                .partition_point(|token| (token.start as usize) < byte);
            u32::try_from(place).unwrap_or(u32::MAX)
        };
        let places = (place(start), place(end));
        found.push(Tag {
            expression,
            places,
            bytes: (start, end),
            line: query.line(places.0),
        });
    }
    found
}

/// The longest expression at the front of a line, with canonical ids, and its length in bytes.
fn expression(value: &str) -> Option<(Expression, usize)> {
    let allowed = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '-' | '.' | '+' | ':' | '_' | '(' | ')' | ' ' | '\t')
    };
    let end = value
        .char_indices()
        .find(|(_, c)| !allowed(*c))
        .map_or(value.len(), |(at, _)| at);
    let allowed = value.get(..end)?;
    // Where the next tag begins, this one has ended.
    let end = allowed.find("SPDX-License").unwrap_or(end);
    let mut candidate = allowed.get(..end)?.trim_end();
    while !candidate.trim().is_empty() {
        let trimmed = candidate.trim_end_matches(['-', '.', ':', ' ', '\t']);
        if let Ok(parsed) = Expression::parse(trimmed.trim_start()) {
            let canonical = canonical(parsed);
            let known = canonical.licenses().iter().all(|license| {
                license.id.is_reference() || crate::canonical_id(license.id.as_str()).is_some()
            });
            if known {
                return Some((canonical, trimmed.len()));
            }
        }
        candidate = candidate.trim_end();
        candidate = candidate
            .rfind([' ', '\t'])
            .and_then(|at| candidate.get(..at))
            .unwrap_or_default();
    }
    None
}

/// The same with ids as SPDX spells them: `gpl-2.0+` becomes `GPL-2.0-or-later`.
fn canonical(expression: Expression) -> Expression {
    match expression {
        Expression::License(mut license) => {
            let spelled = license.id.as_str();
            let joined = format!("{spelled}{}", if license.or_later { "+" } else { "" });
            let gnu = ["GPL-", "LGPL-", "AGPL-", "GFDL-"]
                .iter()
                .any(|family| spelled.to_ascii_uppercase().starts_with(family));
            let current = if gnu && !spelled.ends_with("-only") && !spelled.ends_with("-or-later") {
                let suffix = if license.or_later { "or-later" } else { "only" };
                spdx::license_id(&format!("{}-{suffix}", spelled.to_ascii_uppercase()))
            } else {
                None
            };
            if let Some(id) = current {
                license.or_later = false;
                license.id = overt_core::LicenseId::new(id.name);
            } else if let Some(id) = crate::canonical_id(&joined) {
                license.or_later = false;
                license.id = id;
            } else if let Some(id) = crate::canonical_id(spelled) {
                license.id = id;
            }
            if let Some(exception) = &license.exception
                && let Some(known) = spdx::identifiers::EXCEPTIONS
                    .iter()
                    .find(|known| known.name.eq_ignore_ascii_case(exception))
            {
                license.exception = Some(known.name.to_owned());
            }
            Expression::License(license)
        }
        Expression::And(parts) => Expression::And(parts.into_iter().map(canonical).collect()),
        Expression::Or(parts) => Expression::Or(parts.into_iter().map(canonical).collect()),
    }
}
