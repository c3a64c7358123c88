//! `overt license identify`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use overt_core::Problem;
use overt_license::{Identification, MatchKind, UnknownText};
use rayon::prelude::*;
use serde::Serialize;

use crate::cli::Format;
use crate::message::{self, Failure};

/// The largest file that is read, in bytes.
const LARGEST: u64 = 256 << 20;

/// One file and what was found in it.
#[derive(Serialize)]
struct Identified {
    path: String,
    #[serde(flatten)]
    found: Identification,
}

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  overt license identify LICENSE\n  overt license identify --format json src/"
)]
pub(crate) struct IdentifyArgs {
    /// Files, or folders whose files are all looked at.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &IdentifyArgs) -> Result<u8, Failure> {
    // Files are read while folders are still being listed.
    let mut results: Vec<(PathBuf, Result<Identified, String>)> = args
        .paths
        .iter()
        .flat_map(|path| files(path))
        .par_bridge()
        .map(|file| match file {
            Ok(path) => {
                let result = identify(&path);
                (path, result)
            }
            Err(problem) => (PathBuf::new(), Err(problem)),
        })
        .collect();
    if results.is_empty() {
        return Err(Failure::new("there are no files in what was given"));
    }
    results.par_sort_unstable_by(|(a, _), (b, _)| {
        a.as_os_str()
            .as_encoded_bytes()
            .cmp(b.as_os_str().as_encoded_bytes())
    });
    results.dedup_by(|(b, second), (a, first)| a == b && first.is_ok() && second.is_ok());
    let mut found = Vec::new();
    let mut lines = Vec::new();
    for (_, result) in results {
        match result {
            Ok(one) => found.push(one),
            Err(line) => lines.push(line),
        }
    }
    lines.sort();
    if found.is_empty() {
        return Err(Failure { lines, hint: None });
    }
    for line in &lines {
        message::note(line);
    }
    let text = match args.format {
        Format::Json => overt_report::json(&found)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
        Format::Terminal => {
            // Of many files only those that say something are of interest.
            let alone = found.len() == 1;
            found
                .iter()
                .filter(|one| alone || says_something(&one.found))
                .map(shown)
                .collect()
        }
    };
    message::answer(&text)?;
    Ok(overt_report::exit::MET)
}

fn says_something(found: &Identification) -> bool {
    found.expression.is_some() || !found.unknown.is_empty()
}

/// Every file below a path, or what could not be listed.
fn files(path: &Path) -> impl Iterator<Item = Result<PathBuf, String>> + Send + use<> {
    ignore::WalkBuilder::new(path)
        .standard_filters(false)
        .filter_entry(|entry| entry.file_name() != ".git")
        .build()
        .filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                Some(Ok(entry.into_path()))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error.to_string())),
        })
}

fn identify(path: &Path) -> Result<Identified, String> {
    let shown = path.display().to_string();
    let size = std::fs::metadata(path)
        .map_err(|error| format!("{shown}: {error}"))?
        .len();
    if size > LARGEST {
        return Err(format!(
            "{shown}: {size} bytes is more than is read ({LARGEST})"
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{shown}: {error}"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Ok(Identified {
        path: shown,
        found: overt_license::identify_named(&name, &bytes),
    })
}

fn shown(one: &Identified) -> String {
    let found = &one.found;
    let expression = match (&found.expression, found.unknown.first()) {
        (Some(expression), _) => expression.to_string(),
        (None, Some(_)) => "unknown terms".to_owned(),
        (None, None) => "no license".to_owned(),
    };
    let mut text = format!("{}: {expression}\n", one.path);
    for one in &found.matches {
        let how = match one.how {
            MatchKind::Near { coverage } => format!("near, {:.1} % covered", coverage * 100.0),
            kind => kind.as_str().to_owned(),
        };
        let _ = writeln!(
            text,
            "    {} ({how}, confidence {:.2}) lines {}-{}",
            one.license, one.confidence, one.lines.0, one.lines.1
        );
        for passage in one
            .modified
            .iter()
            .flat_map(|change| &change.passages)
            .take(8)
        {
            let _ = writeln!(text, "      {}", difference(passage));
        }
    }
    for unknown in &found.unknown {
        text.push_str(&unknown_terms(unknown));
    }
    for problem in &found.problems {
        let problem: &Problem = problem;
        let _ = writeln!(text, "    {}", message::problem_line(problem));
    }
    text
}

fn unknown_terms(unknown: &UnknownText) -> String {
    let mut text = format!(
        "    unknown terms, lines {}-{}",
        unknown.lines.0, unknown.lines.1
    );
    if let Some(nearest) = &unknown.nearest {
        let _ = write!(
            text,
            "; nearest is {nearest} ({:.0} %)",
            unknown.similarity * 100.0
        );
    }
    text.push('\n');
    for passage in unknown.differs.iter().take(6) {
        let _ = writeln!(text, "      {}", difference(passage));
    }
    for clause in &unknown.clauses {
        let _ = writeln!(
            text,
            "      {} {} at lines {}-{}: {}",
            clause.group, clause.kind, clause.lines.0, clause.lines.1, clause.says
        );
    }
    text
}

fn difference(passage: &overt_license::Passage) -> String {
    let cut = |words: &str| {
        let short: Vec<&str> = words.split_whitespace().take(14).collect();
        let more = if words.split_whitespace().count() > short.len() {
            " …"
        } else {
            ""
        };
        format!("{}{more}", short.join(" "))
    };
    match (passage.here_words, passage.canonical_words) {
        (0, missing) if passage.canonical.is_empty() => {
            format!("line {}: {missing} words are missing", passage.lines.0)
        }
        (0, _) => format!("line {}: - {}", passage.lines.0, cut(&passage.canonical)),
        (_, 0) => format!("line {}: + {}", passage.lines.0, cut(&passage.here)),
        (_, missing) if passage.canonical.is_empty() => {
            format!(
                "line {}: + {} (for {missing} words)",
                passage.lines.0,
                cut(&passage.here)
            )
        }
        _ => format!(
            "line {}: - {} + {}",
            passage.lines.0,
            cut(&passage.canonical),
            cut(&passage.here)
        ),
    }
}
