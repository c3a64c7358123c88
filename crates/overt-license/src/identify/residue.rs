//! What a text has that its license has not, and the other way round.

use super::clauses::{Wordings, demands, forbids_unspaced, restricting, wordings};
use super::found::Found;
use super::query::Query;
use super::result::Passage;
use super::words::{Reader, Word, hash_word};

/// The differences between a match and its rule.
#[derive(Debug, Default)]
pub(super) struct Residue {
    /// Words of the text that the rule has not.
    pub(super) added: u32,
    /// Words of the rule that the text has not.
    pub(super) removed: u32,
    /// Added words that carry meaning: names, numbers, terms.
    pub(super) added_content: u32,
    /// Added words that turn the meaning of a sentence.
    pub(super) added_operative: u32,
    /// Removed words that carry meaning.
    pub(super) removed_content: u32,
    /// Removed words that turn the meaning of a sentence.
    pub(super) removed_operative: u32,
    /// The longest added stretch, without copyright lines.
    pub(super) longest_added: u32,
    /// The longest stretch removed between words that stand.
    pub(super) longest_removed: u32,
    /// Words of the rule missing at its beginning and end.
    pub(super) missing_head: u32,
    pub(super) missing_tail: u32,
    /// Of these, numbers and months: versions and dates.
    pub(super) missing_numbers: u32,
    /// Added words with digits or capitals: names, versions, dates.
    pub(super) added_names: u32,
    /// Whether an added word belongs to a phrase that restricts.
    pub(super) restricts: bool,
    /// Whether added words demand or forbid something that licenses are about.
    pub(super) demands: bool,
    /// Words that turn a sentence into its opposite, added or removed by themselves.
    pub(super) negations: u32,
    /// Words that say what is given, to whom or at what price, put in place of others.
    pub(super) turned: u32,
    /// Numbers put in place of others.
    pub(super) renumbered: u32,
    pub(super) passages: Vec<Passage>,
}

/// The longest list of passages.
const MOST_PASSAGES: usize = 64;
/// A change of at most so many words has no room for another sentence.
const ALONE: usize = 3;
/// So many words may be put in place of others.
const SWAP: usize = 4;
/// Words shown of one passage.
const SHOWN: usize = 60;

