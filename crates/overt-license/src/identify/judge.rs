//! What was found, and what was not, as one answer.
//!
//! A name is asserted only for a license's own words. A text of a family whose members differ in a
//! few words (most AI licenses) is called by its name only if nothing but its form differs; a text of
//! a standard license may differ in names and addresses, but not in terms. What is left over is
//! searched for terms: they make the license beside them a modified one, or stand as unknown terms.

use overt_core::{Expression, LicenseId};

use super::clauses::{clauses, is_ideograph, restricts};
use super::found::{Found, Way, ratio};
use super::query::Query;
use super::residue::{Residue, is_copyright_line, residue};
use super::result::{
    ClauseHit, Identification, LicenseMatch, MODIFIED_PREFIX, MatchKind, Modification, Passage,
    TextNature, UNKNOWN_LICENSE, UnknownText,
};
use super::tags::Tag;
use super::words::{Reader, hash_word};
use crate::index::flag;

/// A text shorter than this, in words, has no room for a modification that is not another license.
const SHORTEST_TEXT: u32 = 25;
/// So many words removed in one place are a clause.
const CLAUSE: u32 = 15;
/// Without so many words at its ends a text is a piece of a license, whatever instructions for its
/// use may stand behind its terms.
const CUT_OFF: u32 = 200;
/// A longer text has been published in editions that differ in single words.
const LONG_TEXT: u32 = 1600;
/// Less of a text than this share says nothing of the license.
const LEAST_COVERAGE: f32 = 0.35;
/// Terms this many lines from a license's text belong to it.
const BESIDE: u32 = 12;

/// What a match of a license's text is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worth {
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
    if found.way != Way::Partial || !found.is(query, flag::TEXT) {
        return Worth::Same;
    }
    let length = found.rule_length(query);
    if length < SHORTEST_TEXT {
        return Worth::Same;
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
    if residue.restricts || residue.added_operative >= 3 && residue.longest_added >= 12 {
        return Worth::Modified;
    }
    let clause_removed = residue.longest_removed >= CLAUSE && residue.removed_operative >= 2;
    let cut_off = residue.missing_head + residue.missing_tail >= CUT_OFF;
    if clause_removed || cut_off || residue.negations > 0 {
        return Worth::Modified;
    }
    let turned = length < LONG_TEXT && residue.turned > 0;
    if turned || residue.renumbered > 0 {
        return Worth::Modified;
    }
    Worth::Same
}

/// Text that nothing explains, between matches.
#[derive(Debug)]
struct Leftover {
    start: usize,
    end: usize,
    lines: (u32, u32),
    words: u32,
    legal: u32,
    /// Words for the license itself: license, agreement, terms.
    license_words: u32,
    /// Such words among the first.
    title_words: u32,
    /// Characters of scripts without spaces.
    ideographs: usize,
    hits: Vec<ClauseHit>,
}

impl Leftover {
    fn restricts(&self) -> bool {
        self.hits.iter().any(restricts)
    }

    /// Whether it reads like license terms of its own.
    fn is_terms(&self) -> bool {
        const SHORTEST: u32 = 60;
        const LEGAL: f32 = 0.12;
        let named = self.license_words >= 3.max(self.words / 150);
        let titled = self.lines.0 <= 6
            && self.title_words > 0
            && self.words >= 80
            && !self.hits.is_empty()
            && (self.license_words >= self.words / 80
                || self.restricts() && self.license_words >= self.words / 250)
            && ratio(self.legal, self.words) >= 0.15;
        let unspaced = self.ideographs >= 200 && self.hits.len() >= 3;
        let dense = self.hits.len() >= 4
            && (self.hits.len() >= 8 || self.hits.len() * 200 >= self.words as usize);
        titled
            || unspaced
            || self.words >= SHORTEST && named && dense && ratio(self.legal, self.words) >= LEGAL
    }
}

