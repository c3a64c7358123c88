//! Builds an index from texts: the same texts give the same bytes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use thiserror::Error;

use super::layout::{self, SECTIONS, Section};
use super::source::{self, Rule, Sources};
use super::{
    GRAM_BUCKETS, KnownWord, LONGER, PREFIX_LENGTHS, PREFIX_SEED, flag, gram_key, prefix_finish,
    prefix_step,
};
use crate::identify::{Reader, hash_word};

/// A file that the builder reads, wherever it lay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, `/`-separated. What the file is follows from it:
    /// - `*.LICENSE` and `*.RULE` with front matter, as in ScanCode's license data;
    /// - `legalese.py`, `stopwords.py`: ScanCode's word lists;
    /// - `index.csv` beside `files/`: labels of license files (`file`, `true_licence`,
    ///   `ai_specific`);
    /// - `<license id>.txt`: the text of that license.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// What an index is built from.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The files.
    pub files: Vec<SourceFile>,
    /// Whether SPDX's own texts are added.
    pub standard_texts: bool,
    /// Licenses whose texts are left out, to measure what the engine does with a license that it
    /// does not know.
    pub leave_out: Vec<String>,
}

/// A built index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// The index.
    pub bytes: Vec<u8>,
    /// Where each rule came from, for the builder's reports.
    pub rules: Vec<String>,
}

/// Why an index could not be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BuildError {
    /// A wheel could not be read.
    #[error("the archive cannot be read: {0}")]
    Archive(String),
    /// A file names no valid license expression.
    #[error("`{file}` names no valid license expression: {error}")]
    Expression {
        /// The file.
        file: String,
        /// What is wrong.
        error: String,
    },
    /// More rules or words than the index can number.
    #[error("{what} are {count}, but at most {most} can be indexed")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        most: usize,
    },
}

/// The shortest rule, in words, that may match in part.
const TINY: usize = 6;
/// Rules shorter than this are small.
const SMALL: usize = 15;

/// Builds an index.
pub fn build(contents: &Contents) -> Result<Built, BuildError> {
    let mut sources = source::read(&contents.files, contents.standard_texts)?;
    sources.rules.retain(|rule| {
        !contents.leave_out.iter().any(|id| {
            rule.expression
                .split([' ', '(', ')'])
                .any(|word| word == id.as_str())
        })
    });
    let mut words = WordNumbers::new(&sources);
    let mut rules: Vec<Prepared> = Vec::with_capacity(sources.rules.len());
    let mut seen: HashMap<Vec<u16>, usize> = HashMap::new();
    for rule in &sources.rules {
        let prepared = prepare(rule, &mut words);
        if prepared.words.is_empty() {
            continue;
        }
        if let Some(earlier) = seen.get(&prepared.words).and_then(|at| rules.get_mut(*at)) {
            // The later source, ours, knows better which license the text is, not what it looks
            // like.
            if prepared.flags & flag::STRICT != 0 && earlier.flags & flag::STRICT == 0
                || rule.name.starts_with('~') && !rule.name.starts_with("~spdx/")
            {
                *earlier = prepared;
            }
            continue;
        }
        seen.insert(prepared.words.clone(), rules.len());
        rules.push(prepared);
    }
    if rules.len() > usize::from(u16::MAX) {
        return Err(BuildError::TooMany {
            what: "rules",
            count: rules.len(),
            most: usize::from(u16::MAX),
        });
    }
    if words.next > u32::from(u16::MAX) {
        return Err(BuildError::TooMany {
            what: "words",
            count: words.next as usize,
            most: usize::from(u16::MAX),
        });
    }
    let names = rules.iter().map(|rule| rule.name.clone()).collect();
    Ok(Built {
        bytes: layout::join(&sections(&rules, &words)),
        rules: names,
    })
}

struct WordNumbers {
    numbers: BTreeMap<u64, KnownWord>,
    legal: u16,
    next: u32,
    license: Vec<u16>,
}

