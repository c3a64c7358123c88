//! `overt compare`.

use std::borrow::Cow;

use overt_core::Release;
use overt_decide::{Definition, EmbeddedLicenses};
use overt_report::terminal;
use overt_survey::Options;

use super::check;
use super::subject::subject;
use crate::cli::Format;
use crate::message::{self, Failure};

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  overt compare base/ finetune/\n  \
    overt compare --definition all a/ b/ c/")]
pub(crate) struct CompareArgs {
    /// Releases: folders, files or ids of the local hub cache, each a release of its own.
    #[arg(required = true, num_args = 2.., value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Definitions to evaluate, by id or file, or `all`.
    #[arg(long, short, value_name = "ID|FILE", value_delimiter = ',')]
    pub(crate) definition: Vec<String>,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &CompareArgs) -> Result<u8, Failure> {
    let definitions = definitions(&args.definition)?;
    let definitions: Vec<&Definition> = definitions.iter().map(AsRef::as_ref).collect();
    let options = Options::from_env();
    let releases: Vec<Release> = args
        .paths
        .iter()
        .map(|path| subject(std::slice::from_ref(path), &options).map(|subject| subject.release))
        .collect::<Result<_, _>>()?;
    let releases: Vec<&Release> = releases.iter().collect();
    let comparison = overt_decide::compare_on(
        &releases,
        &definitions,
        &EmbeddedLicenses,
        Some(&super::today::today()),
    );
    let text = match args.format {
        Format::Json => overt_report::json(&comparison)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
        Format::Terminal => terminal::comparison(&comparison),
    };
    message::answer(&text)?;
    Ok(overt_report::exit::MET)
}

fn definitions(asked: &[String]) -> Result<Vec<Cow<'static, Definition>>, Failure> {
    if asked.is_empty() {
        let usual = check::USUAL
            .into_iter()
            .filter_map(overt_decide::definition);
        return Ok(usual.map(Cow::Borrowed).collect());
    }
    let mut chosen = Vec::new();
    for id in asked {
        if id == "all" {
            chosen.extend(check::newest().map(Cow::Borrowed));
        } else {
            chosen.push(check::find(id)?);
        }
    }
    Ok(chosen)
}
