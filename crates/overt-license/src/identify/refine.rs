//! From everything that matches to what stands there: joins parts of one rule, drops what says less
//! than its neighbors, what is too thin, and what only looks like a license.
//!
//! The bounds follow ScanCode's, for whose rules they were found to serve.

use super::found::{Found, Way, ratio};
use super::kept::Kept;
use super::query::Query;
use super::ranges::Ranges;
use crate::index::flag;

/// So far apart parts of one rule may be.
const FARTHEST: u32 = 50;

/// Joins matches of the same rule that follow or overlap each other in the same order.
pub(super) fn merge(query: &Query<'_>, mut found: Vec<Found>) -> Vec<Found> {
    if found.len() < 2 {
        return found;
    }
    found.sort_by(|a, b| {
        (a.rule, a.here.start())
            .cmp(&(b.rule, b.here.start()))
            .then(b.legal.cmp(&a.legal))
            .then(b.len().cmp(&a.len()))
            .then(a.way.cmp(&b.way))
    });
    let mut merged = Vec::with_capacity(found.len());
    let mut rest = found.into_iter().peekable();
    while let Some(first) = rest.next() {
        let rule = first.rule;
        // Most rules are found once.
        if rest.peek().is_none_or(|next| next.rule != rule) {
            merged.push(first);
            continue;
        }
        let mut group = vec![first];
        while let Some(next) = rest.next_if(|next| next.rule == rule) {
            group.push(next);
        }
        merge_group(query, &mut group);
        merged.append(&mut group);
    }
    merged
}

enum Step {
    Next,
    DropNext,
    DropCurrent,
    Break,
}

fn merge_group(query: &Query<'_>, group: &mut Vec<Found>) {
    let Some(length) = group.first().map(|found| found.rule_length(query)) else {
        return;
    };
    let farthest = (length / 2).clamp(1, FARTHEST);
    // What is dropped leaves its place empty: moving the others up would cost too much.
    let mut places: Vec<Option<Found>> = group.drain(..).map(Some).collect();
    for i in 0..places.len() {
        let (left, right) = places.split_at_mut(i + 1);
        let Some(place) = left.last_mut() else {
            break;
        };
        for other in right {
            let (Some(current), Some(next)) = (place.as_mut(), other.as_mut()) else {
                if place.is_none() {
                    break;
                }
                continue;
            };
            match merge_pair(query, current, next, farthest) {
                Step::Next => {}
                Step::DropNext => *other = None,
                Step::DropCurrent => *place = None,
                Step::Break => break,
            }
        }
    }
    group.extend(places.into_iter().flatten());
}

fn merge_pair(query: &Query<'_>, current: &mut Found, next: &mut Found, farthest: u32) -> Step {
    if current.here.distance(&next.here) > farthest
        || current.there.distance(&next.there) > farthest
    {
        return Step::Break;
    }
    if current.here == next.here && current.there == next.there {
        return Step::DropNext;
    }
    if current.there == next.there && current.here.overlap(&next.here) > 0 {
        return if current.here.reach() <= next.here.reach() {
            Step::DropNext
        } else {
            Step::DropCurrent
        };
    }
    if current.here.contains_all(&next.here) {
        return Step::DropNext;
    }
    if next.here.contains_all(&current.here) {
        return Step::DropCurrent;
    }
    for swap in [false, true] {
        let (outer, inner) = if swap {
            (&*next, &*current)
        } else {
            (&*current, &*next)
        };
        if outer.surrounds(inner) {
            let mut joined = outer.clone();
            joined.absorb(query, inner);
            if joined.here.len() == joined.there.len() {
                return if swap {
                    *next = joined;
                    Step::DropCurrent
                } else {
                    *current = joined;
                    Step::DropNext
                };
            }
        }
    }
    if next.is_after(current) {
        current.absorb(query, next);
        return Step::DropNext;
    }
    if current.here.start() <= next.here.start()
        && current.here.end() <= next.here.end()
        && current.there.start() <= next.there.start()
        && current.there.end() <= next.there.end()
    {
        let overlap = current.here.overlap(&next.here);
        if overlap > 0 && overlap == current.there.overlap(&next.there) {
            current.absorb(query, next);
            return Step::DropNext;
        }
    }
    Step::Next
}