impl WordNumbers {
    fn new(sources: &Sources) -> Self {
        let mut legal_words = sources.legal_words.clone();
        if legal_words.is_empty() {
            legal_words = frequent_words(&sources.rules);
        }
        let legal = legal_words.values().max().map_or(0, |last| last + 1);
        let mut words = Self {
            numbers: BTreeMap::new(),
            legal,
            next: u32::from(legal),
            license: Vec::new(),
        };
        for markup in &sources.markup {
            words
                .numbers
                .insert(hash_word(markup), KnownWord::new(0, true));
        }
        for (word, number) in &legal_words {
            words
                .numbers
                .entry(hash_word(word))
                .or_insert(KnownWord::new(*number, false));
        }
        let ids: BTreeSet<&String> = sources.id_words.iter().collect();
        for word in ids {
            words.number(hash_word(word));
        }
        words.license = ["license", "licence", "licensed"]
            .iter()
            .map(|word| words.number(hash_word(word)).id())
            .collect();
        words
    }

    fn number(&mut self, hash: u64) -> KnownWord {
        let next = &mut self.next;
        *self.numbers.entry(hash).or_insert_with(|| {
            let number = u16::try_from(*next).unwrap_or(u16::MAX);
            *next += 1;
            KnownWord::new(number, false)
        })
    }
}