/// Compares a match with its rule.
///
/// `explained` holds the bytes of other matches that say the same; words there are no additions.
pub(super) fn residue(query: &Query<'_>, found: &Found, explained: &[(usize, usize)]) -> Residue {
    let mut residue = Residue::default();
    let rule = query.index.words(found.rule);
    let wordings = wordings();
    let operative = OperativeIds::new(query, wordings);
    residue.missing_head = found.there.start();
    residue.missing_tail = found.rule_length(query) - found.there.end();
    let mut last: Option<(u32, u32)> = None;
    for (here, there) in found.here.places().zip(found.there.places()) {
        if let Some((last_here, last_there)) = last {
            let unknown = query
                .token(last_here)
                .is_some_and(|token| token.unknown_after > 0);
            if here != last_here + 1 || there > last_there + 1 || unknown {
                let missing = rule
                    .get(last_there as usize + 1..there as usize)
                    .unwrap_or_default();
                gap(
                    query,
                    (last_here, here),
                    missing,
                    explained,
                    &operative,
                    &mut residue,
                );
            }
        }
        last = Some((here, there));
    }
    residue.removed += residue.missing_head + residue.missing_tail;
    let head = rule.get(..found.there.start() as usize).unwrap_or_default();
    let tail = rule.get(found.there.end() as usize..).unwrap_or_default();
    let missing = head.iter().chain(tail);
    residue.missing_numbers = u32::try_from(
        missing
            .filter(|word| operative.numbers.contains(word))
            .count(),
    )
    .unwrap_or(u32::MAX);
    residue
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The numbers of words that matter for the meaning, sorted.
struct OperativeIds {
    operative: Vec<u16>,
    neutral: Vec<u16>,
    negations: Vec<u16>,
    deeds: Vec<u16>,
    /// What an open license lets everybody do.
    rights: Vec<u16>,
    /// Numbers and months.
    numbers: Vec<u16>,
    years: Vec<u16>,
}

impl OperativeIds {
    fn new(query: &Query<'_>, wordings: &Wordings) -> Self {
        let numbers = |hashes: &mut dyn Iterator<Item = u64>| {
            let mut ids: Vec<u16> = hashes
                .filter_map(|hash| query.index.vocabulary.get(hash))
                .map(crate::index::KnownWord::id)
                .collect();
            ids.sort_unstable();
            ids
        };
        Self {
            operative: numbers(&mut wordings.operative_hashes()),
            neutral: numbers(&mut wordings.neutral_hashes()),
            negations: numbers(&mut wordings.negation_hashes()),
            deeds: numbers(&mut wordings.deed_hashes()),
            rights: numbers(
                &mut [
                    "use",
                    "sell",
                    "sublicense",
                    "distribute",
                    "modify",
                    "commercially",
                ]
                .iter()
                .map(|word| hash_word(word)),
            ),
            years: numbers(&mut (1980..2040).map(|year: u32| hash_word(&year.to_string()))),
            numbers: numbers(
                &mut MONTHS
                    .iter()
                    .map(|month| hash_word(month))
                    .chain(
                        (0..32)
                            .chain(2000..2040)
                            .map(|number: u32| hash_word(&number.to_string())),
                    )
                    .chain((1..10).map(|number: u32| hash_word(&format!("v{number}")))),
            ),
        }
    }

    fn contains(&self, word: u16) -> bool {
        self.operative.binary_search(&word).is_ok()
    }

    fn is_right(&self, word: u16) -> bool {
        self.rights.binary_search(&word).is_ok()
    }

    fn is_deed(&self, word: u16) -> bool {
        self.deeds.binary_search(&word).is_ok()
    }

    fn is_negation(&self, word: u16) -> bool {
        self.negations.binary_search(&word).is_ok()
    }

    fn is_neutral(&self, word: u16) -> bool {
        self.neutral.binary_search(&word).is_ok()
    }
}

fn gap(
    query: &Query<'_>,
    (before, after): (u32, u32),
    missing: &[u16],
    explained: &[(usize, usize)],
    ids: &OperativeIds,
    residue: &mut Residue,
) {
    let (Some(left), Some(right)) = (query.token(before), query.token(after)) else {
        return;
    };
    let wordings = wordings();
    let here: Vec<Word> = Reader::new(
        query.text,
        left.end as usize,
        right.start as usize,
        left.line,
    )
    .filter(|word| {
        !explained
            .iter()
            .any(|(start, end)| *start <= word.start && word.end <= *end)
    })
    .filter(|word| {
        query
            .index
            .vocabulary
            .get(word.hash)
            .is_none_or(|known| !known.is_markup())
    })
    .filter(|word| !is_form(query.text, word.start))
    .collect();
    let number = |word: &Word| {
        query
            .index
            .vocabulary
            .get(word.hash)
            .map(crate::index::KnownWord::id)
    };
    let (added, missing) = unmatched(&here, missing, number);
    if added.is_empty() && missing.is_empty() {
        return;
    }
    // Who holds the copyright is no term of the license; what stands behind it may be one.
    let begins_with_copyright = added
        .first()
        .is_some_and(|word| is_copyright_line(query.text, word.start));
    let terms = without_copyright(query.text, &added);
    let on_copyright_line = begins_with_copyright && terms.is_empty();
    residue.added += u32::try_from(added.len()).unwrap_or(u32::MAX);
    residue.removed += u32::try_from(missing.len()).unwrap_or(u32::MAX);
    if !begins_with_copyright {
        replaced(query, &added, &missing, ids, residue);
    }
    if !on_copyright_line {
        let mut stretch = 0;
        for word in &terms {
            if is_numbering(query.text, word) {
                continue;
            }
            stretch += 1;
            let alone = added.len() <= ALONE && missing.is_empty();
            residue.negations += u32::from(alone && wordings.is_negation(word.hash));
            if wordings.is_operative(word.hash) {
                residue.added_operative += 1;
            }
            if !wordings.is_neutral(word.hash) {
                residue.added_content += 1;
                let spelled = query.text.get(word.start..word.end).unwrap_or_default();
                let named = spelled.chars().any(|c| c.is_numeric() || c.is_uppercase());
                residue.added_names += u32::from(named);
            }
        }
        let context = |place: u32| query.token(place).unwrap_or(left);
        let start = context(before.saturating_sub(4)).start as usize;
        let end = query.token(after + 4).unwrap_or(right).end as usize;
        residue.restricts |= restricting(query.text, start, end)
            .iter()
            .any(|(from, to)| {
                terms
                    .iter()
                    .any(|word| *from <= word.start && word.end <= *to)
            });
        residue.demands |= terms
            .chunk_by(|a, b| {
                let between = query.text.get(a.end..b.start).unwrap_or_default();
                !between.contains(['.', ';']) && a.line + 1 >= b.line
            })
            .any(|part| demands(part) || forbids_unspaced(query.text, part));
        residue.longest_added = residue.longest_added.max(stretch);
    }
    if !(begins_with_copyright && missing.len() <= 12) {
        let rights = missing.len() <= SWAP && missing.iter().any(|word| ids.is_right(*word));
        residue.turned += u32::from(rights && added.len() <= missing.len());
        for word in &missing {
            let alone = missing.len() <= ALONE && added.is_empty();
            residue.negations += u32::from(alone && ids.is_negation(*word));
            residue.removed_operative += u32::from(ids.contains(*word));
            residue.removed_content += u32::from(!ids.is_neutral(*word));
        }
        residue.longest_removed = residue
            .longest_removed
            .max(u32::try_from(missing.len()).unwrap_or(u32::MAX));
    }
    if residue.passages.len() < MOST_PASSAGES {
        let first = added.first().map_or(left.line, |word| word.line);
        let last = added.last().map_or(first, |word| word.line);
        let shown: Vec<&str> = added
            .iter()
            .take(SHOWN)
            .filter_map(|word| query.text.get(word.start..word.end))
            .collect();
        residue.passages.push(Passage {
            lines: (first, last),
            here: shown.join(" "),
            here_words: u32::try_from(added.len()).unwrap_or(u32::MAX),
            canonical: String::new(),
            canonical_words: u32::try_from(missing.len()).unwrap_or(u32::MAX),
        });
    }
}

/// Whether the place is in the target of a Markdown link or in a tag of HTML: form, not content.
fn is_form(text: &str, at: usize) -> bool {
    const FARTHEST: usize = 240;
    let from = text.ceil_char_boundary(at.saturating_sub(FARTHEST));
    let Some(before) = text.get(from..at) else {
        return false;
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    let opened = line
        .rfind("](")
        .is_some_and(|open| !line.get(open..).unwrap_or_default().contains([')', ' ']));
    let tag = line.rfind('<').is_some_and(|open| {
        let inside = line.get(open + 1..).unwrap_or_default();
        !inside.contains('>') && inside.starts_with(|c: char| c.is_ascii_lowercase() || c == '/')
    });
    opened || tag && text.get(at..).is_some_and(|rest| rest.contains('>'))
}

/// The words that stand on no line that says who holds the copyright, nor on one that only goes on
/// with it.
fn without_copyright(text: &str, added: &[Word]) -> Vec<Word> {
    const LONGEST_REST: usize = 10;
    let wordings = wordings();
    let mut rest = Vec::new();
    let mut holders = false;
    for line in added.chunk_by(|a, b| a.line == b.line) {
        let Some(first) = line.first() else {
            continue;
        };
        let goes_on = holders
            && line.len() <= LONGEST_REST
            && !line.iter().any(|word| wordings.is_operative(word.hash));
        if is_copyright_line(text, first.start) || goes_on {
            holders = true;
            continue;
        }
        holders = false;
        rest.extend_from_slice(line);
    }
    rest
}

/// Counts what a few words put in place of a few others mean.
fn replaced(
    query: &Query<'_>,
    added: &[Word],
    missing: &[u16],
    ids: &OperativeIds,
    residue: &mut Residue,
) {
    let few = 1..=SWAP;
    if !few.contains(&added.len()) || !few.contains(&missing.len()) {
        return;
    }
    let wordings = wordings();
    let means = |word: &Word| wordings.is_operative(word.hash) || wordings.is_deed(word.hash);
    let in_rule = |word: &u16| ids.contains(*word) || ids.is_deed(*word);
    residue.turned += u32::from(added.iter().any(means) || missing.iter().any(in_rule));
    let is_number = |word: &Word| {
        let spelled = query.text.get(word.start..word.end).unwrap_or_default();
        spelled.bytes().all(|byte| byte.is_ascii_digit()) && !is_numbering(query.text, word)
    };
    let was_number = |word: &u16| ids.numbers.binary_search(word).is_ok();
    // Who changes the year of his copyright everywhere changes the date of the license as well.
    let is_year = |word: &Word| {
        let spelled = query.text.get(word.start..word.end).unwrap_or_default();
        spelled.len() == 4 && (spelled.starts_with("19") || spelled.starts_with("20"))
    };
    let was_year = |word: &u16| ids.years.binary_search(word).is_ok();
    let years = added.iter().all(is_year) && missing.iter().all(was_year);
    residue.renumbered +=
        u32::from(!years && added.iter().any(is_number) && missing.iter().any(was_number));
}

/// The words of both sides that no common subsequence holds. Long gaps are taken as they are.
fn unmatched(
    here: &[Word],
    there: &[u16],
    number: impl Fn(&Word) -> Option<u16>,
) -> (Vec<Word>, Vec<u16>) {
    const LARGEST: usize = 40_000;
    if here.is_empty() || there.is_empty() || here.len() * there.len() > LARGEST {
        return (here.to_vec(), there.to_vec());
    }
    let numbers: Vec<Option<u16>> = here.iter().map(number).collect();
    let width = there.len() + 1;
    let mut table = vec![0_u16; (here.len() + 1) * width];
    let at = |table: &[u16], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for i in (0..here.len()).rev() {
        for j in (0..there.len()).rev() {
            let same = numbers.get(i).copied().flatten() == there.get(j).copied();
            let value = if same {
                at(&table, i + 1, j + 1) + 1
            } else {
                at(&table, i + 1, j).max(at(&table, i, j + 1))
            };
            if let Some(cell) = table.get_mut(i * width + j) {
                *cell = value;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let (mut added, mut missing) = (Vec::new(), Vec::new());
    while let (Some(word), Some(other)) = (here.get(i), there.get(j)) {
        if numbers.get(i).copied().flatten() == Some(*other) {
            i += 1;
            j += 1;
        } else if at(&table, i + 1, j) >= at(&table, i, j + 1) {
            added.push(*word);
            i += 1;
        } else {
            missing.push(*other);
            j += 1;
        }
    }
    added.extend(here.get(i..).unwrap_or_default());
    missing.extend(there.get(j..).unwrap_or_default());
    (added, missing)
}

/// Whether the line of this place says who holds the copyright.
pub(super) fn is_copyright_line(text: &str, at: usize) -> bool {
    const LONGEST: usize = 300;
    let mut from = at.saturating_sub(LONGEST);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let mut to = (at + LONGEST).min(text.len());
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    let start = text
        .get(from..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(from, |line_end| from + line_end + 1);
    let end = text
        .get(at..to)
        .and_then(|after| after.find('\n'))
        .map_or(to, |line_end| at + line_end);
    let line = text.get(start..end).unwrap_or_default().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    // `(c)` may be the letter of a clause.
    let sign = line.contains("(c)") && line.contains(['1', '2']);
    (has(&["copyright", "©", "all rights reserved"]) || sign)
        && !has(&[
            "licen",
            "permission",
            "must",
            "shall",
            "only",
            "prohibit",
            "not be",
        ])
}

/// Whether the word is only the number or letter of a list item or heading.
fn is_numbering(text: &str, word: &Word) -> bool {
    let is_short = text.get(word.start..word.end).is_some_and(|word| {
        word.len() <= 3
            && (word.len() == 1
                || word.bytes().all(|b| b.is_ascii_digit())
                || matches!(
                    word.to_ascii_lowercase().as_str(),
                    "ii" | "iii" | "iv" | "vi" | "vii" | "ix"
                ))
    });
    let line_start = text
        .get(..word.start)
        .map(|before| before.trim_end_matches([' ', '\t', '*', '#', '/', '(', '-', '.', '>', ';']))
        .is_some_and(|before| before.is_empty() || before.ends_with('\n'));
    let closed = text
        .as_bytes()
        .get(word.end)
        .is_some_and(|byte| matches!(byte, b'.' | b')' | b':' | b'-'));
    is_short && line_start && closed
}
