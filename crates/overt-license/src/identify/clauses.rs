//! Clauses that their wording gives away, for terms that are no known license.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use serde::Deserialize;

use super::result::ClauseHit;
use super::words::{Reader, Word, hash_word};

/// Kinds that make terms less free than an open license; a permissive text with one of these beside
/// it is not permissive any more.
const RESTRICTING: [&str; 11] = [
    "noncommercial",
    "commercial-license-needed",
    "research-only",
    "use-policy",
    "scale-threshold",
    "geographic",
    "competing-use",
    "output-training",
    "no-derivatives",
    "no-redistribution",
    "field-of-use",
];

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    clause: Vec<Entry>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    neutral: Vec<String>,
    #[serde(default)]
    negations: Vec<String>,
    #[serde(default)]
    deeds: Vec<String>,
    #[serde(default)]
    duties: Vec<String>,
    #[serde(default)]
    subjects: Vec<String>,
    #[serde(default)]
    disclaimers: Vec<String>,
    #[serde(default)]
    parties: Vec<String>,
    #[serde(default)]
    unspaced_duties: Vec<String>,
    #[serde(default)]
    license_names: Vec<String>,
    #[serde(default)]
    foreign: Vec<String>,
}

#[derive(Deserialize)]
struct Entry {
    group: String,
    kind: String,
    phrases: Vec<String>,
}

/// How clauses are worded, from `knowledge/clauses/`.
#[derive(Debug, Default)]
pub(super) struct Wordings {
    clauses: Vec<(String, String)>,
    phrases: Vec<Phrase>,
    by_first: HashMap<u64, Vec<usize>, BuildHasherDefault<Hashed>>,
    /// Phrases of scripts without spaces, looked for as they stand.
    unspaced: Vec<(usize, String)>,
    operative: BTreeSet<u64>,
    neutral: BTreeSet<u64>,
    negations: BTreeSet<u64>,
    deeds: BTreeSet<u64>,
    /// Words that demand or forbid, by the first of them.
    duties: HashMap<u64, Vec<Vec<Option<u64>>>, BuildHasherDefault<Hashed>>,
    /// What licenses are about.
    subjects: BTreeSet<u64>,
    /// Words of sentences that only decline responsibility.
    disclaimers: BTreeSet<u64>,
    /// Those who give and take.
    parties: BTreeSet<u64>,
    unspaced_duties: Vec<String>,
    /// Words that tell what sort of text this is.
    kinds: Kinds,
}

/// What words tell of the text that has them.
pub(super) mod kind {
    /// Licenses call themselves and their parties so.
    pub(in super::super) const LICENSE_NAME: u16 = 1;
    /// It is an article or the like of another language than English.
    pub(in super::super) const FOREIGN: u16 = 1 << 1;
}

/// Kinds of words by hash, in a table that every word of a text is looked up in.
#[derive(Debug, Default)]
struct Kinds {
    /// A power of two, at least half of them empty: there the kind is 0.
    slots: Vec<(u64, u16)>,
}

impl Kinds {
    fn add(&mut self, words: &[String], kind: u16) {
        /// So many slots for each word.
        const ROOM: usize = 4;
        let mut known: Vec<(u64, u16)> = std::mem::take(&mut self.slots);
        known.retain(|(_, kind)| *kind != 0);
        for word in words {
            let hash = hash_word(word);
            match known.iter_mut().find(|(other, _)| *other == hash) {
                Some((_, kinds)) => *kinds |= kind,
                None => known.push((hash, kind)),
            }
        }
        self.slots = vec![(0, 0); (known.len() * ROOM).next_power_of_two()];
        for (hash, kind) in known {
            let at = self.find(hash);
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = (hash, kind);
            }
        }
    }

    /// Where the word stands, or the empty slot where it would.
    fn find(&self, hash: u64) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = usize::try_from(hash & 0xffff).unwrap_or_default() & mask;
        while let Some((other, kind)) = self.slots.get(at)
            && *kind != 0
            && *other != hash
        {
            at = (at + 1) & mask;
        }
        at
    }
}

