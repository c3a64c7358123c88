//! What was found, and what was not, as one answer.
//!
//! A name is asserted only for a license's own words. A text of a family whose members differ in a
//! few words (most AI licenses) is called by its name only if nothing but its form differs; a text of
//! a standard license may differ in names and addresses, but not in terms. What is left over is
//! searched for terms: they make the license beside them a modified one, or stand as unknown terms.

use overt_core::{Expression, LicenseId};

use super::beside;
use super::clauses::{clauses, demanding, restricts};
use super::found::{Found, Way, ratio};
use super::leftover::{Leftover, leftovers};
use super::nature::Shares;
use super::prefilter::is_source;
use super::qualified::{qualified, qualified_tag};
use super::query::Query;
use super::residue::{CLAUSE, Residue, Says, has_appendix, residue};
use super::result::{
    ClauseHit, Identification, LicenseMatch, MODIFIED_PREFIX, MatchKind, Modification, Passage,
    UNKNOWN_LICENSE, UnknownText,
};
use super::tags::Tag;
use super::title::modified_title;
use crate::index::flag;

/// A text shorter than this, in words, has no room for a modification that is not another license.
const SHORTEST_TEXT: u32 = 25;
/// Without so many words at its ends a text is a piece of a license, whatever instructions for its
/// use may stand behind its terms.
const CUT_OFF: u32 = 200;
/// A notice of so many words is as long as a license.
const LONG_NOTICE: u32 = 100;
/// A text of which at least this share is missing its end without a reason breaks off.
const HALF: f32 = 0.5;
/// Of so many missing words at most, one carries meaning where they are terms.
const TERM_IN: u32 = 8;
/// Less of a text than this share says nothing of the license.
const LEAST_COVERAGE: f32 = 0.35;
/// Terms of so many words are an agreement of their own.
const AGREEMENT: u32 = 150;
/// A license has no more words behind it that are its own; more are about something else.
const FEW: u32 = 80;
/// So many bytes before a license's end its appendix may begin.
const APPENDIX: usize = 400;
/// So near, in lines and in bytes, a sentence follows a license at once.
const CLOSE: u32 = 4;
const APART: usize = 2_000;
/// Terms this many lines from a license's text belong to it.
const BESIDE: u32 = 12;

/// A match, how it differs from its rule, and what it is worth.
pub(super) type Judged = (Found, Residue, Worth);

/// What a match of a license's text is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Worth {
    /// The license.
    Same,
    /// The license with other terms.
    Modified,
    /// A relative: the text is none that we know.
    Relative,
    /// A piece of wording that many texts share.
    Fragment,
}

fn worth(query: &Query<'_>, found: &Found, residue: &Residue) -> Worth {
    match worth_of_text(query, found, residue) {
        // Terms that nobody named have no other version.
        Worth::Modified if found.is(query, flag::UNNAMED) => Worth::Relative,
        worth => worth,
    }
}

fn worth_of_text(query: &Query<'_>, found: &Found, residue: &Residue) -> Worth {
    let length = found.rule_length(query);
    if !found.is(query, flag::TEXT) {
        // What speaks for several licenses, or for none by name, holds the terms of none.
        let speaks_for_one =
            !found.is(query, flag::UNNAMED) && !query.index.expression(found.rule).contains(' ');
        let is_all = found.way == Way::Partial && is_the_file(query, found);
        if speaks_for_one && is_all && length >= LONG_NOTICE && differs(residue) {
            return Worth::Modified;
        }
        // A notice of another version, or of a license that restricts more, is not this one's.
        let other = residue.renumbered > 0 || residue.restricts && is_open(query, found);
        return if other { Worth::Fragment } else { Worth::Same };
    }
    if length < SHORTEST_TEXT {
        return Worth::Same;
    }
    if found.way != Way::Partial {
        // Word for word, but with unknown words between.
        let changed =
            !found.is(query, flag::STRICT) && (residue.restricts || residue.says == Says::Terms);
        return if changed {
            Worth::Modified
        } else {
            Worth::Same
        };
    }
    let coverage = found.coverage(query);
    if found.is(query, flag::STRICT) {
        const HEAD: u32 = 15;
        let tail = (length / 14).max(25);
        if coverage < 0.5 {
            return if found.len() < 150 {
                Worth::Fragment
            } else {
                Worth::Relative
            };
        }
        let allowed = if length >= 500 { 2 } else { 0 };
        let same = residue.added_operative == 0
            && residue.removed_operative == 0
            && residue.added_names == 0
            && residue.added_content <= allowed
            && residue.removed_content <= allowed
            && residue.missing_numbers == 0
            && residue.missing_head <= HEAD
            && residue.missing_tail <= tail;
        return if same { Worth::Same } else { Worth::Relative };
    }
    if coverage < LEAST_COVERAGE || coverage < 0.5 && found.is(query, flag::RESERVED) {
        return Worth::Fragment;
    }
    let apart = coverage >= HALF || is_the_file(query, found);
    if differs(residue) || apart && is_cut(residue) {
        return Worth::Modified;
    }
    Worth::Same
}

