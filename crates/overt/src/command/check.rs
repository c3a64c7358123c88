//! `overt check`.

use std::borrow::Cow;
use std::path::Path;

use overt_core::Verdict;
use overt_decide::{Definition, EmbeddedLicenses, Evaluation};
use overt_report::terminal::{self, Detail};
use overt_report::{Asked, CheckReport};
use overt_survey::{Options, SurveyError};

use super::subject::{Subject, subject};
use crate::cli::{CheckArgs, Format};
use crate::message::{self, Failure};

/// What is evaluated when nothing is asked for.
pub(super) const USUAL: [&str; 4] = ["osaid-1.0", "mof-3", "mof-2", "mof-1"];

pub(crate) fn run(args: &CheckArgs) -> Result<u8, Failure> {
    let definitions = definitions(args)?;
    let Subject { release, read } = subject(&args.paths, &Options::from_env())?;
    let today = super::today::today();
    let evaluations: Vec<Evaluation> = definitions
        .iter()
        .map(|definition| {
            overt_decide::evaluate_on(&release, definition, &EmbeddedLicenses, Some(&today))
        })
        .collect();
    let freedoms = overt_decide::freedoms(&release, &EmbeddedLicenses);
    let of_all = overt_decide::release_freedoms(&release, &EmbeddedLicenses);
    let require = args
        .require
        .iter()
        .map(|asked| id_of(asked, &definitions))
        .collect();
    let asked = Asked {
        require,
        strict: args.strict,
    };
    let uses = super::uses::answers(args, &release)?;
    let mut report = CheckReport::new(release, evaluations, freedoms, asked, read)
        .with_freedoms_of_all(of_all)
        .with_uses(uses);
    if args.nearest || asks_for_all(args) {
        report = report.with_nearest();
    }

    if let Some(wanted) = &args.explain {
        return explain(&report, wanted);
    }
    let text = match args.format {
        Format::Json => overt_report::json(&report)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
        Format::Terminal => terminal::check(&report, detail(args)),
    };
    message::answer(&text)?;
    if report.answer.verdict == Some(Verdict::Undetermined) && !args.strict {
        message::note("what was required is undetermined; --strict makes that an error");
    }
    Ok(report.answer.exit_code)
}

fn asks_for_all(args: &CheckArgs) -> bool {
    args.definition.iter().any(|asked| asked == "all")
}

fn detail(args: &CheckArgs) -> Detail {
    match (args.quiet, args.verbose) {
        (true, _) => Detail::Brief,
        (_, true) => Detail::Full,
        _ => Detail::Normal,
    }
}

/// The definitions to evaluate: those required first, then those asked for, or the usual ones.
fn definitions(args: &CheckArgs) -> Result<Vec<Cow<'static, Definition>>, Failure> {
    let mut chosen: Vec<Cow<'static, Definition>> = Vec::new();
    let mut add = |definition: Cow<'static, Definition>| {
        let same = |known: &Cow<'_, Definition>| {
            (&known.id, &known.version) == (&definition.id, &definition.version)
        };
        if !chosen.iter().any(same) {
            chosen.push(definition);
        }
    };
    for asked in args.require.iter().chain(&args.definition) {
        if asked == "all" {
            newest().map(Cow::Borrowed).for_each(&mut add);
        } else {
            add(find(asked)?);
        }
    }
    if args.nearest && args.definition.is_empty() {
        newest().map(Cow::Borrowed).for_each(&mut add);
    } else if args.definition.is_empty() {
        USUAL
            .into_iter()
            .filter_map(overt_decide::definition)
            .map(Cow::Borrowed)
            .for_each(&mut add);
    }
    Ok(chosen)
}

/// Every shipped definition, of those with several versions the newest.
pub(super) fn newest() -> impl Iterator<Item = &'static Definition> {
    overt_decide::definitions().iter().filter(|one| {
        overt_decide::definition(&one.id).is_some_and(|newest| newest.version == one.version)
    })
}

/// A shipped definition by its id, or a user's own by its file.
pub(super) fn find(asked: &str) -> Result<Cow<'static, Definition>, Failure> {
    if let Some(definition) = overt_decide::definition(asked) {
        return Ok(Cow::Borrowed(definition));
    }
    let is_file = asked.ends_with(".toml") || asked.contains('/');
    if !is_file {
        return Err(Failure::new(format!("no definition is called `{asked}`"))
            .hint("`overt definitions` lists them; a file must end in .toml"));
    }
    let text = std::fs::read_to_string(Path::new(asked))
        .map_err(|error| Failure::new(format!("{asked}: {error}")))?;
    overt_decide::parse(&text, asked)
        .map(Cow::Owned)
        .map_err(|error| {
            Failure::new(error.to_string())
                .hint("`overt init --policy` prints an example; the schema is knowledge/schema/definition.schema.json")
        })
}

/// The id that a user's `--require` stands for.
fn id_of(asked: &str, definitions: &[Cow<'static, Definition>]) -> String {
    let known = definitions.iter().any(|definition| definition.id == asked);
    if known {
        return asked.to_owned();
    }
    find(asked).map_or_else(|_| asked.to_owned(), |definition| definition.id.clone())
}

pub(super) fn unreadable(error: SurveyError) -> Failure {
    match error {
        SurveyError::NothingReadable { problems } => Failure {
            lines: problems.iter().map(message::problem_line).collect(),
            hint: Some(
                "give a directory, a file, or the id of a repository in the local hub cache \
                 (HF_HUB_CACHE)"
                    .to_owned(),
            ),
        },
        SurveyError::NothingGiven => Failure::new(error.to_string()),
    }
}

fn explain(report: &CheckReport, wanted: &str) -> Result<u8, Failure> {
    let proof = report
        .evaluations
        .iter()
        .find_map(|evaluation| overt_decide::explain_requirement(evaluation, wanted))
        .ok_or_else(|| {
            Failure::new(format!("no requirement is called `{wanted}` here"))
                .hint("`overt definitions ID` lists a definition's requirements")
        })?;
    message::answer(&terminal::requirement(proof, &report.release))?;
    Ok(report.answer.exit_code)
}