/// Words are hashed already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = self.0.rotate_left(5) ^ word;
    }
}

#[derive(Debug)]
struct Phrase {
    clause: usize,
    /// Words after the first; `None` stands for up to three words.
    rest: Vec<Option<u64>>,
}

/// So many words may stand for a `*`.
const WILD: usize = 3;

impl Wordings {
    /// Whether the word carries the meaning of a sentence.
    pub(super) fn is_operative(&self, hash: u64) -> bool {
        self.operative.contains(&hash)
    }

    /// The hashes of operative words.
    pub(super) fn operative_hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.operative.iter().copied()
    }

    /// The hashes of neutral words.
    pub(super) fn neutral_hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.neutral.iter().copied()
    }

    /// Whether the word turns a sentence into its opposite.
    pub(super) fn is_negation(&self, hash: u64) -> bool {
        self.negations.contains(&hash)
    }

    /// Whether the word says what is given, to whom or at what price.
    pub(super) fn is_deed(&self, hash: u64) -> bool {
        self.deeds.contains(&hash)
    }

    /// The hashes of words that say what is given, to whom or at what price.
    pub(super) fn deed_hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.deeds.iter().copied()
    }

    /// The hashes of words that turn a sentence into its opposite.
    pub(super) fn negation_hashes(&self) -> impl Iterator<Item = u64> + '_ {
        self.negations.iter().copied()
    }

    /// Of which [kinds](kind) the word is.
    pub(super) fn kinds(&self, hash: u64) -> u16 {
        let slot = self.kinds.slots.get(self.kinds.find(hash));
        slot.map_or(0, |(_, kind)| *kind)
    }

    /// Whether the word may come and go.
    pub(super) fn is_neutral(&self, hash: u64) -> bool {
        self.neutral.contains(&hash)
    }
}

/// The wordings, read once.
pub(super) fn wordings() -> &'static Wordings {
    static WORDINGS: OnceLock<Wordings> = OnceLock::new();
    WORDINGS.get_or_init(|| {
        let mut wordings = Wordings::default();
        for entry in overt_knowledge::under("clauses/") {
            // A test of this crate reads every file, so none is passed over silently.
            if let Ok(file) = serde_json::from_str::<File>(entry.text) {
                wordings.add(file);
            }
        }
        wordings
    })
}

impl Wordings {
    fn add(&mut self, file: File) {
        self.operative
            .extend(file.words.iter().map(|word| hash_word(word)));
        self.neutral
            .extend(file.neutral.iter().map(|word| hash_word(word)));
        self.negations
            .extend(file.negations.iter().map(|word| hash_word(word)));
        self.deeds
            .extend(file.deeds.iter().map(|word| hash_word(word)));
        self.subjects
            .extend(file.subjects.iter().map(|word| hash_word(word)));
        self.disclaimers
            .extend(file.disclaimers.iter().map(|word| hash_word(word)));
        self.parties
            .extend(file.parties.iter().map(|word| hash_word(word)));
        self.unspaced_duties.extend(file.unspaced_duties);
        self.kinds.add(&file.license_names, kind::LICENSE_NAME);
        self.kinds.add(&file.foreign, kind::FOREIGN);
        for duty in file.duties {
            let mut words = duty
                .split_whitespace()
                .map(|word| (word != "*").then(|| hash_word(word)));
            if let Some(Some(first)) = words.next() {
                self.duties.entry(first).or_default().push(words.collect());
            }
        }
        for entry in file.clause {
            // A kind is one whatever the language.
            let name = (entry.group, entry.kind);
            let known = self.clauses.iter().position(|other| *other == name);
            let clause = known.unwrap_or(self.clauses.len());
            if known.is_none() {
                self.clauses.push(name);
            }
            for phrase in entry.phrases {
                if is_unspaced(&phrase) {
                    self.unspaced.push((clause, phrase));
                    continue;
                }
                let mut words = phrase
                    .split_whitespace()
                    .map(|word| (word != "*").then(|| hash_word(word)));
                if let Some(Some(first)) = words.next() {
                    let rest = words.collect();
                    self.by_first
                        .entry(first)
                        .or_default()
                        .push(self.phrases.len());
                    self.phrases.push(Phrase { clause, rest });
                }
            }
        }
    }

