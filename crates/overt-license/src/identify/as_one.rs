//! Texts that hold what other rules say word for word: a license with the terms of another in it, or
//! with instructions for its use that were filled in.

use super::found::{Found, ratio};
use super::partial::nearly_whole;
use super::query::Query;
use crate::index::flag;

/// Whether two matches that say different things follow each other without a word between them: they
/// may be parts of one.
pub(super) fn are_parts(query: &Query<'_>, found: &[Found], taken: &[bool]) -> bool {
    let mut in_order: Vec<&Found> = found.iter().collect();
    in_order.sort_unstable_by_key(|one| (one.here.start(), one.here.end()));
    in_order.array_windows().any(|[one, next]| {
        let between = one.here.end() as usize..next.here.start().max(one.here.end()) as usize;
        query.index.expression_number(one.rule) != query.index.expression_number(next.rule)
            && (between.is_empty()
                || taken
                    .get(between)
                    .is_some_and(|between| between.iter().all(|taken| *taken)))
    })
}

/// Whether matches that say different things may be parts of one text: they follow each other, or all
/// but one stand behind a license's terms, where long licenses tell how to apply them.
pub(super) fn may_be_parts(query: &Query<'_>, found: &[Found]) -> bool {
    const LONG: u32 = 1_000;
    let is_most = |one: &Found| {
        one.len() >= LONG && one.len() * 5 >= query.length() * 4 && one.is(query, flag::TEXT)
    };
    found.len() > 1 && (found.iter().any(is_most) || are_parts(query, found, &[]))
}

/// Texts that hardly differ from the whole and hold several matches that say different things.
pub(super) fn as_one(query: &Query<'_>, found: &[Found], work: &mut u64) -> Vec<Found> {
    const LEAST_COVERAGE: f32 = 0.98;
    const HARDLY_LESS: f32 = 0.97;
    let mut texts = nearly_whole(query, found, work);
    texts.retain(|text| {
        let parts = found.iter().filter(|one| text.here.contains_all(&one.here));
        let mut numbers: Vec<u16> = parts
            .clone()
            .map(|one| query.index.expression_number(one.rule))
            .collect();
        numbers.dedup();
        // What stands word for word and is hardly less than the whole says it better.
        let says_it = |one: &Found| ratio(one.len(), text.len()) >= HARDLY_LESS;
        text.is(query, flag::TEXT)
            && text.coverage(query) >= LEAST_COVERAGE
            && numbers.len() > 1
            && !parts.clone().any(says_it)
    });
    texts
}