/// Refines what was found. `last` also drops what is no license and lists of names.
pub(super) fn refine(query: &Query<'_>, found: Vec<Found>, join: bool, last: bool) -> Vec<Found> {
    let mut found = if join { merge(query, found) } else { found };
    let alone = found.len() == 1;
    found.retain(|one| may_stand(query, one));
    found.retain(|one| alone || is_on_few_lines(query, one));
    found.retain(|one| is_no_gibberish(query, one));
    let found = merge(query, found);
    let (found, contained) = drop_contained(query, found);
    let (mut found, overlapping) = drop_overlapping(query, found);
    for dropped in [contained, overlapping] {
        let mut all = Ranges::default();
        for one in &found {
            all.add(&one.here);
        }
        let restored: Vec<Found> = merge(query, dropped)
            .into_iter()
            .filter(|one| one.here.overlap(&all) == 0)
            .collect();
        found.extend(restored);
    }
    let (mut found, _) = drop_contained(query, found);
    if last {
        found.retain(|one| !one.is_false_positive(query));
        found = drop_lists(query, found);
    }
    if join { merge(query, found) } else { found }
}

/// Whether a match by itself is enough of its rule.
pub(super) fn may_stand(query: &Query<'_>, found: &Found) -> bool {
    let needs = query.index.thresholds(found.rule);
    let covers = || found.coverage(query) * 100.0 >= f32::from(needs.minimum_coverage);
    has_required_phrases(query, found)
        && is_dense(query, found)
        && (found.way != Way::Partial || covers() && is_long_enough(query, found))
}

/// Whether the phrases without which the rule says nothing stand here unbroken.
fn has_required_phrases(query: &Query<'_>, found: &Found) -> bool {
    let unbroken = found.is(query, flag::CONTINUOUS);
    let phrases = query.index.phrases(found.rule);
    if phrases.is_empty() && !unbroken {
        return true;
    }
    if unbroken {
        return found.is_unbroken(query)
            && same_markup(query, found, found.here.start(), found.here.end());
    }
    let (phrases, _) = phrases.as_chunks::<2>();
    phrases.iter().all(|[first, last]| {
        let (first, last) = (u32::from(*first), u32::from(*last));
        if !found.there.contains_all(&Ranges::one(first, last + 1)) {
            return false;
        }
        let mut here = None;
        let mut end = 0;
        for (place, there) in found.here.places().zip(found.there.places()) {
            if there >= first && there <= last {
                here.get_or_insert(place);
                end = place;
            }
        }
        let Some(start) = here else {
            return false;
        };
        end - start == last - first
            && (start..end).all(|place| {
                query
                    .token(place)
                    .is_some_and(|token| token.unknown_after == 0)
            })
            && same_markup(query, found, start, end + 1)
    })
}

/// Whether as much markup stands between these words as between the rule's.
fn same_markup(query: &Query<'_>, found: &Found, start: u32, end: u32) -> bool {
    let markup = query.index.markup(found.rule);
    let of_rule = |place: u32| {
        let one = markup.iter().find(|[at, _]| u32::from(*at) == place);
        one.map_or(0, |[_, count]| *count)
    };
    found
        .here
        .places()
        .zip(found.there.places())
        .filter(|(here, _)| *here >= start && *here + 1 < end)
        .all(|(here, there)| {
            query
                .token(here)
                .is_some_and(|token| token.markup_after == of_rule(there))
        })
}

/// Whether enough of what lies between its ends matches.
fn is_dense(query: &Query<'_>, found: &Found) -> bool {
    if found.way != Way::Partial {
        return true;
    }
    let here = ratio(found.len(), found.reach(query));
    let there = ratio(found.there.len(), found.there.reach());
    here.min(there) >= 0.4
}

fn is_long_enough(query: &Query<'_>, found: &Found) -> bool {
    // A few words of a long rule are the words of anyone.
    const FEW: u32 = 12;
    if found.len() < FEW && found.coverage(query) < 0.2 {
        return false;
    }
    let needs = query.index.thresholds(found.rule);
    found.len() >= u32::from(needs.minimum_length)
        && found.legal >= u32::from(needs.minimum_legal)
        && !(is_mention(query, found) && found.coverage(query) < 0.8)
}