/// Without a list of legal words: those of four and more letters that several texts share.
fn frequent_words(rules: &[Rule]) -> BTreeMap<String, u16> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for rule in rules {
        let words: BTreeSet<String> = rule
            .text
            .split(|c: char| !c.is_alphabetic())
            .filter(|word| word.len() >= 4)
            .map(str::to_lowercase)
            .collect();
        for word in words {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
        .into_iter()
        .filter(|(_, count)| *count > 1)
        .take(4096)
        .zip(0..)
        .map(|((word, _), number)| (word, number))
        .collect()
}

struct Prepared {
    name: String,
    expression: String,
    flags: u32,
    words: Vec<u16>,
    thresholds: [u16; 6],
    phrases: Vec<(u16, u16)>,
    markup: Vec<(u16, u16)>,
}

/// Numbers the words of a rule and computes what it demands of a match.
fn prepare(rule: &Rule, numbers: &mut WordNumbers) -> Prepared {
    let mut words: Vec<u16> = Vec::new();
    let mut phrases = Vec::new();
    let mut markup: Vec<(u16, u16)> = Vec::new();
    let text = rule.text.as_str();
    // Required phrases stand between double braces.
    let mut marks = text
        .match_indices("{{")
        .map(|(at, _)| (at, true))
        .collect::<Vec<_>>();
    marks.extend(text.match_indices("}}").map(|(at, _)| (at, false)));
    marks.sort_unstable();
    let mut marks = marks.into_iter().peekable();
    let mut opened = None;
    let place = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
    for word in Reader::new(text, 0, text.len(), 1) {
        while let Some((_, opens)) = marks.next_if(|(at, _)| *at < word.start) {
            close(&mut opened, opens, &words, &mut phrases);
        }
        let number = numbers.number(word.hash);
        if number.is_markup() {
            if let Some(last) = place(words.len()).checked_sub(1) {
                match markup.last_mut() {
                    Some((at, count)) if *at == last => *count += 1,
                    _ => markup.push((last, 1)),
                }
            }
        } else if words.len() < usize::from(u16::MAX) {
            words.push(number.id());
        }
    }
    for (_, opens) in marks {
        close(&mut opened, opens, &words, &mut phrases);
    }

    let mut flags = rule.flags;
    let length = words.len();
    let legal = |word: &&u16| **word < numbers.legal;
    let high = words.iter().filter(legal).count();
    let unique: BTreeSet<u16> = words.iter().copied().collect();
    let high_unique = unique.iter().filter(legal).count();
    if length < SMALL {
        flags |= flag::SMALL;
    }
    let reference = flags & (flag::REFERENCE | flag::TAG) != 0;
    let partial = high > 0
        && length >= TINY
        && flags & (flag::FALSE_POSITIVE | flag::CONTINUOUS) == 0
        && !(length < SMALL && reference);
    if partial {
        flags |= flag::PARTIAL;
    }
    if words
        .first()
        .is_some_and(|word| numbers.license.contains(word))
    {
        flags |= flag::STARTS_WITH_LICENSE;
    }
    if words
        .last()
        .is_some_and(|word| numbers.license.contains(word))
    {
        flags |= flag::ENDS_WITH_LICENSE;
    }
    Prepared {
        name: rule.name.clone(),
        expression: rule.expression.clone(),
        flags,
        thresholds: thresholds(
            rule.minimum_coverage,
            length,
            high,
            unique.len(),
            high_unique,
        ),
        words,
        phrases,
        markup,
    }
}

fn close(opened: &mut Option<usize>, opens: bool, words: &[u16], phrases: &mut Vec<(u16, u16)>) {
    if opens {
        *opened = Some(words.len());
    } else if let Some(first) = opened.take()
        && first < words.len()
        && let (Ok(first), Ok(last)) = (u16::try_from(first), u16::try_from(words.len() - 1))
    {
        phrases.push((first, last));
    }
}

/// How much of a rule must stand in a text: coverage in percent, words, legal words, distinct
/// words, distinct legal words; and how many distinct words it has. Short rules must stand whole,
/// long ones to a tenth; the bounds follow ScanCode's, for whose rules they were found to serve.
fn thresholds(
    stated: u16,
    length: usize,
    high: usize,
    unique: usize,
    high_unique: usize,
) -> [u16; 6] {
    const LEAST: usize = 4;
    const LEAST_LEGAL: usize = 3;
    let (coverage, words, legal) = match length {
        _ if stated == 100 => (100, length, high),
        0..3 => (100, length, high),
        3..10 => (80, length, high),
        10..30 => (50, length / 2, high.min(LEAST_LEGAL)),
        30..200 => (0, LEAST, high.min(LEAST_LEGAL)),
        _ => (0, length / 10, high / 10),
    };
    let coverage = if stated > 0 { stated } else { coverage };
    let (distinct, legal_distinct) = match length {
        _ if coverage == 100 => (unique, high_unique),
        0..5 => (unique, high_unique),
        5..10 => (if unique < 2 { unique } else { unique - 1 }, high_unique),
        10..20 => (high_unique, high_unique),
        20..201 => {
            let half = if high_unique >= 2 {
                high_unique / 2
            } else {
                high_unique
            };
            (LEAST, half.min(LEAST_LEGAL))
        }
        _ => (length / 10, high_unique / 10),
    };
    let small = |value: usize| u16::try_from(value).unwrap_or(u16::MAX);
    [
        coverage,
        small(words),
        small(legal),
        small(distinct),
        small(legal_distinct),
        small(unique),
    ]
}

#[derive(Default)]
struct Column {
    bytes: Vec<u8>,
    count: u32,
}

impl Column {
    fn u16(&mut self, value: u16) {
        self.bytes.extend(value.to_le_bytes());
        self.count += 1;
    }

    fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
        self.count += 1;
    }

    fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
        self.count += 1;
    }
}