    /// Which clauses the words show, each with the words that show it.
    fn find<'w>(&self, words: &'w [Word]) -> Vec<(usize, &'w [Word])> {
        let mut found = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let Some(phrases) = self.by_first.get(&word.hash) else {
                continue;
            };
            for phrase in phrases
                .iter()
                .filter_map(|number| self.phrases.get(*number))
            {
                let tail = words.get(at + 1..).unwrap_or_default();
                if let Some(length) = matches(tail, &phrase.rest) {
                    found.push((
                        phrase.clause,
                        words.get(at..=at + length).unwrap_or_default(),
                    ));
                }
            }
        }
        found
    }
}

/// Whether the character belongs to a script whose words do not stand between spaces: Chinese,
/// Japanese, and Korean, whose words do but with their particles.
pub(super) fn is_ideograph(character: char) -> bool {
    matches!(
        character,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'
    )
}

fn is_unspaced(text: &str) -> bool {
    !text.is_ascii() && text.chars().any(is_ideograph)
}

/// How many words the pattern takes from the front, if it fits.
pub(super) fn matches(words: &[Word], pattern: &[Option<u64>]) -> Option<usize> {
    match pattern.split_first() {
        None => Some(0),
        Some((Some(hash), rest)) => {
            let (first, words) = words.split_first()?;
            if first.hash != *hash {
                return None;
            }
            matches(words, rest).map(|length| length + 1)
        }
        Some((None, rest)) => (0..=WILD).find_map(|skipped| {
            matches(words.get(skipped..)?, rest).map(|length| length + skipped)
        }),
    }
}

/// The clauses that `text[start..end]` shows, each kind at its first place.
pub(super) fn clauses(text: &str, start: usize, end: usize, line: u32) -> Vec<ClauseHit> {
    let words: Vec<Word> = Reader::new(text, start, end, line).collect();
    let wordings = wordings();
    let mut first: BTreeMap<usize, &[Word]> = BTreeMap::new();
    for (clause, words) in wordings.find(&words) {
        first.entry(clause).or_insert(words);
    }
    let mut hits = Vec::new();
    let part = text.get(start..end).unwrap_or_default();
    if is_unspaced(part) {
        for (clause, phrase) in &wordings.unspaced {
            if let (Some(at), Some((group, kind))) =
                (part.find(phrase), wordings.clauses.get(*clause))
            {
                let before = part.get(..at).unwrap_or_default();
                let breaks = memchr::memchr_iter(b'\n', before.as_bytes()).count();
                let place = line + u32::try_from(breaks).unwrap_or_default();
                if !hits.iter().any(|hit: &ClauseHit| hit.kind == *kind) {
                    hits.push(ClauseHit {
                        group: group.clone(),
                        kind: kind.clone(),
                        lines: (place, place),
                        says: phrase.clone(),
                    });
                }
            }
        }
    }
    let spaced = first.into_iter().filter_map(|(clause, words)| {
        let (group, kind) = wordings.clauses.get(clause)?;
        let (first, last) = (words.first()?, words.last()?);
        Some(ClauseHit {
            group: group.clone(),
            kind: kind.clone(),
            lines: (first.line, last.line),
            says: words
                .iter()
                .filter_map(|word| text.get(word.start..word.end))
                .collect::<Vec<_>>()
                .join(" "),
        })
    });
    hits.extend(spaced);
    hits.sort_by(|a, b| (a.lines, &a.group, &a.kind).cmp(&(b.lines, &b.group, &b.kind)));
    hits
}