/// Where the license is found near one of its places, that place left out; `places` are sorted.
fn said_near(
    places: &[(u16, (usize, usize))],
    number: u16,
    own: (usize, usize),
) -> Vec<(usize, usize)> {
    /// No license's text has more bytes. Of all places of a text, each would be compared with each.
    const FAR: usize = 128 << 10;
    let first = (number, (own.0.saturating_sub(FAR), 0));
    let last = (number, (own.1.saturating_add(FAR), 0));
    let from = places.partition_point(|place| *place < first);
    let to = places.partition_point(|place| *place < last);
    let near = places.get(from..to).unwrap_or_default();
    near.iter()
        .map(|(_, place)| *place)
        .filter(|place| *place != own)
        .collect()
}

/// Whether the text says something else than its license between the words that both have.
fn differs(residue: &Residue) -> bool {
    let added = residue.added_operative >= 3 && residue.longest_added >= 12;
    let clause_removed = residue.longest_removed >= CLAUSE && residue.removed_operative >= 2;
    residue.restricts
        || residue.says == Says::Terms
        || added
        || clause_removed
        || residue.removed_terms >= 2
        || residue.negations > 0
        || residue.turned > 0
        || residue.renumbered > 0
}

/// Whether terms are missing at the beginning or the end.
fn is_cut(residue: &Residue) -> bool {
    const LEAST_TERMS: u32 = 3;
    let cut_off = residue.missing_head + residue.missing_tail >= CUT_OFF;
    let terms = |missing: u32, terms: u32| {
        missing >= CLAUSE && terms >= LEAST_TERMS && terms * TERM_IN >= missing
    };
    cut_off
        || terms(residue.missing_head, residue.head_terms)
        || terms(residue.missing_tail, residue.tail_terms)
        || residue.breaks_off
}

/// From where to where matches stand, in order and apart.
struct Spans(Vec<(u32, u32)>);

impl Spans {
    fn new(judged: &[Judged]) -> Self {
        let mut all: Vec<(u32, u32)> = judged
            .iter()
            .map(|(one, _, _)| (one.here.start(), one.here.end()))
            .collect();
        all.sort_unstable();
        all.dedup_by(|next, last| {
            let joins = next.0 <= last.1;
            last.1 = if joins { next.1.max(last.1) } else { last.1 };
            joins
        });
        Self(all)
    }

    fn overlap(&self, one: &Found) -> bool {
        let at = self.0.partition_point(|span| span.1 <= one.here.start());
        self.0.get(at).is_some_and(|span| span.0 < one.here.end())
    }
}

/// Without those that say too little or only announce others. A notice or text of a named license
/// that stands word for word and gave way to one of them is told after all. Also whether nothing else
/// is left.
fn without_fragments(query: &Query<'_>, judged: Vec<Judged>) -> (Vec<Judged>, bool) {
    let (fragments, mut judged): (Vec<Judged>, Vec<Judged>) = judged
        .into_iter()
        .partition(|(_, _, worth)| *worth == Worth::Fragment);
    judged = without_announcements(query, judged);
    let (dropped, kept) = (Spans::new(&fragments), Spans::new(&judged));
    let back: Vec<Judged> = query
        .swallowed
        .iter()
        .filter(|one| dropped.overlap(one) && !kept.overlap(one))
        .map(|one| {
            let residue = Residue::default();
            let worth = worth(query, one, &residue);
            (one.clone(), residue, worth)
        })
        .filter(|(_, _, worth)| *worth != Worth::Fragment)
        .collect();
    let is_bare = judged.is_empty();
    if !back.is_empty() {
        judged.extend(back);
        judged.sort_by_key(|(one, _, _)| (one.here.start(), one.here.end()));
    }
    (judged, is_bare)
}

