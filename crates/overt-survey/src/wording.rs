//! How license files are named and what a word says of a license's subject:
//! `knowledge/attribution/license-files.toml`.

use std::sync::OnceLock;

use globset::{GlobSet, GlobSetBuilder};
use overt_core::{ComponentKind, ComponentType, Expression};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The schema of `knowledge/attribution/license-files.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LicenseFilesFile {
    /// Globs of the names of license files, in lower case.
    pub license_files: Vec<String>,
    /// Globs of names that hold no license text all the same.
    pub not_license_files: Vec<String>,
    /// Folders whose every text file is a license file.
    pub license_folders: Vec<String>,
    /// Globs of the names of notices.
    pub notice_files: Vec<String>,
    /// Globs of the names of use policies.
    pub policy_files: Vec<String>,
    /// Runs of words, in lower case, by which a header only points at a license file.
    pub pointing_words: Vec<String>,
    /// Ids that stand for terms that are elsewhere.
    pub pointing_ids: Vec<String>,
    /// Parts of sentences, in lower case, that say that something is licensed.
    pub granting: Vec<String>,
    /// Parts of sentences, in lower case, that are about the release itself.
    pub of_itself: Vec<String>,
    /// What words single out.
    #[serde(rename = "subject")]
    pub subjects: Vec<SubjectWords>,
}

/// Words that say what a license is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SubjectWords {
    /// Whole words, in lower case.
    pub words: Vec<String>,
    /// Every component of these types.
    #[serde(default)]
    pub types: Vec<ComponentType>,
    /// These components.
    #[serde(default)]
    pub components: Vec<ComponentKind>,
}

fn has_any(text: &str, parts: &[String]) -> bool {
    parts.iter().any(|part| text.contains(part.as_str()))
}

/// The names of license files, compiled.
pub(crate) struct LicenseFileNames {
    facts: LicenseFilesFile,
    license: GlobSet,
    not_license: GlobSet,
    notice: GlobSet,
    policy: GlobSet,
}

impl LicenseFileNames {
    /// The embedded names.
    pub(crate) fn embedded() -> &'static Self {
        static NAMES: OnceLock<LicenseFileNames> = OnceLock::new();
        NAMES.get_or_init(|| {
            let facts: LicenseFilesFile = overt_knowledge::entry("attribution/license-files.toml")
                .and_then(|entry| serde_json::from_str(entry.text).ok())
                .unwrap_or_default();
            Self {
                license: set(&facts.license_files),
                not_license: set(&facts.not_license_files),
                notice: set(&facts.notice_files),
                policy: set(&facts.policy_files),
                facts,
            }
        })
    }

    /// Whether a file of this name (in lower case) is a use policy.
    pub(crate) fn is_policy(&self, name: &str) -> bool {
        self.policy.is_match(name) && !self.not_license.is_match(name)
    }

    /// Whether a file of this name is a notice.
    pub(crate) fn is_notice(&self, name: &str) -> bool {
        self.notice.is_match(name) && !self.not_license.is_match(name)
    }

    /// Whether a file of this name in this folder is a license file.
    pub(crate) fn is_license(&self, folder: &str, name: &str) -> bool {
        if self.not_license.is_match(name) {
            return false;
        }
        let parent = folder
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let in_folder = self
            .facts
            .license_folders
            .iter()
            .any(|known| known == parent);
        self.license.is_match(name) || in_folder
    }

    /// Whether a folder is a collection of license files: what stands in it governs nothing there.
    pub(crate) fn is_collection(&self, folder: &str) -> bool {
        let parent = folder
            .trim_end_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        self.facts
            .license_folders
            .iter()
            .any(|known| known.eq_ignore_ascii_case(parent))
    }

    /// Whether a sentence says that something is licensed.
    pub(crate) fn grants(&self, sentence: &str) -> bool {
        has_any(&sentence.to_lowercase(), &self.facts.granting)
    }

    /// Whether a sentence says of the release that it stands in that it is licensed.
    pub(crate) fn grants_itself(&self, sentence: &str) -> bool {
        let lower = sentence.to_lowercase();
        has_any(&lower, &self.facts.of_itself) && has_any(&lower, &self.facts.granting)
    }

    /// Whether a header only points at a license file.
    pub(crate) fn only_points(&self, text: &str, license: &Expression) -> bool {
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let text = words.join(" ").to_lowercase();
        self.facts
            .pointing_words
            .iter()
            .any(|words| text.contains(words.as_str()))
            || license.licenses().iter().all(|one| {
                self.facts
                    .pointing_ids
                    .iter()
                    .any(|id| id == one.id.as_str())
            })
    }

    /// The components that the words of a text single out; empty if none does.
    pub(crate) fn subjects(&self, text: &str) -> Vec<ComponentKind> {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let mut kinds: Vec<ComponentKind> = Vec::new();
        for subject in &self.facts.subjects {
            let is_said = |word: &String| {
                if word.is_ascii() {
                    words.contains(&word.as_str())
                } else {
                    // Scripts without spaces between words.
                    lower.contains(word.as_str())
                }
            };
            if !subject.words.iter().any(is_said) {
                continue;
            }
            let typed = ComponentKind::ALL
                .into_iter()
                .filter(|kind| subject.types.contains(&kind.component_type()));
            for kind in typed.chain(subject.components.iter().copied()) {
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
        }
        kinds.sort();
        kinds
    }
}

/// INVARIANT: a glob that does not compile matches nothing; a test holds every glob to be valid.
fn set(patterns: &[String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        if let Ok(glob) = crate::signature::glob(pattern) {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_else(|_| GlobSet::empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_file_is_valid_and_every_glob_compiles() {
        let entry = overt_knowledge::entry("attribution/license-files.toml").expect("embedded");
        let facts: LicenseFilesFile = serde_json::from_str(entry.text).expect("valid");
        let all = facts.license_files.iter().chain(&facts.not_license_files);
        for pattern in all.chain(&facts.notice_files).chain(&facts.policy_files) {
            assert!(crate::signature::glob(pattern).is_ok(), "{pattern}");
        }
    }

    #[test]
    fn names_tell_licenses_from_code() {
        let names = LicenseFileNames::embedded();
        for name in [
            "license",
            "license.txt",
            "license-code",
            "copying.lesser",
            "model_license",
        ] {
            assert!(names.is_license("", name), "{name}");
        }
        for name in ["license_checker.py", "readme.md", "modeling.py"] {
            assert!(!names.is_license("", name), "{name}");
        }
        assert!(names.is_license("licenses/", "apache.txt"));
        assert!(names.is_policy("use_policy.md"));
    }

    #[test]
    fn words_single_out_components() {
        let names = LicenseFileNames::embedded();
        assert_eq!(
            names.subjects("LICENSE-MODEL"),
            [
                ComponentKind::FinalParameters,
                ComponentKind::IntermediateParameters
            ]
        );
        assert!(
            names
                .subjects("LICENSE-CODE")
                .contains(&ComponentKind::TrainingCode)
        );
        assert_eq!(names.subjects("LICENSE"), []);
    }
}