/// Where words of `text[start..end]` restrict what an open license gives: bytes of each phrase.
pub(super) fn restricting(text: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let words: Vec<Word> = Reader::new(text, start, end, 1).collect();
    let wordings = wordings();
    wordings
        .find(&words)
        .into_iter()
        .filter(|(clause, _)| {
            wordings.clauses.get(*clause).is_some_and(|(group, kind)| {
                group == "restriction" && RESTRICTING.contains(&kind.as_str())
            })
        })
        .filter_map(|(_, words)| Some((words.first()?.start, words.last()?.end)))
        .collect()
}

/// Whether these words demand or forbid something that a license is about.
pub(super) fn demands(words: &[Word]) -> bool {
    /// A sentence has so many words.
    const SHORTEST: usize = 3;
    let wordings = wordings();
    words.len() >= SHORTEST
        && !words
            .iter()
            .any(|word| wordings.disclaimers.contains(&word.hash))
        && words
            .iter()
            .any(|word| wordings.subjects.contains(&word.hash))
        && words.iter().enumerate().any(|(at, word)| {
            let tail = words.get(at + 1..).unwrap_or_default();
            wordings
                .duties
                .get(&word.hash)
                .is_some_and(|duties| duties.iter().any(|rest| matches(tail, rest).is_some()))
        })
}

/// The sentences of `text[start..end]` that demand or forbid something that a license is about.
pub(super) fn demanding(
    text: &str,
    (start, end): (usize, usize),
    line: u32,
    any: bool,
) -> Vec<ClauseHit> {
    /// So many words of a sentence are shown.
    const SHOWN: usize = 24;
    let words: Vec<Word> = Reader::new(text, start, end, line).collect();
    let ends = |a: &Word, b: &Word| {
        let between = text.get(a.end..b.start).unwrap_or_default();
        between.contains(['.', ';', '!', '?']) || between.matches('\n').count() > 1
    };
    let hit = |words: &[Word]| {
        let (first, last) = (words.first()?, words.last()?);
        Some(ClauseHit {
            group: "condition".to_owned(),
            kind: "other".to_owned(),
            lines: (first.line, last.line),
            says: words
                .iter()
                .take(SHOWN)
                .filter_map(|word| text.get(word.start..word.end))
                .collect::<Vec<_>>()
                .join(" "),
        })
    };
    words
        .chunk_by(|a, b| !ends(a, b))
        .filter(|sentence| {
            demands(sentence)
                || forbids_unspaced(text, sentence)
                || any && may_be_term(text, sentence)
        })
        .filter_map(hit)
        .collect()
}

/// Whether the character stands before the first word of a sentence.
fn is_opening(character: char) -> bool {
    matches!(character, '"' | '\'' | '(' | '\u{201c}')
}

/// Whether a sentence right behind a license reads like a term: it has a word that carries the meaning
/// of legal sentences, or speaks of who gives and takes and of what licenses are about. What a program
/// says in a comment there is about the program.
fn may_be_term(text: &str, words: &[Word]) -> bool {
    let wordings = wordings();
    let has = |set: &BTreeSet<u64>| words.iter().any(|word| set.contains(&word.hash));
    let speaks_of_rights =
        has(&wordings.parties) && (has(&wordings.subjects) || has(&wordings.deeds));
    let commented = words.first().is_some_and(|first| is_comment(text, first));
    (has(&wordings.operative) || speaks_of_rights) && !commented && is_sentence(text, words)
}

/// Whether the line of a word begins as comments do.
pub(super) fn is_comment(text: &str, word: &Word) -> bool {
    let before = before(text, word).rsplit('\n').next().unwrap_or_default();
    let line = before.trim_start();
    line.starts_with(['#', '*', '/', ';', '%', '!']) || line.starts_with("--")
}

/// A little of the text before a word.
fn before<'t>(text: &'t str, word: &Word) -> &'t str {
    const BEFORE: usize = 200;
    let from = text.floor_char_boundary(word.start.saturating_sub(BEFORE));
    text.get(from..word.start).unwrap_or_default()
}

