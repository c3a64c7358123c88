//! All signatures at once: one set of globs and one automaton of words, so that a file costs the same
//! however many signatures there are.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use overt_core::{ComponentKind, Status};

use super::{ComponentFile, Elsewhere, OnlyIn, Signature};

/// How much of a file is searched for words.
pub(crate) const SEARCHED_BYTES: usize = 256 << 10;

/// Which signature a file matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileMatch {
    /// The component.
    pub(crate) kind: ComponentKind,
    /// What the file is.
    pub(crate) role: &'static str,
    /// How far it shows the component.
    pub(crate) status: Status,
    /// Whether it only goes with the component.
    pub(crate) supporting: bool,
    /// The byte at which the deciding word stands, if words decided.
    pub(crate) word_at: Option<u64>,
}

/// The signatures of `knowledge/components/`, compiled.
pub(crate) struct Signatures {
    files: Vec<ComponentFile>,
    elsewhere: GlobSet,
    globs: GlobSet,
    /// For each glob: which file, which signature (`None`: the file's own exclusions), whether it
    /// excludes.
    glob_owners: Vec<(usize, Option<usize>, bool)>,
    words: Option<AhoCorasick>,
    /// For each word: its signatures.
    word_owners: Vec<Vec<(usize, usize)>>,
}

/// What is known of a file when it is matched.
pub(crate) struct Candidate<'a> {
    /// The path inside the source.
    pub(crate) path: &'a str,
    /// The id of the detected format.
    pub(crate) format: Option<&'a str>,
    /// Whether the source is a dataset repository.
    pub(crate) in_dataset: bool,
}

/// The signatures whose paths and formats fit, before words are looked for.
pub(crate) struct Shortlist {
    fitting: Vec<(usize, usize)>,
    /// Whether a fitting signature wants words.
    pub(crate) wants_words: bool,
}

impl Signatures {
    /// The embedded signatures.
    pub(crate) fn embedded() -> &'static Self {
        static COMPILED: OnceLock<Signatures> = OnceLock::new();
        COMPILED.get_or_init(|| {
            let files = overt_knowledge::under("components/")
                .iter()
                .filter_map(|entry| serde_json::from_str(entry.text).ok())
                .collect();
            let elsewhere: Elsewhere = overt_knowledge::entry("attribution/not-the-release.toml")
                .and_then(|entry| serde_json::from_str(entry.text).ok())
                .unwrap_or_default();
            Self::compile(files, &elsewhere)
        })
    }

    /// INVARIANT: a glob that does not compile matches nothing; a test holds every embedded glob and
    /// every embedded file to be valid.
    fn compile(files: Vec<ComponentFile>, elsewhere: &Elsewhere) -> Self {
        let mut globs = GlobSetBuilder::new();
        let mut glob_owners = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let mut word_owners: Vec<Vec<(usize, usize)>> = Vec::new();
        for (file_index, file) in files.iter().enumerate() {
            let mut add = |patterns: &[String], signature, excludes| {
                for pattern in patterns {
                    if let Ok(glob) = glob(pattern) {
                        globs.add(glob);
                        glob_owners.push((file_index, signature, excludes));
                    }
                }
            };
            add(&file.not_paths, None, true);
            for (index, signature) in file.signatures.iter().enumerate() {
                add(&signature.paths, Some(index), false);
                add(&signature.not_paths, Some(index), true);
            }
            for (index, signature) in file.signatures.iter().enumerate() {
                for word in &signature.contains {
                    let at = words
                        .iter()
                        .position(|known| known == word)
                        .unwrap_or_else(|| {
                            words.push(word.clone());
                            word_owners.push(Vec::new());
                            words.len() - 1
                        });
                    if let Some(owners) = word_owners.get_mut(at) {
                        owners.push((file_index, index));
                    }
                }
            }
        }
        let mut not_ours = GlobSetBuilder::new();
        for glob in elsewhere
            .paths
            .iter()
            .filter_map(|pattern| glob(pattern).ok())
        {
            not_ours.add(glob);
        }
        Self {
            elsewhere: not_ours.build().unwrap_or_else(|_| GlobSet::empty()),
            globs: globs.build().unwrap_or_else(|_| GlobSet::empty()),
            glob_owners,
            words: AhoCorasick::new(&words).ok(),
            word_owners,
            files,
        }
    }

    /// The signatures whose path, format and place fit.
    pub(crate) fn shortlist(&self, candidate: &Candidate<'_>) -> Shortlist {
        let mut shortlist = Shortlist {
            fitting: Vec::new(),
            wants_words: false,
        };
        if self.is_elsewhere(candidate.path) {
            return shortlist;
        }
        let mut excluded: Vec<(usize, Option<usize>)> = Vec::new();
        let mut included: Vec<(usize, usize)> = Vec::new();
        for glob in self.globs.matches(candidate.path) {
            match self.glob_owners.get(glob) {
                Some(&(file, signature, true)) => excluded.push((file, signature)),
                Some(&(file, Some(signature), false)) => included.push((file, signature)),
                _ => {}
            }
        }
        for (file_index, file) in self.files.iter().enumerate() {
            if excluded.contains(&(file_index, None)) {
                continue;
            }
            for (index, signature) in file.signatures.iter().enumerate() {
                let by_path = !signature.paths.is_empty();
                let by_format = !signature.formats.is_empty();
                let fits = (by_path || by_format)
                    && (!by_path || included.contains(&(file_index, index)))
                    && (!by_format || format_fits(signature, candidate.format))
                    && !excluded.contains(&(file_index, Some(index)))
                    && (signature.only_in != Some(OnlyIn::Dataset) || candidate.in_dataset);
                if fits {
                    shortlist.wants_words |= !signature.contains.is_empty();
                    shortlist.fitting.push((file_index, index));
                }
            }
        }
        shortlist
    }

    /// Whether a path is somebody else's work, or belongs to tests.
    pub(crate) fn is_elsewhere(&self, path: &str) -> bool {
        self.elsewhere.is_match(path)
    }

    /// The matches of a shortlist, given the beginning of the file: for each component the first
    /// signature that holds, strongest status first.
    pub(crate) fn decide(&'static self, shortlist: &Shortlist, head: &[u8]) -> Vec<FileMatch> {
        let mut found: Vec<((usize, usize), u64)> = Vec::new();
        if shortlist.wants_words {
            let head = head.get(..SEARCHED_BYTES).unwrap_or(head);
            let places = self.words.as_ref().map(|words| first_places(words, head));
            for (word, at) in places.into_iter().flatten() {
                for owner in self.word_owners.get(word).into_iter().flatten() {
                    if shortlist.fitting.contains(owner)
                        && !found.iter().any(|(known, _)| known == owner)
                    {
                        found.push((*owner, at));
                    }
                }
            }
        }
        let mut matches: Vec<FileMatch> = Vec::new();
        for &(file_index, index) in &shortlist.fitting {
            let Some(file) = self.files.get(file_index) else {
                continue;
            };
            let Some(signature) = file.signatures.get(index) else {
                continue;
            };
            let word_at = if signature.contains.is_empty() {
                None
            } else {
                match found
                    .iter()
                    .find(|(owner, _)| *owner == (file_index, index))
                {
                    Some(&(_, at)) => Some(at),
                    None => continue,
                }
            };
            let candidate = FileMatch {
                kind: file.id,
                role: &signature.role,
                status: signature.status,
                supporting: signature.supporting,
                word_at,
            };
            match matches.iter_mut().find(|known| known.kind == file.id) {
                // Statuses are ordered from the strongest on.
                Some(known) if candidate.rank() < known.rank() => *known = candidate,
                Some(_) => {}
                None => matches.push(candidate),
            }
        }
        matches
    }

    /// Every signature that a card can fulfil: a field, a section, a link or a kind of card.
    pub(crate) fn of_cards(
        &'static self,
    ) -> impl Iterator<Item = (ComponentKind, &'static Signature)> {
        self.files.iter().flat_map(|file| {
            file.signatures
                .iter()
                .filter(|signature| {
                    signature.card_field.is_some()
                        || signature.section.is_some()
                        || signature.link.is_some()
                        || signature.card.is_some()
                })
                .map(|signature| (file.id, signature))
        })
    }
}