/// Whether a rule is so short, or as short as a badge, that what is missing may be the name.
fn is_mention(query: &Query<'_>, found: &Found) -> bool {
    const BADGE: u32 = 24;
    let names = flag::TAG | flag::REFERENCE;
    found.is(query, flag::SMALL) || found.is(query, names) && found.rule_length(query) <= BADGE
}

/// A short rule must not be scattered over more lines than it has words.
fn is_on_few_lines(query: &Query<'_>, found: &Found) -> bool {
    if !found.is(query, flag::SMALL) {
        return true;
    }
    let (first, last) = found.lines(query);
    let allowed = found.len() + if found.is(query, flag::TAG) { 2 } else { 0 };
    last - first < allowed
}

/// In bytes that are no text, one short word must be spelled as names are.
fn is_no_gibberish(query: &Query<'_>, found: &Found) -> bool {
    if !query.from_binary
        || found.rule_length(query) != 1
        || !found.is(query, flag::REFERENCE | flag::CLUE)
    {
        return true;
    }
    let Some(word) = query
        .token(found.here.start())
        .and_then(|token| query.text.get(token.start as usize..token.end as usize))
    else {
        return false;
    };
    let upper = word.chars().filter(|c| c.is_uppercase()).count();
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    word.len() >= 5
        || upper == 0
        || upper == letters
        || upper == 1 && word.starts_with(char::is_uppercase)
}

fn by_place(found: &mut [Found]) {
    found.sort_by(|a, b| {
        a.here
            .start()
            .cmp(&b.here.start())
            .then(b.legal.cmp(&a.legal))
            .then(b.len().cmp(&a.len()))
            .then(a.way.cmp(&b.way))
    });
}

/// Drops what lies wholly within another match.
fn drop_contained(query: &Query<'_>, mut found: Vec<Found>) -> (Vec<Found>, Vec<Found>) {
    if found.len() < 2 {
        return (found, Vec::new());
    }
    by_place(&mut found);
    let mut found = Kept::new(found);
    let mut dropped = Vec::new();
    let mut at = found.first();
    while let Some(i) = at {
        let mut next = found.after(i);
        let mut again = false;
        while let Some(j) = next {
            let (Some(current), Some(other)) = (found.get(i), found.get(j)) else {
                break;
            };
            if other.here.end() > current.here.end() {
                break;
            }
            let same = current.here == other.here;
            if same && current.coverage(query) >= other.coverage(query)
                || !same && current.here.contains_all(&other.here)
            {
                next = found.after(j);
                dropped.extend(found.take(j));
            } else if same || other.here.contains_all(&current.here) {
                again = true;
                break;
            } else {
                next = found.after(j);
            }
        }
        at = if again {
            let (before, after) = (found.before(i), found.after(i));
            dropped.extend(found.take(i));
            before.or(after)
        } else {
            found.after(i)
        };
    }
    (found.into_vec(), dropped)
}

enum Overlap {
    Keep,
    DropNext,
    DropCurrent,
}

/// Drops what mostly overlaps a better match.
fn drop_overlapping(query: &Query<'_>, mut found: Vec<Found>) -> (Vec<Found>, Vec<Found>) {
    if found.len() < 2 {
        return (found, Vec::new());
    }
    by_place(&mut found);
    let mut found = Kept::new(found);
    let mut dropped = Vec::new();
    let mut at = found.first();
    while let Some(i) = at {
        let mut next = found.after(i);
        let mut again = false;
        while let Some(j) = next {
            let (Some(current), Some(other)) = (found.get(i), found.get(j)) else {
                break;
            };
            if other.here.start() >= current.here.end() {
                break;
            }
            let previous = found.before(i).and_then(|before| found.get(before));
            match overlap(query, previous, current, other) {
                Overlap::Keep => next = found.after(j),
                Overlap::DropNext => {
                    next = found.after(j);
                    dropped.extend(found.take(j));
                }
                Overlap::DropCurrent => {
                    again = true;
                    break;
                }
            }
        }
        at = if again {
            let (before, after) = (found.before(i), found.after(i));
            dropped.extend(found.take(i));
            before.or(after)
        } else {
            found.after(i)
        };
    }
    (found.into_vec(), dropped)
}