/// The answer for a text, its nature left out, and what that depends on.
pub(super) fn judge(
    query: &Query<'_>,
    found: Vec<Found>,
    tags: &[Tag],
    stretches: &[(usize, usize, u32)],
) -> (Identification, Shares) {
    let mut result = Identification::nothing();
    let mut places: Vec<(u16, (usize, usize))> = found
        .iter()
        .map(|one| (query.index.expression_number(one.rule), bytes(query, one)))
        .collect();
    places.sort_unstable();
    let judged: Vec<Judged> = found
        .into_iter()
        .map(|found| {
            let broken = found.way == Way::Partial || !found.is_unbroken(query);
            let notice = found.way == Way::Partial && found.is(query, flag::NOTICE);
            let residue = if broken && found.is(query, flag::TEXT) || notice {
                let number = query.index.expression_number(found.rule);
                let own = bytes(query, &found);
                let explained = said_near(&places, number, own);
                let mut residue = residue(query, &found, &explained);
                // Terms that nobody named are worded in many ways, and between pieces of a text stands
                // what is about something else.
                if residue.says == Says::Perhaps
                    && !found.is(query, flag::UNNAMED)
                    && found.coverage(query) >= HALF
                {
                    residue.says = Says::Terms;
                }
                residue
            } else {
                Residue::default()
            };
            let worth = worth(query, &found, &residue);
            (found, residue, worth)
        })
        .collect();
    let (judged, is_bare) = without_fragments(query, judged);

    let mut unknown: Vec<UnknownText> = judged
        .iter()
        .filter(|(_, _, worth)| *worth == Worth::Relative)
        .map(|(found, residue, _)| relative(query, found, residue))
        .collect();

    // What no match explains, and the terms in it.
    let mut leftovers = leftovers(query, &judged, tags, stretches);
    // Restrictions in another section than the license beside them.
    let mut asides: Vec<UnknownText> = Vec::new();
    let mut tainted: Vec<Vec<ClauseHit>> = vec![Vec::new(); judged.len()];
    let mut terms: Vec<(u32, u32)> = unknown.iter().map(|text| text.lines).collect();
    // The open licenses that what stands beside them may change.
    let open: Vec<(usize, (u32, u32))> = judged
        .iter()
        .enumerate()
        .filter(|(_, (found, _, worth))| {
            matches!(worth, Worth::Same | Worth::Modified)
                && found.is(query, flag::TEXT)
                && is_open(query, found)
                && explains(query, found)
        })
        .map(|(at, (found, _, _))| (at, found.lines(query)))
        .collect();
    let the_file = open
        .iter()
        .filter_map(|(at, _)| judged.get(*at).map(|(found, _, _)| (*at, found)))
        .find(|(_, found)| is_the_file(query, found))
        .map(|(at, _)| at);
    let mut unexplained: Vec<Passage> = Vec::new();
    let most = beside::most_of(query, &judged, stretches);
    let is_code = the_file.is_some() && is_source(query.text.as_bytes());
    for leftover in &mut leftovers {
        let near_unknown = unknown
            .iter_mut()
            .find(|text| near(text.lines, leftover.lines));
        if let Some(text) = near_unknown {
            if !leftover.hits.is_empty() {
                text.lines = (
                    text.lines.0.min(leftover.lines.0),
                    text.lines.1.max(leftover.lines.1),
                );
                text.bytes = (
                    text.bytes.0.min(leftover.start as u64),
                    text.bytes.1.max(leftover.end as u64),
                );
                text.clauses.append(&mut leftover.hits);
            }
            continue;
        }

        let prose = ratio(leftover.legal, leftover.words) >= 0.08;
        let beside = open
            .iter()
            .take_while(|(at, _)| the_file.is_none_or(|file| *at < file))
            .find(|(_, lines)| near(*lines, leftover.lines))
            .map(|(at, _)| *at)
            .or(the_file);
        let taint = beside.and_then(|at| {
            let (found, _, _) = judged.get(at)?;
            let hits = taint(query, &judged, found, leftover, (prose, is_code));
            (!hits.is_empty()).then_some((at, hits))
        });
        // A whole agreement of its own beside a license is no change of it.
        if let Some((at, mut hits)) = taint
            && !(leftover.is_terms() && leftover.words >= AGREEMENT)
            && let Some(taint) = tainted.get_mut(at)
        {
            taint.append(&mut hits);
            terms.push(leftover.lines);
            terms.extend(judged.get(at).map(|(found, _, _)| found.lines(query)));
        } else if leftover.is_terms() {
            unknown.push(leftover.as_unknown());
        } else if beside.is_some() && leftover.restricts() && prose {
            asides.push(leftover.as_unknown());
        } else if let Some(found) = most {
            unexplained.append(&mut beside::sentences(query, found, leftover));
        }
    }
    if is_bare && tags.is_empty() && unknown.is_empty() {
        unknown.extend(
            leftovers
                .iter_mut()
                .find(|leftover| leftover.is_all(query.text.len()))
                .map(Leftover::as_unknown),
        );
    }
    terms.extend(unknown.iter().map(|text| text.lines));
    let changed = judged
        .iter()
        .filter(|(_, _, worth)| *worth == Worth::Modified);
    terms.extend(changed.map(|(found, _, _)| found.lines(query)));
    let unknown_words: u64 = unknown.iter().map(|text| text.bytes.1 - text.bytes.0).sum();
    let dominated = unknown_words * 2 >= query.text.len() as u64;
    unknown.append(&mut asides);
    unknown.sort_by_key(|text| text.bytes);
    join_unknown(&mut unknown);

    let shares = Shares::new(query, judged.iter().map(|(found, _, _)| found));
    for ((found, residue, worth), hits) in judged.iter().zip(tainted) {
        if *worth == Worth::Relative {
            continue;
        }
        let lines = found.lines(query);
        let is_text = found.is(query, flag::TEXT) && found.rule_length(query) >= SHORTEST_TEXT;
        let inside_unknown = dominated || terms.iter().any(|terms| near(*terms, lines));
        // What is modified is itself among the terms, and goes only for terms that nobody knows.
        let is_changed = *worth == Worth::Modified && unknown.is_empty();
        let stands =
            is_changed || is_text && explains(query, found) || is_most(query, found, &unknown);
        if inside_unknown && !stands {
            continue;
        }
        let title = match worth {
            Worth::Same if !is_open(query, found) => None,
            Worth::Same if is_text && explains(query, found) => modified_title(query, found),
            Worth::Same => qualified(query, found),
            _ => None,
        };
        // A part of an open license within terms that are none we know is only their wording.
        let swallowed = found.way == Way::Partial
            && is_text
            && is_open(query, found)
            && unknown
                .iter()
                .any(|text| text.lines.0 < lines.0 && lines.1 <= text.lines.1);
        let modified =
            *worth == Worth::Modified || !hits.is_empty() || title.is_some() || swallowed;
        if let Some(found) = found_match(query, found, residue, modified, (title, hits)) {
            result.matches.push(found);
        }
    }
    result
        .matches
        .extend(tags.iter().map(|tag| tag_match(query, tag)));
    result.matches.sort_by_key(|found| found.bytes);
    result.unknown = unknown;
    result.beside = beside::first(unexplained);
    result.expression = expression(&result);
    (result, shares)
}

