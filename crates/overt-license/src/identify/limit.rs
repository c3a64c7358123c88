//! How many matches of one file are told: a text that names a license half a million times costs no
//! more memory than one that names it often.

use overt_core::{Problem, ProblemKind};

use super::engine::Work;
use super::found::Found;
use super::judge::bytes;
use super::prefilter::Stretch;
use super::query::Query;
use super::tags::Tag;

/// The most matches of one file. The longest notices of real distributions have some thousand.
pub(super) const MOST: usize = 20_000;

/// The byte at which the text is left, if more matches than [`MOST`] stand in it, or if the search
/// ended before the text did.
pub(super) fn end(query: &Query<'_>, found: &[Found], tags: &[Tag], work: &Work) -> Option<usize> {
    let all = found.len() + tags.len();
    if all <= MOST && !work.is_used_up() {
        return None;
    }
    let mut ends: Vec<usize> = found
        .iter()
        .map(|one| bytes(query, one).1)
        .chain(tags.iter().map(|tag| tag.bytes.1))
        .collect();
    if ends.is_empty() {
        return Some(0);
    }
    let last = all.min(MOST) - 1;
    let (_, end, _) = ends.select_nth_unstable(last);
    Some(*end)
}

/// What stands before that byte.
pub(super) fn until(
    query: &Query<'_>,
    end: usize,
    mut found: Vec<Found>,
    mut tags: Vec<Tag>,
    stretches: &[Stretch],
) -> (Vec<Found>, Vec<Tag>, Vec<Stretch>) {
    found.retain(|one| bytes(query, one).1 <= end);
    tags.retain(|tag| tag.bytes.1 <= end);
    let stretches = stretches
        .iter()
        .filter(|(start, _, _)| *start < end)
        .map(|(start, last, line)| (*start, end.min(*last), *line))
        .collect();
    (found, tags, stretches)
}

/// What is said of it.
pub(super) fn problem(end: usize) -> Problem {
    Problem::new(
        ProblemKind::LimitExceeded,
        format!("too much of the text names licenses; what stands behind byte {end} was not read"),
    )
}
