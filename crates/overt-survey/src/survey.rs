//! The whole way from what the user gave to one release.

use overt_core::{Problem, Release, Source};
use thiserror::Error;

use crate::assemble::assemble;
use crate::gather::{Context, gather};
use crate::signature::Signatures;
use crate::source::{self, Opened, Options};
use crate::wording::LicenseFileNames;

/// A release and what it took to read it.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The release.
    pub release: Release,
    /// How many files were listed.
    pub files: u64,
    /// How many bytes were read.
    pub bytes_read: u64,
}

/// Why there is no release.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SurveyError {
    /// Nothing was given.
    #[error("no path was given")]
    NothingGiven,
    /// None of what was given can be read.
    #[error("nothing could be read")]
    NothingReadable {
        /// One problem for each path that was given.
        problems: Vec<Problem>,
    },
}

/// Surveys everything that was given as one release.
///
/// What is given is a directory, a hub snapshot, a git checkout, a file, or the id of a repository in
/// a local hub cache. What cannot be read becomes a problem of the release; only if nothing at all
/// can be read is there no release.
pub fn survey(given: &[String], options: &Options) -> Result<Survey, SurveyError> {
    if given.is_empty() {
        return Err(SurveyError::NothingGiven);
    }
    let mut problems = Vec::new();
    let mut opened: Vec<Opened> = Vec::new();
    for path in given {
        match source::open(path, options) {
            Ok(source) if opened.iter().any(|known| known.root == source.root) => {}
            Ok(source) => opened.push(source),
            Err(problem) => problems.push(problem),
        }
    }
    let mut sources: Vec<Source> = Vec::new();
    let mut facts = Vec::new();
    for source in &opened {
        let label = label(source, &sources);
        let (files, mut listing_problems) = source::list(source);
        for problem in &mut listing_problems {
            label.clone_into(&mut problem.source);
        }
        let context = Context {
            index: sources.len(),
            label: &label,
            source,
            names: LicenseFileNames::embedded(),
            signatures: Signatures::embedded(),
        };
        let gathered = gather(&context, &files);
        let loses = |problem: &Problem| problem.loses_facts;
        let incomplete = listing_problems.iter().any(loses)
            || gathered.iter().flat_map(|file| &file.problems).any(loses);
        sources.push(Source {
            label,
            kind: source.kind,
            given: source.given.clone(),
            revision: source.revision.clone(),
            files: files.len() as u64,
            incomplete,
        });
        problems.extend(listing_problems);
        facts.extend(gathered);
    }
    if facts.is_empty() {
        if problems.is_empty() {
            problems = opened.iter().map(empty).collect();
        }
        return Err(SurveyError::NothingReadable { problems });
    }
    let files = facts.len() as u64;
    let bytes_read = facts.iter().map(|file| file.bytes_read).sum();
    let name = opened.first().map(name_of).unwrap_or_default();
    let release = assemble(&name, sources, facts, problems);
    Ok(Survey {
        release,
        files,
        bytes_read,
    })
}

fn empty(source: &Opened) -> Problem {
    Problem::new(
        overt_core::ProblemKind::Empty,
        "the directory holds no files",
    )
    .within(&source.given, "")
}

/// What evidence calls a source: its hub id, or the last part of its path; unique.
fn label(source: &Opened, known: &[Source]) -> String {
    let base = name_of(source);
    let taken = |label: &str| known.iter().any(|source| source.label == label);
    if !taken(&base) {
        return base;
    }
    (2_u32..=u32::MAX)
        .map(|n| format!("{base}-{n}"))
        .find(|label| !taken(label))
        .unwrap_or(base)
}

fn name_of(source: &Opened) -> String {
    source.hub_id.clone().unwrap_or_else(|| {
        let root = source
            .root
            .canonicalize()
            .unwrap_or_else(|_| source.root.clone());
        let name = root.file_name().unwrap_or(root.as_os_str());
        name.to_string_lossy().into_owned()
    })
}