/// The answer for a text.
pub(super) fn judge(
    query: &Query<'_>,
    found: Vec<Found>,
    tags: &[Tag],
    stretches: &[(usize, usize, u32)],
) -> Identification {
    let mut result = Identification::nothing();
    let places: Vec<(u16, (usize, usize))> = found
        .iter()
        .map(|one| (query.index.expression_number(one.rule), bytes(query, one)))
        .collect();
    let judged: Vec<(Found, Residue, Worth)> = found
        .into_iter()
        .map(|found| {
            let residue = if found.way == Way::Partial && found.is(query, flag::TEXT) {
                let number = query.index.expression_number(found.rule);
                let own = bytes(query, &found);
                let explained: Vec<(usize, usize)> = places
                    .iter()
                    .filter(|(other, place)| *other == number && *place != own)
                    .map(|(_, place)| *place)
                    .collect();
                residue(query, &found, &explained)
            } else {
                Residue::default()
            };
            let worth = worth(query, &found, &residue);
            (found, residue, worth)
        })
        .filter(|(_, _, worth)| *worth != Worth::Fragment)
        .collect();

    let mut unknown: Vec<UnknownText> = judged
        .iter()
        .filter(|(_, _, worth)| *worth == Worth::Relative)
        .map(|(found, residue, _)| relative(query, found, residue))
        .collect();

    // What no match explains, and the terms in it.
    let mut leftovers = leftovers(query, &judged, tags, stretches);
    let mut tainted: Vec<Vec<ClauseHit>> = vec![Vec::new(); judged.len()];
    let mut terms: Vec<(u32, u32)> = unknown.iter().map(|text| text.lines).collect();
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
        if !leftover.restricts() && !leftover.is_terms() {
            continue;
        }
        let prose = ratio(leftover.legal, leftover.words) >= 0.08;
        let beside = judged.iter().position(|(found, _, worth)| {
            matches!(worth, Worth::Same | Worth::Modified)
                && found.is(query, flag::TEXT)
                && explains(query, found)
                && near(found.lines(query), leftover.lines)
        });
        if let Some(taint) = beside.and_then(|at| tainted.get_mut(at))
            && leftover.restricts()
            && prose
        {
            taint.append(&mut leftover.hits);
            terms.push(leftover.lines);
            terms.extend(
                beside
                    .and_then(|at| judged.get(at))
                    .map(|(found, _, _)| found.lines(query)),
            );
        } else if leftover.is_terms() {
            unknown.push(UnknownText {
                lines: leftover.lines,
                bytes: (leftover.start as u64, leftover.end as u64),
                nearest: None,
                similarity: 0.0,
                differs: Vec::new(),
                clauses: std::mem::take(&mut leftover.hits),
            });
        }
    }
    terms.extend(unknown.iter().map(|text| text.lines));
    let changed = judged
        .iter()
        .filter(|(_, _, worth)| *worth == Worth::Modified);
    terms.extend(changed.map(|(found, _, _)| found.lines(query)));
    let unknown_words: u64 = unknown.iter().map(|text| text.bytes.1 - text.bytes.0).sum();
    let dominated = unknown_words * 2 >= query.text.len() as u64;
    unknown.sort_by_key(|text| text.bytes);
    join_unknown(&mut unknown);

    let words = judged_words(query, &judged);
    for ((found, residue, worth), hits) in judged.iter().zip(tainted) {
        if *worth == Worth::Relative {
            continue;
        }
        let lines = found.lines(query);
        let is_text = found.is(query, flag::TEXT) && found.rule_length(query) >= SHORTEST_TEXT;
        let inside_unknown = dominated || terms.iter().any(|terms| near(*terms, lines));
        if inside_unknown
            && !(is_text && explains(query, found))
            && !is_most(query, found, &unknown)
        {
            continue;
        }
        let modified = *worth == Worth::Modified || !hits.is_empty();
        if let Some(found) = found_match(query, found, residue, modified, hits) {
            result.matches.push(found);
        }
    }
    result.matches.extend(tags.iter().map(|tag| LicenseMatch {
        license: tag.expression.clone(),
        how: MatchKind::Tag,
        confidence: confidence(MatchKind::Tag, false),
        lines: (tag.line, tag.line),
        bytes: (tag.bytes.0 as u64, tag.bytes.1 as u64),
        coverage: 1.0,
        modified: None,
    }));
    result.matches.sort_by_key(|found| found.bytes);
    result.unknown = unknown;
    result.expression = expression(&result);
    result.nature = nature(query, &judged, &result, words);
    result
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

