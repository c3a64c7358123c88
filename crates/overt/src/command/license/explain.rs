//! `overt license explain`.

use std::path::Path;

use overt_core::Expression;
use overt_license::{CommonTerms, LicensePage, Resolution};

use crate::cli::Format;
use crate::message::{self, Failure};

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  overt license explain llama3.1\n  overt license explain LICENSE"
)]
pub(crate) struct ExplainArgs {
    /// An id, a name, a tag, or a license file; in a file each clause is pointed at.
    #[arg(value_name = "ID|FILE")]
    pub(crate) subject: String,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &ExplainArgs) -> Result<u8, Failure> {
    if let Some(common) = ambiguous(&args.subject) {
        let text = match args.format {
            Format::Json => overt_report::json(&common)
                .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
            Format::Terminal => common.to_text() + "\nNot legal advice.\n",
        };
        message::answer(&text)?;
        return Ok(overt_report::exit::MET);
    }
    let pages = pages(&args.subject)?;
    let text = match args.format {
        Format::Json => overt_report::json(&pages)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
        Format::Terminal => {
            let mut texts: Vec<String> = pages.iter().map(LicensePage::to_text).collect();
            texts.push("Not legal advice.\n".to_owned());
            texts.join("\n")
        }
    };
    message::answer(&text)?;
    Ok(overt_report::exit::MET)
}

/// The pages of every license of an expression, a name, or a file.
fn pages(subject: &str) -> Result<Vec<LicensePage>, Failure> {
    let path = Path::new(subject);
    if path.is_file() {
        let bytes =
            std::fs::read(path).map_err(|error| Failure::new(format!("{subject}: {error}")))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let found = overt_license::identify_named(&name, &bytes);
        let pages = overt_license::pages_of_file(&found, &overt_license::text_of(&name, &bytes));
        return if pages.is_empty() {
            Err(
                Failure::new(format!("{subject}: no license that overt knows")).hint(format!(
                    "`overt license identify {subject}` shows what stands in it"
                )),
            )
        } else {
            Ok(pages)
        };
    }
    let expression = named(subject)?;
    let pages: Vec<LicensePage> = expression
        .licenses()
        .iter()
        .filter_map(|license| overt_license::page(&license.id))
        .collect();
    if pages.is_empty() {
        return Err(Failure::new(format!("nothing is known of {expression}")));
    }
    Ok(pages)
}

/// What the licenses have in common that an ambiguous name may mean.
fn ambiguous(subject: &str) -> Option<CommonTerms> {
    if Path::new(subject).is_file() {
        return None;
    }
    match overt_license::resolve(subject) {
        Resolution::Ambiguous { candidates, why } => {
            Some(overt_license::common_terms(subject, &why, &candidates))
        }
        _ => None,
    }
}

/// Everything that a name may mean.
pub(crate) fn meant(name: &str) -> Result<Vec<Expression>, Failure> {
    match overt_license::resolve(name) {
        Resolution::Ambiguous { candidates, .. } if !candidates.is_empty() => Ok(candidates),
        _ => named(name).map(|expression| vec![expression]),
    }
}

/// What a name means, or why it means nothing.
pub(crate) fn named(name: &str) -> Result<Expression, Failure> {
    match overt_license::resolve(name) {
        Resolution::Known { expression } | Resolution::Custom { expression } => Ok(expression),
        Resolution::Ambiguous { candidates, why } => {
            let candidates: Vec<String> = candidates.iter().map(ToString::to_string).collect();
            Err(Failure::new(format!("`{name}` is ambiguous: {why}"))
                .hint(format!("one of {}", candidates.join(", "))))
        }
        Resolution::SaysNothing | Resolution::Unrecognized { .. } => {
            Err(Failure::new(format!("no license is called `{name}`"))
                .hint("`overt license list` lists the licenses that overt knows"))
        }
    }
}
