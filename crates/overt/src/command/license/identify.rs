//! `overt license identify`.

mod tree;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use overt_core::Problem;
use overt_license::{Identification, MatchKind, UnknownText};
use serde::Serialize;

use tree::{LookedAt, look_at};

use crate::cli::Format;
use crate::message::{self, Failure};

/// One file and what was found in it.
#[derive(Serialize)]
struct Identified {
    path: String,
    #[serde(flatten)]
    found: Identification,
}

impl Identified {
    fn new(path: &Path, found: Identification) -> Self {
        Self {
            path: path.display().to_string(),
            found,
        }
    }
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
    match args.format {
        // Each thread writes what it found.
        Format::Json => {
            let found = told(look_at(&args.paths, |path, found| {
                overt_report::json_item(&Identified::new(path, found))
                    .map_err(|error| format!("{}: cannot write JSON: {error}", path.display()))
            }))?;
            message::answer_in_parts(overt_report::json_list(&found))?;
        }
        Format::Terminal => {
            let found = told(look_at(&args.paths, |path, found| {
                Ok(Identified::new(path, found))
            }))?;
            message::answer(&match found.as_slice() {
                [alone] => shown(alone),
                many => many_shown(many),
            })?;
        }
    }
    Ok(overt_report::exit::MET)
}

/// What is told of the files that could be read; of the others the reasons are printed.
fn told<T>(looked_at: Vec<LookedAt<T>>) -> Result<Vec<T>, Failure> {
    if looked_at.is_empty() {
        return Err(Failure::new("there are no files in what was given"));
    }
    let mut found = Vec::with_capacity(looked_at.len());
    let mut lines = Vec::new();
    for one in looked_at {
        match one.result {
            Ok(result) => found.push(result),
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
    Ok(found)
}

/// Of many files only those that say something, and then how many say what.
fn many_shown(files: &[Identified]) -> String {
    let mut text = String::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let says_something =
        |one: &&Identified| one.found.expression.is_some() || !one.found.unknown.is_empty();
    for one in files.iter().filter(says_something) {
        text.push_str(&shown(one));
        *counts.entry(named(&one.found)).or_default() += 1;
    }
    let saying: usize = counts.values().sum();
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|(a, first), (b, second)| second.cmp(first).then_with(|| a.cmp(b)));
    if !text.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{saying} of {} files name licenses or terms",
        files.len()
    );
    let width = counts.first().map_or(0, |(_, most)| most.to_string().len());
    for (name, count) in counts {
        let _ = writeln!(text, "  {count:>width$}  {name}");
    }
    text
}

/// What a file as a whole says.
fn named(found: &Identification) -> String {
    match (&found.expression, found.unknown.first()) {
        (Some(expression), _) => expression.to_string(),
        (None, Some(_)) => "unknown terms".to_owned(),
        (None, None) => "no license".to_owned(),
    }
}

fn shown(one: &Identified) -> String {
    let found = &one.found;
    let mut text = format!("{}: {}\n", one.path, named(found));
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
    if !found.beside.is_empty() {
        text.push_str("    beside the license, and explained by none:\n");
    }
    for passage in &found.beside {
        let _ = writeln!(text, "      {}", difference(passage));
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
