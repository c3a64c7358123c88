//! From one file to its facts. Files are independent of each other, so this runs in parallel; the
//! order of the result is the order of the list.

mod card;
mod license_file;
mod package;
mod read;
mod source_code;
mod weights;

use overt_artifact::Format;
use overt_core::{Evidence, Expression, Problem, Strength};
use overt_license::{Resolution, resolve};
use rayon::prelude::*;

use crate::claim::Meaning;
use crate::facts::FileFacts;
use crate::manifest;
use crate::signature::{Candidate, SEARCHED_BYTES, Signatures};
use crate::source::{ListedFile, Opened};
use crate::wording::LicenseFileNames;
use read::Reader;

/// What every reader of this room is given.
pub(crate) struct Context<'a> {
    /// The source's place in the release.
    pub(crate) index: usize,
    /// The source's label.
    pub(crate) label: &'a str,
    /// The source.
    pub(crate) source: &'a Opened,
    /// How license files are named.
    pub(crate) names: &'static LicenseFileNames,
    /// How components show in files.
    pub(crate) signatures: &'static Signatures,
}

impl Context<'_> {
    /// Evidence in a file of this source.
    pub(crate) fn evidence(
        &self,
        path: &str,
        strength: Strength,
        method: &'static str,
    ) -> Evidence {
        Evidence::file(self.label, path, strength, method)
    }
}

/// The facts of every file, in list order.
pub(crate) fn gather(context: &Context<'_>, files: &[ListedFile]) -> Vec<FileFacts> {
    files
        .par_iter()
        .map(|file| facts_of(context, file))
        .collect()
}

fn facts_of(context: &Context<'_>, file: &ListedFile) -> FileFacts {
    let mut facts = FileFacts {
        source: context.index,
        label: context.label.to_owned(),
        path: file.path.clone(),
        bytes: file.bytes,
        ..FileFacts::default()
    };
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let sort = Sort::of(context, &file.path, name);
    if sort == Sort::Other && file.bytes == 0 {
        return facts;
    }
    if sort == Sort::Unread {
        classify(context, &mut facts, None, &[]);
        return facts;
    }
    let mut reader = match Reader::open(file) {
        Ok(reader) => reader,
        Err(problem) => {
            facts.problems.push(problem);
            place_problems(&mut facts);
            return facts;
        }
    };
    if let Some(bytes) = reader.lfs_pointer() {
        facts.is_pointer = true;
        facts.bytes = bytes;
        let format = Format::detect(name, &[]).or_else(|| weights::by_extension(name));
        classify(context, &mut facts, format.map(Format::id), &[]);
    } else {
        match sort {
            Sort::Weights => weights::gather(context, &mut reader, name, &mut facts),
            Sort::License(role) => {
                license_file::gather(context, &mut reader, name, role, &mut facts);
            }
            Sort::Card => card::gather(context, &mut reader, &mut facts),
            Sort::Package => package::gather(context, &mut reader, name, &mut facts),
            Sort::Manifest => read_manifest(&mut reader, &mut facts),
            Sort::Config => package::gather_config(context, &mut reader, name, &mut facts),
            Sort::Source => source_code::gather(context, &mut reader, name, &mut facts),
            Sort::Other => {
                let head = reader.head(SEARCHED_BYTES);
                classify(context, &mut facts, None, &head);
            }
            Sort::Unread => {}
        }
    }
    facts.bytes_read = reader.bytes_read();
    facts.problems.append(&mut reader.into_problems());
    place_problems(&mut facts);
    facts
}

/// Whether bytes are no text: text holds no zero bytes, unless it is UTF-16 with its mark.
fn is_binary(bytes: &[u8]) -> bool {
    let is_utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    bytes.contains(&0) && !is_utf16
}

/// Adds the components that a file shows by its path, its format and its words.
fn classify(context: &Context<'_>, facts: &mut FileFacts, format: Option<&str>, head: &[u8]) {
    let candidate = Candidate {
        path: &facts.path,
        format,
        in_dataset: context.source.is_dataset,
    };
    let shortlist = context.signatures.shortlist(&candidate);
    facts.matches = context.signatures.decide(&shortlist, head);
}

fn place_problems(facts: &mut FileFacts) {
    for problem in &mut facts.problems {
        facts.label.clone_into(&mut problem.source);
        facts.path.clone_into(&mut problem.path);
    }
}

fn read_manifest(reader: &mut Reader, facts: &mut FileFacts) {
    let Some(bytes) = reader.whole() else { return };
    let (found, problems) = manifest::parse(&bytes);
    facts.problems.extend::<Vec<Problem>>(problems);
    if let Some(found) = &found {
        let text = String::from_utf8_lossy(&bytes);
        for id in found.components.keys() {
            if let Some(line) = manifest::line_with(&text, id) {
                facts.manifest_lines.push((id.clone(), line));
            }
        }
    }
    facts.manifest = found;
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// Its header is inspected.
    Weights,
    /// Its whole text is identified.
    License(license_file::Role),
    /// It is a card or README.
    Card,
    /// It is package metadata.
    Package,
    /// It is `overt.toml`.
    Manifest,
    /// It is a model's configuration.
    Config,
    /// It is source code: its head is read.
    Source,
    /// It is listed; read only if a signature asks for its words.
    Other,
    /// It is listed and classified by its path alone.
    Unread,
}

impl Sort {
    fn of(context: &Context<'_>, path: &str, name: &str) -> Self {
        let lower = name.to_ascii_lowercase();
        let extension = lower
            .rsplit_once('.')
            .map_or("", |(_, extension)| extension);
        if path == manifest::FILE_NAME {
            return Self::Manifest;
        }
        if let Some(role) = license_file::Role::of(context.names, path, &lower) {
            return Self::License(role);
        }
        if matches!(extension, "md" | "markdown" | "mdx" | "rst") || lower.starts_with("readme") {
            return Self::Card;
        }
        if overt_artifact::package::PackageFile::of(name).is_some() {
            return Self::Package;
        }
        if overt_artifact::config::is_config(name) {
            return Self::Config;
        }
        if weights::may_be_weights(extension, &lower) {
            return Self::Weights;
        }
        if source_code::is_source(extension) {
            return Self::Source;
        }
        // Images, archives and the like are known by their paths.
        if matches!(
            extension,
            "json" | "yaml" | "yml" | "gin" | "toml" | "txt" | "cfg" | "ini" | "html"
        ) {
            return Self::Other;
        }
        Self::Unread
    }
}

/// What a license's name means.
pub(crate) fn meaning_of(name: &str) -> Meaning {
    match resolve(name) {
        Resolution::Known { expression } => Meaning::Known(expression),
        Resolution::Ambiguous { candidates, .. } => Meaning::OneOf(candidates),
        Resolution::SaysNothing => Meaning::Nothing,
        Resolution::Custom { .. } | Resolution::Unrecognized { .. } => {
            Meaning::Unrecognized { nearest: None }
        }
    }
}

/// Several names that one file gives for the same thing: all apply.
fn all_of(meanings: Vec<Meaning>) -> Option<Meaning> {
    let mut known: Vec<Expression> = Vec::new();
    let mut rest: Option<Meaning> = None;
    for meaning in meanings {
        match meaning {
            Meaning::Known(expression) => known.push(expression),
            other => rest = rest.or(Some(other)),
        }
    }
    match rest {
        // One unknown part leaves the whole unknown; one that says nothing adds nothing.
        Some(rest @ Meaning::Unrecognized { .. }) => Some(rest),
        rest => Expression::all_of(known).map(Meaning::Known).or(rest),
    }
}