/// Whether these words are a whole sentence, of which most words are no names, and which does not only
/// decline responsibility.
pub(super) fn is_sentence(text: &str, words: &[Word]) -> bool {
    const SHORTEST: usize = 3;
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    let spelled = |word: &Word| text.get(word.start..word.end).unwrap_or_default();
    let lower = words
        .iter()
        .filter(|word| spelled(word).starts_with(char::is_lowercase))
        .count();
    let behind = text.get(last.end..).unwrap_or_default();
    let ends = behind
        .trim_start_matches(['"', '\'', ')', '\u{201d}'])
        .starts_with(['.', '!', ';']);
    let disclaims = words
        .iter()
        .any(|word| wordings().disclaimers.contains(&word.hash));
    let before = before(text, first);
    let ended = before.trim_end_matches(|c: char| c.is_whitespace() || is_opening(c));
    let paragraph = before
        .get(ended.len()..)
        .is_some_and(|between| between.matches('\n').count() > 1);
    let begins = !spelled(first).starts_with(char::is_lowercase)
        && (paragraph
            || ended.is_empty()
            || ended.ends_with(|c: char| !c.is_alphanumeric() && c != ','));
    words.len() >= SHORTEST && begins && ends && lower * 2 >= words.len() && !disclaims
}

/// The same of words in scripts without spaces.
pub(super) fn forbids_unspaced(text: &str, words: &[Word]) -> bool {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return false;
    };
    let part = text.get(first.start..last.end).unwrap_or_default();
    !part.is_ascii()
        && wordings()
            .unspaced_duties
            .iter()
            .any(|duty| part.contains(duty.as_str()))
}

/// Whether the clause takes from what an open license gives.
pub(super) fn restricts(hit: &ClauseHit) -> bool {
    hit.group == "restriction" && RESTRICTING.contains(&hit.kind.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_core::{Condition, Grant, Restriction, Risk};

    fn kinds(text: &str) -> Vec<String> {
        clauses(text, 0, text.len(), 1)
            .into_iter()
            .map(|hit| hit.kind)
            .collect()
    }

    #[test]
    fn clauses_are_found_by_their_wording() {
        assert_eq!(
            kinds("You may use it for Non-Commercial purposes."),
            ["noncommercial"]
        );
        assert_eq!(kinds("must not modify it"), ["no-derivatives"]);
        assert_eq!(kinds("not for any commercial use"), ["noncommercial"]);
        assert!(kinds("The quick brown fox").is_empty());
    }

    #[test]
    fn every_file_is_read_and_names_kinds_of_the_vocabulary() {
        for entry in overt_knowledge::under("clauses/") {
            let file: File = serde_json::from_str(entry.text).expect(entry.path);
            for clause in file.clause {
                let kind = serde_json::Value::String(clause.kind.clone());
                let known = match clause.group.as_str() {
                    "restriction" => serde_json::from_value::<Restriction>(kind).is_ok(),
                    "condition" => serde_json::from_value::<Condition>(kind).is_ok(),
                    "grant" => serde_json::from_value::<Grant>(kind).is_ok(),
                    "risk" => serde_json::from_value::<Risk>(kind).is_ok(),
                    _ => false,
                };
                assert!(known, "{}: {} {}", entry.path, clause.group, clause.kind);
            }
        }
    }

    #[test]
    fn a_sentence_behind_a_license_that_speaks_of_rights_may_be_a_term() {
        let may_be = |text: &str| {
            let start = "license.\n\n".len();
            let text = format!("license.\n\n{text}");
            let words: Vec<Word> = Reader::new(&text, start, text.len(), 1).collect();
            may_be_term(&text, &words)
        };
        for term in [
            "Benchmark results must not be published without our approval.",
            "You agree to delete all copies upon our demand.",
            "We may withdraw these rights at any time.",
        ] {
            assert!(may_be(term), "{term}");
        }
        for other in [
            "Formatting code was originally in another program.",
            "# You may not use this without a key.",
            "Contact: Jane Doe, Example Road 1",
            "This program is distributed without any warranty.",
            "def route(name): return request(name, only=True)",
        ] {
            assert!(!may_be(other), "{other}");
        }
    }
}