fn sections(rules: &[Prepared], words: &WordNumbers) -> [Vec<u8>; SECTIONS] {
    let mut columns: [Column; SECTIONS] = std::array::from_fn(|_| Column::default());
    let expressions: BTreeSet<&str> = rules.iter().map(|rule| rule.expression.as_str()).collect();
    let number_of = |expression: &str| {
        let number = expressions.range(..expression).count();
        u16::try_from(number).unwrap_or(u16::MAX)
    };
    let mut numbers: BTreeMap<&str, u16> = BTreeMap::new();
    for expression in &expressions {
        let next = u16::try_from(numbers.len()).unwrap_or(u16::MAX);
        numbers.insert(expression, next);
        let start = u32::try_from(columns[Section::ExpressionText as usize].bytes.len());
        columns[Section::Expressions as usize].u32(start.unwrap_or(u32::MAX));
        columns[Section::ExpressionText as usize]
            .bytes
            .extend(expression.as_bytes());
    }
    let end = u32::try_from(columns[Section::ExpressionText as usize].bytes.len());
    columns[Section::Expressions as usize].u32(end.unwrap_or(u32::MAX));

    columns[Section::Vocabulary as usize].bytes = vocabulary(words);
    columns[Section::Numbers as usize].u32(u32::from(words.legal));
    for rule in rules {
        let start = columns[Section::Words as usize].count;
        columns[Section::RuleWords as usize].u32(start);
        for word in &rule.words {
            columns[Section::Words as usize].u16(*word);
        }
        columns[Section::RuleFlags as usize].u32(rule.flags);
        let number = numbers.get(rule.expression.as_str()).copied();
        columns[Section::RuleExpression as usize]
            .u16(number.unwrap_or_else(|| number_of(&rule.expression)));
        for threshold in rule.thresholds {
            columns[Section::RuleThresholds as usize].u16(threshold);
        }
        let start = columns[Section::Phrases as usize].count;
        columns[Section::RulePhrases as usize].u32(start);
        for (first, last) in &rule.phrases {
            columns[Section::Phrases as usize].u16(*first);
            columns[Section::Phrases as usize].u16(*last);
        }
        let start = columns[Section::Markup as usize].count;
        columns[Section::RuleMarkup as usize].u32(start);
        // Markup counts only where a rule must stand unbroken.
        if !rule.phrases.is_empty() || rule.flags & flag::CONTINUOUS != 0 {
            for (place, count) in &rule.markup {
                columns[Section::Markup as usize].u16(*place);
                columns[Section::Markup as usize].u16(*count);
            }
        }
    }
    for (starts, values) in [
        (Section::RuleWords, Section::Words),
        (Section::RulePhrases, Section::Phrases),
        (Section::RuleMarkup, Section::Markup),
    ] {
        let end = columns[values as usize].count;
        columns[starts as usize].u32(end);
    }
    prefixes(rules, &mut columns);
    partial(rules, words, &mut columns);
    columns.map(|column| column.bytes)
}

fn vocabulary(words: &WordNumbers) -> Vec<u8> {
    let length = (words.numbers.len() * 2).next_power_of_two();
    let mut slots = vec![0_u64; length];
    for (hash, word) in &words.numbers {
        let mut at = usize::try_from(hash & 0xffff_ffff).unwrap_or_default() & (length - 1);
        while slots.get(at).is_some_and(|slot| *slot != 0) {
            at = (at + 1) & (length - 1);
        }
        if let Some(slot) = slots.get_mut(at) {
            *slot = hash >> 32 << 32 | (u64::from(word.0) + 1);
        }
    }
    slots.iter().flat_map(|slot| slot.to_le_bytes()).collect()
}