fn bytes(query: &Query<'_>, found: &Found) -> (usize, usize) {
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
fn explains(query: &Query<'_>, found: &Found) -> bool {
    const SHORTEST_NOTICE: u32 = 12;
    let named = !found.is(query, flag::UNNAMED);
    match found.way {
        _ if found.is(query, flag::TEXT) => {
            named && found.rule_length(query) >= SHORTEST_TEXT && found.coverage(query) >= 0.6
        }
        _ => named && found.is(query, flag::NOTICE) && found.len() >= SHORTEST_NOTICE,
    }
}

fn leftovers(
    query: &Query<'_>,
    judged: &[(Found, Residue, Worth)],
    tags: &[Tag],
    stretches: &[(usize, usize, u32)],
) -> Vec<Leftover> {
    let mut taken: Vec<(usize, usize)> = judged
        .iter()
        .filter(|(found, _, _)| explains(query, found))
        .map(|(found, _, _)| bytes(query, found))
        .collect();
    taken.extend(tags.iter().map(|tag| tag.bytes));
    taken.sort_unstable();
    let names = [
        "license",
        "licence",
        "licensed",
        "agreement",
        "licensor",
        "licensee",
        "terms",
        "policy",
        "hereby",
    ]
    .map(hash_word);
    let mut leftovers = Vec::new();
    for (start, end, line) in stretches {
        let mut current: Option<Leftover> = None;
        let mut next = 0;
        for word in Reader::new(query.text, *start, *end, *line) {
            while taken.get(next).is_some_and(|range| range.1 <= word.start) {
                next += 1;
            }
            let explained = taken
                .get(next..)
                .unwrap_or_default()
                .iter()
                .take(4)
                .any(|range| range.0 <= word.start && word.start < range.1);
            if explained {
                leftovers.extend(current.take());
                continue;
            }
            let known = query.index.vocabulary.get(word.hash);
            if known.is_some_and(crate::index::KnownWord::is_markup) {
                continue;
            }
            let legal = known.is_some_and(|known| query.index.is_legal(known.id()));
            let leftover = current.get_or_insert(Leftover {
                start: word.start,
                end: word.end,
                lines: (word.line, word.line),
                words: 0,
                legal: 0,
                license_words: 0,
                title_words: 0,
                ideographs: 0,
                hits: Vec::new(),
            });
            leftover.end = word.end;
            leftover.lines.1 = word.line;
            leftover.words += 1;
            leftover.legal += u32::from(legal);
            let names_license = u32::from(names.contains(&word.hash));
            leftover.license_words += names_license;
            if leftover.words <= 25 {
                leftover.title_words += names_license;
            }
            if word.end - word.start >= 6 {
                let spelled = query.text.get(word.start..word.end).unwrap_or_default();
                leftover.ideographs += spelled.chars().filter(|c| is_ideograph(*c)).count();
            }
        }
        leftovers.extend(current.take());
    }
    leftovers.retain(|leftover| {
        leftover.words >= 4
            && !(leftover.lines.0 == leftover.lines.1
                && is_copyright_line(query.text, leftover.start))
    });
    for leftover in &mut leftovers {
        leftover.hits = clauses(query.text, leftover.start, leftover.end, leftover.lines.0);
    }
    leftovers
}

fn found_match(
    query: &Query<'_>,
    found: &Found,
    residue: &Residue,
    modified: bool,
    hits: Vec<ClauseHit>,
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
        // Where SPDX has the text, the missing words can be shown.
        let canonical = spdx::license_id(of.as_str())
            .filter(|_| found.way == Way::Partial)
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
        passages.extend(hits.into_iter().map(|hit| Passage {
            lines: hit.lines,
            here_words: u32::try_from(hit.says.split(' ').count()).unwrap_or(u32::MAX),
            here: hit.says,
            canonical: String::new(),
            canonical_words: 0,
        }));
        let named = of.as_str().trim_start_matches("LicenseRef-");
        let license = Expression::license(format!("{MODIFIED_PREFIX}{named}"));
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

/// The share of matches of this sort that are right on labelled files, as `examples/calibration.rs`
/// measures it. No labels say of modified texts whether they are: theirs is a guess.
fn confidence(how: MatchKind, modified: bool) -> f32 {
    match how {
        _ if modified => 0.5,
        MatchKind::Exact | MatchKind::Normalized => 0.99,
        MatchKind::Header => 0.98,
        MatchKind::Near { coverage } if coverage >= 0.9 => 0.97,
        MatchKind::Tag => 0.97,
        MatchKind::Mention => 0.96,
        MatchKind::Near { coverage } if coverage >= 0.5 => 0.95,
        MatchKind::Near { .. } => 0.75,
    }
}

fn expression(result: &Identification) -> Option<Expression> {
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

/// Words of the text, and of them those that license texts explain.
fn judged_words(query: &Query<'_>, judged: &[(Found, Residue, Worth)]) -> (u32, u32) {
    let texts = judged
        .iter()
        .filter(|(found, _, _)| found.is(query, flag::TEXT))
        .map(|(found, _, _)| found.len())
        .sum();
    (query.length(), texts)
}

fn nature(
    query: &Query<'_>,
    judged: &[(Found, Residue, Worth)],
    result: &Identification,
    (words, texts): (u32, u32),
) -> TextNature {
    const POINTER: u32 = 80;
    if result.matches.is_empty() && result.unknown.is_empty() {
        return TextNature::None;
    }
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
    let mostly = texts.saturating_mul(2) >= words;
    let policy = judged
        .iter()
        .any(|(found, _, _)| found.is(query, flag::POLICY));
    if mostly && policy {
        return TextNature::UsePolicy;
    }
    if long_texts.len() > 1 {
        return TextNature::MultiLicense;
    }
    if !result.unknown.is_empty() || mostly && texts > 0 {
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
    let notices: u32 = judged.iter().map(|(found, _, _)| found.len()).sum();
    if notices.saturating_mul(2) >= words {
        return TextNature::Notice;
    }
    let symbols = query
        .text
        .bytes()
        .take(1 << 16)
        .filter(|byte| matches!(byte, b'{' | b'}' | b';' | b'=' | b'<' | b'>' | b'[' | b']'))
        .count();
    if symbols * 60 > query.text.len().min(1 << 16) {
        TextNature::Source
    } else {
        TextNature::Prose
    }
}