/// The clauses of a leftover that make a license beside it another one: of the same section of the
/// text, or anywhere if the text is there for the license.
fn taint(
    query: &Query<'_>,
    judged: &[Judged],
    found: &Found,
    leftover: &Leftover,
    (prose, is_code): (bool, bool),
) -> Vec<ClauseHit> {
    let license = query.index.expression_number(found.rule);
    let alone = is_the_file(query, found)
        && judged.iter().all(|(other, _, _)| {
            !other.is(query, flag::TEXT)
                || !explains(query, other)
                || query.index.expression_number(other.rule) == license
        });
    let lines = found.lines(query);
    let (start, end) = bytes(query, found);
    let gap = if leftover.start >= end {
        query.text.get(end..leftover.end)
    } else {
        query.text.get(leftover.start..start)
    };
    let is_rule = |line: &str| {
        let line = line.trim();
        line.len() >= 3
            && line
                .chars()
                .all(|c| matches!(c, '=' | '-' | '_' | '*' | '#' | '~'))
    };
    let same_section = |hit: &ClauseHit| {
        near(lines, hit.lines)
            && !gap.is_some_and(|gap| {
                // Lines between the license and the clause.
                let away = hit.lines.0.abs_diff(if hit.lines.0 > lines.1 {
                    lines.1
                } else {
                    lines.0
                });
                let away = usize::try_from(away).unwrap_or(usize::MAX);
                if leftover.start >= end {
                    gap.lines().take(away + 1).any(is_rule)
                } else {
                    gap.lines().rev().take(away + 1).any(is_rule)
                }
            })
    };
    let means = |hit: &ClauseHit| (prose || alone) && leftover.restricts() && restricts(hit);
    let mut hits: Vec<ClauseHit> = leftover
        .hits
        .iter()
        .filter(|hit| means(hit) && (alone || same_section(hit)))
        .cloned()
        .collect();
    if alone {
        let part = (leftover.start, leftover.end);
        let behind = (end..end + APART).contains(&leftover.start)
            && leftover.lines.0 <= lines.1 + CLOSE
            && leftover.words <= FEW
            && is_open(query, found)
            && !is_code
            && !has_instructions(query.text, end, leftover);
        let demanding = demanding(query.text, part, leftover.lines.0, behind);
        // What another match says is not said beside it.
        let said = judged
            .iter()
            .filter(|(other, _, _)| {
                (other.is(query, flag::NOTICE | flag::TEXT) || explains(query, other))
                    && other.here != found.here
            })
            .map(|(other, _, _)| other.lines(query));
        let said: Vec<(u32, u32)> = said.collect();
        hits.extend(demanding.into_iter().filter(|demand| {
            if said
                .iter()
                .any(|lines| lines.0 <= demand.lines.0 && demand.lines.1 <= lines.1)
            {
                return false;
            }
            !leftover.hits.iter().any(|hit| {
                means(hit) && demand.lines.0 <= hit.lines.0 && hit.lines.1 <= demand.lines.1
            })
        }));
    }
    hits
}

