//! `overt fix`.

mod folder;
mod show;

use overt_core::{ComponentKind, Expression, Release, Verdict};
use overt_decide::{Declared, Edit, EmbeddedLicenses, Refusal, Repair, Wanted};
use overt_survey::Options;
use serde::Serialize;

use crate::cli::Format;
use crate::message::{self, Failure};
use folder::Target;

/// What a release's own files can be made to say: the card's license, base models and datasets, the
/// texts of licenses, a notice, entries of overt.toml. Shows the changes as a diff; writes only with
/// --write.
///
/// An edit states what evidence shows or what you say here, and nothing else. A license that a base
/// model's license forbids is not written.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct FixArgs {
    /// The folder to mend, then further sources of the same release.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// The license that the release shall carry.
    #[arg(long, value_name = "LICENSE")]
    pub(crate) license: Option<String>,
    /// The year and holder of the copyright, for licenses that name them.
    #[arg(long, value_name = "YEAR NAME")]
    pub(crate) copyright: Option<String>,
    /// A model that it was built from.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) base_model: Vec<String>,
    /// A dataset that it was trained on.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) dataset: Vec<String>,
    /// A component that can be had elsewhere, for example training-code=https://….
    #[arg(long, value_name = "COMPONENT=LINK")]
    pub(crate) declare: Vec<String>,
    /// The license of a component declared so, for example training-code=MIT.
    #[arg(long, value_name = "COMPONENT=LICENSE", requires = "declare")]
    pub(crate) declare_license: Vec<String>,
    /// Definitions whose verdicts are compared, by id or file; by default OSAID 1.0 and the MOF
    /// classes.
    #[arg(long, short, value_name = "ID|FILE", value_delimiter = ',')]
    pub(crate) definition: Vec<String>,
    /// Write the changes.
    #[arg(long)]
    pub(crate) write: bool,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

const HELP: &str = "\
Examples:
  overt fix my-model/                                what can be mended, as a diff
  overt fix --license Apache-2.0 my-model/ --write
  overt fix --license MIT --copyright \"2026 Example Lab\" my-model/
  overt fix --declare training-code=https://example.org/code my-model/

Exit codes:
  0  changes were shown or written, or none are needed
  1  a license was refused: what the release was built from forbids it
  2  could not run: usage, nothing readable, or a file that cannot be written";

/// What was planned or done.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct FixReport {
    /// The folder of the edits.
    folder: String,
    edits: Vec<Edit>,
    refused: Vec<Refusal>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    may_carry: Vec<Expression>,
    left: Vec<String>,
    /// Whether the edits were written.
    written: bool,
    verdicts: Vec<Change>,
}

/// A verdict before and after the edits.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Change {
    definition: String,
    name: String,
    before: Verdict,
    after: Verdict,
}

pub(crate) fn run(args: &FixArgs) -> Result<u8, Failure> {
    let wanted = wanted(args)?;
    let definitions = definitions(args)?;
    let target = Target::open(&args.paths)?;
    let options = Options::from_env();
    let survey = |paths: &[String]| {
        overt_survey::survey(paths, &options)
            .map(|survey| survey.release)
            .map_err(super::check::unreadable)
    };
    let release = survey(&args.paths)?;
    let contents = target.read()?;
    let Repair {
        edits,
        refused,
        may_carry,
        left,
        changes,
    } = overt_decide::repair(&release, &contents, &wanted);
    let written = args.write && !edits.is_empty();
    let after = if written {
        target.write(&edits)?;
        survey(&args.paths)?
    } else {
        overt_decide::apply(&release, &changes)
    };
    let verdict = |release: &Release, definition| {
        overt_decide::evaluate(release, definition, &EmbeddedLicenses).verdict
    };
    let report = FixReport {
        folder: target.shown(),
        written,
        verdicts: definitions
            .iter()
            .map(|definition| Change {
                definition: definition.id.clone(),
                name: definition.name.clone(),
                before: verdict(&release, definition),
                after: verdict(&after, definition),
            })
            .collect(),
        edits,
        refused,
        may_carry,
        left,
    };
    let text = match args.format {
        Format::Terminal => show::terminal(&report),
        Format::Json => overt_report::json(&report)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
    };
    message::answer(&text)?;
    if !report.edits.is_empty() && !written {
        message::note("nothing was written; --write does");
    }
    Ok(if report.refused.is_empty() {
        overt_report::exit::MET
    } else {
        overt_report::exit::NOT_MET
    })
}

fn wanted(args: &FixArgs) -> Result<Wanted, Failure> {
    let license = |name: &String| super::license::named(name);
    let mut declared: Vec<Declared> = Vec::new();
    for pair in &args.declare {
        let (kind, link) = component(pair, "--declare", "training-code=https://example.org/code")?;
        declared.push(Declared {
            kind,
            link: link.to_owned(),
            license: None,
        });
    }
    for pair in &args.declare_license {
        let (kind, name) = component(pair, "--declare-license", "training-code=MIT")?;
        let license = super::license::named(name)?;
        let Some(one) = declared.iter_mut().find(|one| one.kind == kind) else {
            return Err(Failure::new(format!(
                "--declare-license {pair}: {} is not declared",
                kind.id()
            ))
            .hint(format!("say where it is: --declare {}=LINK", kind.id())));
        };
        one.license = Some(license);
    }
    Ok(Wanted {
        license: args.license.as_ref().map(license).transpose()?,
        base_models: args.base_model.clone(),
        datasets: args.dataset.clone(),
        copyright: args.copyright.clone(),
        declared,
    })
}

/// The component and the value of `COMPONENT=VALUE`.
fn component<'a>(
    pair: &'a str,
    option: &str,
    example: &str,
) -> Result<(ComponentKind, &'a str), Failure> {
    let wrong = || {
        Failure::new(format!("{option} {pair}: expected COMPONENT=VALUE"))
            .hint(format!("for example {option} {example}"))
    };
    let (name, value) = pair.split_once('=').ok_or_else(wrong)?;
    let kind = ComponentKind::parse(name).ok_or_else(|| {
        let known: Vec<&str> = ComponentKind::ALL.iter().map(|kind| kind.id()).collect();
        Failure::new(format!("{option}: no component is called `{name}`"))
            .hint(format!("one of {}", known.join(", ")))
    })?;
    if value.trim().is_empty() {
        return Err(wrong());
    }
    Ok((kind, value.trim()))
}

fn definitions(
    args: &FixArgs,
) -> Result<Vec<std::borrow::Cow<'static, overt_decide::Definition>>, Failure> {
    if args.definition.is_empty() {
        return super::check::USUAL
            .iter()
            .map(|id| super::check::find(id))
            .collect();
    }
    args.definition
        .iter()
        .map(|asked| super::check::find(asked))
        .collect()
}