impl FileMatch {
    fn rank(&self) -> (bool, Status) {
        (self.supporting, self.status)
    }
}

/// Every word that stands in the text, with its first place, in the order of first places' ends.
fn first_places(words: &AhoCorasick, text: &[u8]) -> Vec<(usize, u64)> {
    let mut seen = vec![false; words.patterns_len()];
    let mut places = Vec::new();
    for hit in words.find_overlapping_iter(text) {
        let word = hit.pattern().as_usize();
        if let Some(seen) = seen.get_mut(word)
            && !std::mem::replace(seen, true)
        {
            places.push((word, hit.start() as u64));
        }
    }
    places
}

fn format_fits(signature: &Signature, format: Option<&str>) -> bool {
    format.is_some_and(|format| signature.formats.iter().any(|known| known == format))
}

/// A glob as this room reads it: case-insensitive, `*` never crosses a slash.
pub(crate) fn glob(pattern: &str) -> Result<globset::Glob, globset::Error> {
    GlobBuilder::new(pattern)
        .case_insensitive(true)
        .literal_separator(true)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_component_file_is_valid_and_every_glob_compiles() {
        for entry in overt_knowledge::under("components/") {
            let file: ComponentFile = serde_json::from_str(entry.text)
                .unwrap_or_else(|error| panic!("{}: {error}", entry.path));
            assert_eq!(entry.path, format!("components/{}.toml", file.id));
            let signatures = file.signatures.iter();
            let patterns = signatures.flat_map(|s| s.paths.iter().chain(&s.not_paths));
            for pattern in patterns.chain(&file.not_paths) {
                assert!(glob(pattern).is_ok(), "{}: {pattern}", entry.path);
            }
        }
    }

    fn kinds(path: &str, format: Option<&str>, head: &str) -> Vec<(&'static str, Status)> {
        let signatures = Signatures::embedded();
        let shortlist = signatures.shortlist(&Candidate {
            path,
            format,
            in_dataset: false,
        });
        signatures
            .decide(&shortlist, head.as_bytes())
            .iter()
            .map(|found| (found.kind.id(), found.status))
            .collect()
    }

    #[test]
    fn a_training_loop_is_training_code_and_a_finetuning_script_only_partly() {
        assert_eq!(
            kinds("olmo/train.py", None, "loss.backward()"),
            [("training-code", Status::Released)]
        );
        assert_eq!(
            kinds(
                "finetune.py",
                None,
                "trainer = Trainer(model)\nloss.backward()"
            ),
            [("training-code", Status::PartlyReleased)]
        );
        assert_eq!(kinds("tests/train.py", None, "loss.backward()"), []);
        assert_eq!(kinds("train.py", None, "print('choo choo')"), []);
    }

    #[test]
    fn weights_are_known_by_their_format_and_checkpoints_by_their_folder() {
        assert_eq!(
            kinds("model.safetensors", Some("safetensors"), ""),
            [("final-parameters", Status::Released)]
        );
        assert_eq!(
            kinds("checkpoint-500/model.safetensors", Some("safetensors"), ""),
            [("intermediate-parameters", Status::Released)]
        );
    }
}