/// Whether instructions for the use of a license that ends there begin before the leftover does.
pub(super) fn has_instructions(text: &str, end: usize, leftover: &Leftover) -> bool {
    let from = text.floor_char_boundary(end.saturating_sub(APPENDIX));
    has_appendix(text, from, leftover.end)
}

/// Whether the file is there for what was found, and not the other way round.
fn is_the_file(query: &Query<'_>, found: &Found) -> bool {
    let (start, end) = bytes(query, found);
    (end - start) * 5 >= query.text.len() * 2
}

/// Whether what was found is an open license: restrictions beside it make another of it.
fn is_open(query: &Query<'_>, found: &Found) -> bool {
    !found.is(query, flag::RESERVED)
}

/// Without words such as "licensed under the" in the midst of a match that says which license.
fn without_announcements(query: &Query<'_>, judged: Vec<Judged>) -> Vec<Judged> {
    let named: Vec<Found> = judged
        .iter()
        .filter(|(found, _, _)| !found.is(query, flag::UNNAMED))
        .map(|(found, _, _)| found.clone())
        .collect();
    let says = flag::TEXT | flag::NOTICE | flag::TAG;
    judged
        .into_iter()
        .filter(|(found, _, _)| {
            !found.is(query, flag::UNNAMED)
                || found.is(query, says)
                || !named.iter().any(|other| other.surrounds(found))
        })
        .collect()
}

/// Whether a match of terms that are known but that nobody named is at least half of an unknown
/// text.
fn is_most(query: &Query<'_>, found: &Found, unknown: &[UnknownText]) -> bool {
    let (start, end) = bytes(query, found);
    let (start, end) = (start as u64, end as u64);
    found.is(query, flag::UNNAMED)
        && found.is(query, flag::TEXT | flag::NOTICE)
        && found.coverage(query) >= 0.5
        && unknown.iter().any(|text| {
            text.bytes.0 <= end
                && start <= text.bytes.1
                && (end - start) * 2 >= text.bytes.1 - text.bytes.0
        })
}

