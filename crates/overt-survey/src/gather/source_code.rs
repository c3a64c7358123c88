//! Source files: what their heads say of licenses, what their words say of their part.

use overt_core::{Span, Strength};

use super::read::Reader;
use super::{Context, classify};
use crate::claim::{Claim, ClaimKind, Subject};
use crate::facts::FileFacts;
use crate::signature::SEARCHED_BYTES;

/// How much of a file's beginning is read for license tags and notices.
const HEAD: usize = 8 << 10;

/// Whether files with this ending are source code.
pub(super) fn is_source(extension: &str) -> bool {
    matches!(
        extension,
        "py" | "pyi"
            | "pyx"
            | "ipynb"
            | "sh"
            | "bash"
            | "c"
            | "cc"
            | "cpp"
            | "cxx"
            | "cu"
            | "cuh"
            | "h"
            | "hh"
            | "hpp"
            | "m"
            | "mm"
            | "metal"
            | "rs"
            | "go"
            | "java"
            | "kt"
            | "scala"
            | "swift"
            | "js"
            | "mjs"
            | "jsx"
            | "ts"
            | "tsx"
            | "vue"
            | "jl"
            | "r"
            | "lua"
            | "rb"
            | "pl"
            | "php"
            | "cs"
            | "zig"
            | "sql"
            | "proto"
            | "cmake"
            | "bat"
            | "ps1"
    )
}

pub(super) fn gather(
    context: &Context<'_>,
    reader: &mut Reader,
    name: &str,
    facts: &mut FileFacts,
) {
    let bytes = reader.head(SEARCHED_BYTES);
    classify(context, facts, None, &bytes);
    let head = bytes.get(..HEAD).unwrap_or(&bytes);
    // A notebook's notices stand in its cells, anywhere.
    let head = if facts.path.ends_with(".ipynb") {
        &bytes
    } else {
        head
    };
    if !speaks_of_licenses(head) {
        return;
    }
    let found = overt_license::identify_named(name, head);
    let Some(expression) = found.expression else {
        return;
    };
    if context
        .names
        .only_points(&around(head, &found.matches), &expression)
    {
        return;
    }
    let span = found
        .matches
        .first()
        .map(|first| Span::Lines(first.lines.0, first.lines.1));
    let evidence = context
        .evidence(&facts.path, Strength::Observed, "source-header")
        .saying(expression.to_string());
    facts.claims.push(Claim {
        kind: ClaimKind::FileHeader,
        written: expression.to_string(),
        meaning: super::license_file::recognized(&expression),
        subject: Subject::ItsFile,
        is_policy: false,
        source: context.index,
        evidence: super::weights::at(evidence, span),
    });
}

/// The text of the matches, with the lines that they stand in.
fn around(head: &[u8], matches: &[overt_license::LicenseMatch]) -> String {
    let text = String::from_utf8_lossy(head);
    let first = matches
        .iter()
        .map(|one| one.lines.0)
        .min()
        .unwrap_or(1)
        .max(1) as usize;
    let last = matches.iter().map(|one| one.lines.1).max().unwrap_or(1) as usize;
    let lines = text
        .lines()
        .skip(first - 1)
        .take((last + 1).saturating_sub(first));
    lines.collect::<Vec<_>>().join(" ")
}

/// Whether it is worth looking closer.
fn speaks_of_licenses(head: &[u8]) -> bool {
    const WORDS: [&[u8]; 6] = [
        b"icense",
        b"ICENSE",
        b"SPDX",
        b"icence",
        b"ublic domain",
        b"edistribution",
    ];
    WORDS
        .iter()
        .any(|word| memchr::memmem::find(head, word).is_some())
}