fn overlap(query: &Query<'_>, previous: Option<&Found>, current: &Found, next: &Found) -> Overlap {
    const SMALL: f32 = 0.1;
    const MEDIUM: f32 = 0.4;
    const LARGE: f32 = 0.7;
    const EXTRA_LARGE: f32 = 0.9;
    let shared = current.here.overlap(&next.here);
    if shared == 0 || current.is_false_positive(query) && next.is_false_positive(query) {
        return Overlap::Keep;
    }
    let of_next = ratio(shared, next.len());
    let of_current = ratio(shared, current.len());
    let (length, next_length) = (current.len(), next.len());
    let (legal, next_legal) = (current.legal, next.legal);
    if of_next >= EXTRA_LARGE && length >= next_length {
        return Overlap::DropNext;
    }
    if of_current >= EXTRA_LARGE && length <= next_length {
        return Overlap::DropCurrent;
    }
    let current_is_more = length >= next_length && legal >= next_legal;
    let next_is_more = length <= next_length && legal <= next_legal;
    if of_next >= LARGE && current_is_more {
        return Overlap::DropNext;
    }
    if of_current >= LARGE && next_is_more {
        return Overlap::DropCurrent;
    }
    if of_next >= MEDIUM {
        if current_is_more && current.licensing_contains(query, next) {
            return Overlap::DropNext;
        }
        if next_length == 2
            && length >= next_length + 2
            && legal >= next_legal
            && current.is(query, flag::ENDS_WITH_LICENSE)
            && next.is(query, flag::STARTS_WITH_LICENSE)
        {
            return Overlap::DropNext;
        }
        if next_is_more && next.licensing_contains(query, current) {
            return Overlap::DropCurrent;
        }
    }
    if of_current >= MEDIUM {
        if current_is_more && current.licensing_contains(query, next) {
            return Overlap::DropNext;
        }
        if next_is_more && next.licensing_contains(query, current) {
            return Overlap::DropCurrent;
        }
    }
    if of_next >= SMALL
        && current.surrounds(next)
        && current_is_more
        && current.licensing_contains(query, next)
    {
        return Overlap::DropNext;
    }
    if of_current >= SMALL
        && next.surrounds(current)
        && next_is_more
        && next.licensing_contains(query, current)
    {
        return Overlap::DropCurrent;
    }
    if let Some(previous) = previous
        && previous.here.overlap(&next.here) == 0
    {
        let before = current.here.overlap(&previous.here);
        if before > 0 && ratio(before + shared, length) >= EXTRA_LARGE {
            return Overlap::DropCurrent;
        }
    }
    Overlap::Keep
}

/// Drops long lists of license names, which put nothing under any of them.
fn drop_lists(query: &Query<'_>, found: Vec<Found>) -> Vec<Found> {
    const SHORT_LIST: usize = 15;
    const LONG_LIST: usize = 150;
    const NEAR: u32 = 10;
    if found.len() < SHORT_LIST {
        return found;
    }
    let is_name = |one: &Found| {
        one.is(
            query,
            flag::REFERENCE | flag::TAG | flag::INTRO | flag::CLUE,
        ) && one.here.len() == one.rule_length(query)
            && one.len() <= 20
    };
    let distinct = |list: &[Found]| {
        let mut numbers: Vec<u16> = list
            .iter()
            .map(|one| query.index.expression_number(one.rule))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.len()
    };
    if found.len() > LONG_LIST {
        let names = found.iter().filter(|one| is_name(one)).count();
        let different = distinct(&found);
        if names * 100 > found.len() * 95 && (different * 3 > found.len() || different >= LONG_LIST)
        {
            return Vec::new();
        }
    }
    let is_list = |list: &[Found]| {
        let different = distinct(list);
        list.len() >= SHORT_LIST && (different * 3 > list.len() || different * 3 >= SHORT_LIST)
    };
    let mut kept = Vec::new();
    let mut list: Vec<Found> = Vec::new();
    let close = |list: &mut Vec<Found>, kept: &mut Vec<Found>| {
        if is_list(list) {
            list.clear();
        } else {
            kept.append(list);
        }
    };
    for one in found {
        if is_name(&one) {
            let near = list
                .last()
                .is_none_or(|last| last.here.distance(&one.here) <= NEAR);
            if !near {
                close(&mut list, &mut kept);
            }
            list.push(one);
        } else {
            close(&mut list, &mut kept);
            kept.push(one);
        }
    }
    close(&mut list, &mut kept);
    kept
}
