//! Which license a text is, exactly or nearly, where, and what was changed in it.

mod as_one;
mod beside;
mod candidates;
mod clauses;
mod decode;
mod engine;
mod exact;
mod found;
mod judge;
mod kept;
mod leftover;
mod limit;
mod memo;
mod nature;
mod partial;
mod prefilter;
mod qualified;
mod query;
mod ranges;
mod refine;
mod residue;
mod result;
mod tags;
mod title;
mod words;

use std::borrow::Cow;

use crate::index::{Index, embedded};
use engine::Work;
use nature::{Shares, nature};
use prefilter::Stretch;

pub(crate) use decode::decode_for_index;
pub use result::{
    ClauseHit, Identification, LicenseMatch, MODIFIED_PREFIX, MatchKind, Modification, Passage,
    TextNature, UNKNOWN_LICENSE, UnknownText,
};
pub(crate) use words::{Reader, Word, hash_word};

/// The text of a file, whatever its encoding: UTF-8, UTF-16, Windows-1252, a notebook, a PDF.
pub fn text_of(file_name: &str, bytes: &[u8]) -> String {
    decode::decode(file_name, bytes).text.into_owned()
}

/// Identifies the licenses in any file: license text, notice, README, source, metadata, notebook.
pub fn identify(bytes: &[u8]) -> Identification {
    identify_named("", bytes)
}

/// The same, with the file's name, which may guide decoding but never the verdict.
pub fn identify_named(file_name: &str, bytes: &[u8]) -> Identification {
    match embedded() {
        Ok(index) => identify_with(index, file_name, bytes),
        Err(error) => Identification {
            problems: vec![overt_core::Problem::new(
                overt_core::ProblemKind::Malformed,
                error.to_string(),
            )],
            ..Identification::nothing()
        },
    }
}

/// The same against another index than the embedded one.
pub fn identify_with(index: &Index<'_>, file_name: &str, bytes: &[u8]) -> Identification {
    // Most files say nothing about licenses; these need no decoding.
    let plain = (!decode::is_transformed(bytes)).then(|| prefilter::stretches(bytes));
    if plain.as_ref().is_some_and(Vec::is_empty) {
        return Identification::nothing();
    }
    let decoded = decode::decode(file_name, bytes);
    let text: &str = &decoded.text;
    let stretches = match (plain, &decoded.text) {
        (Some(plain), Cow::Borrowed(text)) if text.len() == bytes.len() => plain,
        _ => prefilter::stretches(text.as_bytes()),
    };
    let mut result = if stretches.is_empty() {
        Identification::nothing()
    } else {
        search(index, text, &stretches, decoded.from_binary)
    };
    // Texts are known with their markup; one in other markup shows without it.
    if may_be_plain_text(&stretches, text)
        && (has_terms(&result) || decode::is_marked_up(text))
        && !decoded.from_binary
        && !is_plain_text(&result, text)
        && let Some(bare) = decode::without_form(text)
    {
        let again = search(index, &bare, &prefilter::stretches(bare.as_bytes()), false);
        if is_plain_text(&again, &bare) {
            result = again;
        }
    }
    result.problems.extend(decoded.problems);
    result
}

/// Whether words of license texts were found, and not only notices and names, in what is no code.
fn has_terms(found: &Identification) -> bool {
    let is_text = |one: &LicenseMatch| {
        matches!(
            one.how,
            MatchKind::Exact | MatchKind::Normalized | MatchKind::Near { .. }
        )
    };
    found.nature != TextNature::Source
        && (found.has_unrecognized_terms() || found.matches.iter().any(is_text))
}

/// A license's text is most of a file if it is no less than one in so many bytes.
const GOOD_PART: u64 = 4;

/// Whether so much of a text is read that it may be a license's text for a good part.
fn may_be_plain_text(stretches: &[Vec<Stretch>], text: &str) -> bool {
    let read = length(stretches) as u64;
    read > 0 && read * GOOD_PART >= text.len() as u64
}

/// How many bytes these stretches have.
fn length(stretches: &[Vec<Stretch>]) -> usize {
    let all = stretches.iter().flatten();
    all.map(|(start, end, _)| end - start).sum()
}

/// Whether nothing but licenses that we know was found, and for a good part the text of one.
fn is_plain_text(found: &Identification, text: &str) -> bool {
    const LEAST_COVERAGE: f32 = 0.8;
    let is_text = |one: &LicenseMatch| match one.how {
        MatchKind::Exact | MatchKind::Normalized => true,
        MatchKind::Near { coverage } => coverage >= LEAST_COVERAGE,
        _ => false,
    };
    let is_large =
        |one: &LicenseMatch| (one.bytes.1 - one.bytes.0) * GOOD_PART >= text.len() as u64;
    !found.has_unrecognized_terms()
        && found
            .matches
            .iter()
            .any(|one| is_text(one) && is_large(one))
}