fn near(a: (u32, u32), b: (u32, u32)) -> bool {
    a.0 <= b.1.saturating_add(BESIDE) && b.0 <= a.1.saturating_add(BESIDE)
}

/// A text that is like a license but is not it.
fn relative(query: &Query<'_>, found: &Found, residue: &Residue) -> UnknownText {
    let bytes = bytes(query, found);
    let lines = found.lines(query);
    let nearest = Expression::parse(query.index.expression(found.rule))
        .ok()
        .filter(|_| !found.is(query, flag::UNNAMED))
        .and_then(|expression| {
            expression
                .licenses()
                .first()
                .map(|license| license.id.clone())
        });
    let total = found.rule_length(query) + residue.added;
    UnknownText {
        lines,
        bytes: (bytes.0 as u64, bytes.1 as u64),
        nearest,
        similarity: ratio(found.len(), total),
        differs: residue.passages.clone(),
        clauses: clauses(query.text, bytes.0, bytes.1, lines.0),
    }
}

/// Joins unknown texts that follow each other.
fn join_unknown(unknown: &mut Vec<UnknownText>) {
    let mut joined: Vec<UnknownText> = Vec::new();
    for text in unknown.drain(..) {
        match joined.last_mut() {
            Some(last) if near(last.lines, text.lines) => {
                last.lines = (
                    last.lines.0.min(text.lines.0),
                    last.lines.1.max(text.lines.1),
                );
                last.bytes = (
                    last.bytes.0.min(text.bytes.0),
                    last.bytes.1.max(text.bytes.1),
                );
                last.clauses.extend(text.clauses);
                if text.similarity > last.similarity {
                    last.nearest = text.nearest;
                    last.similarity = text.similarity;
                    last.differs = text.differs;
                }
            }
            _ => joined.push(text),
        }
    }
    for text in &mut joined {
        text.clauses.sort();
        let mut seen: Vec<(String, String)> = Vec::new();
        text.clauses.retain(|hit| {
            let kind = (hit.group.clone(), hit.kind.clone());
            let new = !seen.contains(&kind);
            seen.push(kind);
            new
        });
    }
    *unknown = joined;
}

pub(super) fn bytes(query: &Query<'_>, found: &Found) -> (usize, usize) {
    let start = query
        .token(found.here.start())
        .map_or(0, |token| token.start);
    let end = query
        .token(found.here.end().saturating_sub(1))
        .map_or(0, |token| token.end);
    (start as usize, end as usize)
}

/// Whether a match says what the words that it covers are for: a license's text or notice, not a
/// mention and not wording that many licenses share.
pub(super) fn explains(query: &Query<'_>, found: &Found) -> bool {
    const SHORTEST_NOTICE: u32 = 12;
    const LONG_REFERENCE: u32 = 60;
    let named = !found.is(query, flag::UNNAMED);
    match found.way {
        _ if found.is(query, flag::TEXT) => {
            named && found.rule_length(query) >= SHORTEST_TEXT && found.coverage(query) >= 0.6
        }
        _ => {
            let notice = found.is(query, flag::NOTICE) && found.len() >= SHORTEST_NOTICE;
            named && (notice || found.len() >= LONG_REFERENCE)
        }
    }
}