/// The table that leads from the first words of a rule to the rule.
fn prefixes(rules: &[Prepared], columns: &mut [Column; SECTIONS]) {
    let mut by_hash: BTreeMap<u32, Vec<u16>> = BTreeMap::new();
    let mut full: Vec<u64> = Vec::new();
    for (number, rule) in (0..).zip(rules) {
        let length = PREFIX_LENGTHS
            .iter()
            .copied()
            .rfind(|length| *length <= rule.words.len())
            .unwrap_or(1);
        let hash = rule
            .words
            .iter()
            .take(length)
            .fold(PREFIX_SEED, |hash, word| prefix_step(hash, *word));
        let hash = prefix_finish(hash, length);
        full.push(hash);
        if let [first, second, _, ..] = rule.words.as_slice() {
            let pair = prefix_step(prefix_step(PREFIX_SEED, *first), *second);
            full.push(prefix_finish(pair, LONGER));
        }
        #[expect(clippy::cast_possible_truncation, reason = "the key is the low half")]
        by_hash
            .entry((hash as u32).max(1))
            .or_default()
            .push(number);
    }
    let length = (by_hash.len() * 2).next_power_of_two();
    let mut slots = vec![[0_u32; 3]; length];
    for (key, rules) in &by_hash {
        let mut at = *key as usize & (length - 1);
        while slots.get(at).is_some_and(|slot| slot[0] != 0) {
            at = (at + 1) & (length - 1);
        }
        if let Some(slot) = slots.get_mut(at) {
            let first = columns[Section::PrefixRules as usize].count;
            *slot = [*key, first, u32::try_from(rules.len()).unwrap_or(u32::MAX)];
        }
        for rule in rules {
            columns[Section::PrefixRules as usize].u16(*rule);
        }
    }
    for slot in slots.iter().flatten() {
        columns[Section::PrefixSlots as usize].u32(*slot);
    }
    let bits = (by_hash.len() * 16).next_power_of_two().max(64);
    let mut filter = vec![0_u64; bits / 64];
    for hash in full {
        let bit = usize::try_from((hash >> 20) & (bits as u64 - 1)).unwrap_or_default();
        if let Some(word) = filter.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }
    for word in filter {
        columns[Section::PrefixBits as usize].u64(word);
    }
}

/// The tables that lead from a text to the rules that may stand in it in part: for each run of three
/// words of which one is legal, the rules that hold it.
///
/// A run that very many rules hold leads only to those that hold no rarer one.
fn partial(rules: &[Prepared], words: &WordNumbers, columns: &mut [Column; SECTIONS]) {
    const COMMON: usize = 1024;
    let mut grams: BTreeMap<(usize, u16), Vec<u16>> = BTreeMap::new();
    let mut of_rule: Vec<BTreeSet<(usize, u16)>> = Vec::new();
    for (number, rule) in (0_u16..).zip(rules) {
        if rule.flags & flag::PARTIAL == 0 {
            continue;
        }
        columns[Section::PartialRules as usize].u16(number);
        let place = u16::try_from(of_rule.len()).unwrap_or(u16::MAX);
        let mut own = BTreeSet::new();
        for window in rule.words.windows(3) {
            if let [a, b, c] = *window
                && window.iter().any(|word| *word < words.legal)
            {
                own.insert(gram_key([a, b, c]));
            }
        }
        for gram in &own {
            grams.entry(*gram).or_default().push(place);
        }
        of_rule.push(own);
    }
    let is_common: BTreeSet<(usize, u16)> = grams
        .iter()
        .filter(|(_, rules)| rules.len() > COMMON)
        .map(|(gram, _)| *gram)
        .collect();
    let has_rare: Vec<bool> = of_rule
        .iter()
        .map(|own| own.iter().any(|gram| !is_common.contains(gram)))
        .collect();
    for gram in &is_common {
        if let Some(rules) = grams.get_mut(gram) {
            rules.retain(|place| !has_rare.get(usize::from(*place)).copied().unwrap_or(true));
        }
    }
    let mut counts = vec![0_u16; of_rule.len()];
    for place in grams.values().flatten() {
        if let Some(count) = counts.get_mut(usize::from(*place)) {
            *count = count.saturating_add(1);
        }
    }
    for count in counts {
        columns[Section::PartialGrams as usize].u16(count);
    }
    let mut sorted = grams.iter().peekable();
    for bucket in 0..=GRAM_BUCKETS {
        let start = columns[Section::GramTags as usize].count;
        columns[Section::GramBuckets as usize].u32(start);
        while let Some(((_, tag), rules)) = sorted.next_if(|((own, _), _)| *own == bucket) {
            columns[Section::GramTags as usize].u16(*tag);
            let start = columns[Section::GramRules as usize].count;
            columns[Section::GramStarts as usize].u32(start);
            for rule in rules {
                columns[Section::GramRules as usize].u16(*rule);
            }
        }
    }
    let end = columns[Section::GramRules as usize].count;
    columns[Section::GramStarts as usize].u32(end);
}