/// Searches the stretches of a text, or recalls what was found in the same words.
fn search(
    index: &Index<'_>,
    text: &str,
    stretches: &[Vec<Stretch>],
    from_binary: bool,
) -> Identification {
    let mut work = Work::new();
    let mut result = Identification::nothing();
    let mut shares = Shares::default();
    for near in stretches {
        let (part, of_part) = search_near(index, text, near, from_binary, &mut work);
        shares.add(of_part);
        result.matches.extend(part.matches);
        result.unknown.extend(part.unknown);
        result.beside.extend(part.beside);
        result.problems.extend(part.problems);
        if result.problems.is_empty() && result.matches.len() >= limit::MOST {
            let end = near.last().map_or(0, |stretch| stretch.1);
            result.problems.push(limit::problem(end));
        }
        if !result.problems.is_empty() {
            break;
        }
    }
    if stretches.len() > 1 && !result.unknown.is_empty() && result.problems.is_empty() {
        // What unknown terms mean for the licenses elsewhere only the whole tells.
        (result, shares) = read(index, text, &stretches.concat(), from_binary, &mut work);
    }
    result.expression = judge::expression(&result);
    let unread = text.len().saturating_sub(length(stretches));
    result.nature = nature(&result, shares, text, unread);
    if result.nature != TextNature::LicenseText {
        result.beside.clear();
    }
    result
}

fn search_near(
    index: &Index<'_>,
    text: &str,
    stretches: &[Stretch],
    from_binary: bool,
    work: &mut Work,
) -> (Identification, Shares) {
    let keys = match stretches {
        // An index that may be closed, and another opened in its place, is always asked.
        [stretch] if index.is_embedded() => keys(text, *stretch, from_binary).to_vec(),
        _ => Vec::new(),
    };
    let place = stretches
        .first()
        .map_or((0, 1), |stretch| (stretch.0, stretch.2));
    if let Some(recalled) = keys.iter().find_map(|key| key.recall(place)) {
        return recalled;
    }
    let (result, shares) = read(index, text, stretches, from_binary, work);
    let of_lines = shares.has_no_text() && !result.matches.is_empty();
    if let Some(key) = keys.get(usize::from(!of_lines)) {
        key.remember(place, &result, shares);
    }
    (result, shares)
}

fn read(
    index: &Index<'_>,
    text: &str,
    stretches: &[Stretch],
    from_binary: bool,
    work: &mut Work,
) -> (Identification, Shares) {
    let mut query = query::Query::new(index, text, stretches, from_binary);
    let tags = tags::tags(&query, stretches);
    let found = engine::search(&mut query, &tags, work);
    let Some(end) = limit::end(&query, &found, &tags, work) else {
        return judge::judge(&query, found, &tags, stretches);
    };
    let (found, tags, stretches) = limit::until(&query, end, found, tags, stretches);
    let (mut result, shares) = judge::judge(&query, found, &tags, &stretches);
    result.problems.push(limit::problem(end));
    (result, shares)
}

/// What the answer for one stretch depends on: its words, and the ends of its first and last line; if
/// it holds a license's text also the words before it and the length of the whole.
fn keys(text: &str, (start, end, line): Stretch, from_binary: bool) -> [memo::Key<'_>; 2] {
    /// No more of a line is ever looked at.
    const LINE: usize = 400;
    /// What begins on no later line may be a title.
    const TITLE: u32 = 8;
    let from = text.floor_char_boundary(start.saturating_sub(LINE));
    let before = text.get(from..start).unwrap_or_default();
    let own_line = memchr::memrchr(b'\n', before.as_bytes()).map_or(from, |found| from + found + 1);
    let to = text.ceil_char_boundary(end.saturating_add(LINE).min(text.len()));
    let behind = text.get(end..to).unwrap_or_default();
    let to = memchr::memchr(b'\n', behind.as_bytes()).map_or(to, |found| end + found);
    let key = |from: usize, length| memo::Key {
        text: text.get(from..to).unwrap_or_default(),
        stretch: (start - from, end - from),
        line: line.min(TITLE),
        from_binary,
        length,
    };
    // Whether a license is most of a text depends on the text's length.
    let most = (end - start) * 5 >= text.len() * 2;
    [
        key(own_line, memo::Length::Any),
        key(
            from,
            if most {
                memo::Length::Of(text.len())
            } else {
                memo::Length::Longer
            },
        ),
    ]
}