fn found_match(
    query: &Query<'_>,
    found: &Found,
    residue: &Residue,
    modified: bool,
    (title, hits): (Option<Passage>, Vec<ClauseHit>),
) -> Option<LicenseMatch> {
    let license = Expression::parse(query.index.expression(found.rule)).ok()?;
    let coverage = found.coverage(query);
    let (start, end) = bytes(query, found);
    let how = if found.is(query, flag::TEXT) {
        match found.way {
            Way::Whole => MatchKind::Exact,
            Way::Partial => MatchKind::Near { coverage },
            Way::Exact => MatchKind::Normalized,
        }
    } else if found.is(query, flag::TAG) {
        MatchKind::Tag
    } else if found.is(query, flag::NOTICE) {
        MatchKind::Header
    } else {
        MatchKind::Mention
    };
    let (license, modified) = if modified {
        let of = license.licenses().first().map(|simple| simple.id.clone())?;
        // Where SPDX has the text, the missing words can be shown; of a mention none are missing.
        let canonical = spdx::license_id(of.as_str())
            .filter(|_| {
                found.way == Way::Partial && (title.is_none() || found.is(query, flag::TEXT))
            })
            .map(|id| crate::diff(id.text(), query.text.get(start..end).unwrap_or_default()));
        let mut passages = match canonical {
            Some(difference) if difference.passages.len() <= 64 => difference
                .passages
                .into_iter()
                .map(|passage| Passage {
                    lines: (
                        passage.lines.0 + found.lines(query).0 - 1,
                        passage.lines.1 + found.lines(query).0 - 1,
                    ),
                    ..passage
                })
                .collect(),
            _ => residue.passages.clone(),
        };
        passages.extend(title);
        passages.extend(hits.into_iter().map(|hit| Passage {
            lines: hit.lines,
            here_words: u32::try_from(hit.says.split(' ').count()).unwrap_or(u32::MAX),
            here: hit.says,
            canonical: String::new(),
            canonical_words: 0,
        }));
        let license = modified_license(&of);
        let modification = Modification {
            of,
            added_words: residue.added
                + if residue.passages.is_empty() {
                    passages.iter().map(|passage| passage.here_words).sum()
                } else {
                    0
                },
            removed_words: residue.removed,
            passages,
        };
        (license, Some(modification))
    } else {
        (license, None)
    };
    Some(LicenseMatch {
        license,
        how,
        confidence: confidence(how, modified.is_some()),
        lines: found.lines(query),
        bytes: (start as u64, end as u64),
        coverage,
        modified,
    })
}

fn tag_match(query: &Query<'_>, tag: &Tag) -> LicenseMatch {
    let how = MatchKind::Tag;
    let modified = qualified_tag(query.text, tag).and_then(|passage| {
        let of = tag.expression.licenses().first()?.id.clone();
        Some(Modification {
            of,
            added_words: passage.here_words,
            removed_words: 0,
            passages: vec![passage],
        })
    });
    let license = modified.as_ref().map_or_else(
        || tag.expression.clone(),
        |modification| modified_license(&modification.of),
    );
    LicenseMatch {
        license,
        how,
        confidence: confidence(how, modified.is_some()),
        lines: (tag.line, tag.line),
        bytes: (tag.bytes.0 as u64, tag.bytes.1 as u64),
        coverage: 1.0,
        modified,
    }
}

/// What a license made from this one is called.
fn modified_license(of: &LicenseId) -> Expression {
    let named = of.as_str().trim_start_matches("LicenseRef-");
    Expression::license(format!("{MODIFIED_PREFIX}{named}"))
}

/// The share of matches of this sort that are right on labelled files, as `examples/calibration.rs`
/// measures it. No labels say of modified texts whether they are: theirs is a guess.
fn confidence(how: MatchKind, modified: bool) -> f32 {
    match how {
        _ if modified => 0.5,
        MatchKind::Exact | MatchKind::Normalized => 0.99,
        MatchKind::Header | MatchKind::Mention => 0.98,
        MatchKind::Near { coverage } if coverage >= 0.9 => 0.97,
        MatchKind::Tag => 0.97,
        MatchKind::Near { coverage } if coverage >= 0.5 => 0.95,
        MatchKind::Near { .. } => 0.75,
    }
}

/// What all matches together say.
pub(super) fn expression(result: &Identification) -> Option<Expression> {
    let mut parts: Vec<Expression> = result
        .matches
        .iter()
        .map(|found| found.license.clone())
        .collect();
    if !parts.is_empty() && !result.unknown.is_empty() {
        let texts = result
            .matches
            .iter()
            .any(|found| !matches!(found.how, MatchKind::Mention));
        // Names mentioned beside unknown terms put nothing under these licenses.
        if !texts {
            return None;
        }
        parts.push(Expression::license(UNKNOWN_LICENSE));
    }
    Expression::all_of(parts)
}
