//! The arguments.

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Is it really open? Checks what an AI release claims against what is in its files.
///
/// Point it at a model's folder, a git checkout, a hub snapshot, a weight file or a model card: it
/// says which parts were released, under which license each, which definitions of open the release
/// meets and why, and what would change that. It reads headers, never weights, executes nothing and
/// needs no network.
#[derive(Debug, Parser)]
#[command(name = "overt", version, styles = STYLES, max_term_width = 80, subcommand_required = true,
    arg_required_else_help = true, after_help = EXIT_CODES)]
pub(crate) struct Cli {
    /// When to use colors.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  what was asked is met, or nothing was asked
  1  what was asked is not met
  2  the command could not run: usage, or nothing readable
  3  what was asked is undetermined, with --strict (without it: 0, and a note)

This is no legal advice.";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    pub(crate) fn apply(self) {
        match self {
            Self::Auto => {}
            Self::Always => anstream::ColorChoice::Always.write_global(),
            Self::Never => anstream::ColorChoice::Never.write_global(),
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a release: verdicts, contradictions, remedies, components.
    Check(CheckArgs),
    /// Mend what a release's own files can say; shows a diff first.
    Fix(crate::command::fix::FixArgs),
    /// Explain a finding (OV001), a requirement (osaid-1.0/parameters), a definition or a license.
    Explain(ExplainArgs),
    /// List the definitions of open, or show one.
    Definitions(DefinitionsArgs),
    /// Say what one weight file, tokenizer, configuration or card says about itself.
    Inspect(crate::command::inspect::InspectArgs),
    /// Compare two models tensor by tensor.
    Same(crate::command::same::SameArgs),
    /// Show releases side by side.
    Compare(crate::command::compare::CompareArgs),
    /// Which license is this text, and what do licenses say?
    #[command(subcommand)]
    License(crate::command::license::LicenseCommand),
    /// May a work carry this license, given what it was built from?
    Compat(crate::command::compat::CompatArgs),
    /// Write a commented policy, to be used with `check --definition`.
    Init(InitArgs),
}

#[derive(Debug, Args)]
#[command(after_help = CHECK_HELP)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub(crate) struct CheckArgs {
    /// Directories, hub snapshots, git checkouts, files, or ids of repositories in the local hub
    /// cache. Several are taken as one release. A record of the Model Openness Tool or of the European
    /// Open Source AI Index (`.yml`) stands for the release that it describes.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Definitions that must be met, by id; the exit code answers.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) require: Vec<String>,
    /// Definitions to evaluate, by id or file, or `all`; by default OSAID 1.0 and the MOF classes.
    #[arg(long, short, value_name = "ID|FILE", value_delimiter = ',')]
    pub(crate) definition: Vec<String>,
    /// Rank the definitions that are not met by what they take, the nearest first; all of them,
    /// unless some are asked for.
    #[arg(long)]
    pub(crate) nearest: bool,
    /// Ask whether the release may be used so: internal-use, commercial-saas, fine-tune, … ; the exit
    /// code answers.
    #[arg(long = "use", value_name = "CASE", value_delimiter = ',')]
    pub(crate) uses: Vec<String>,
    /// For --use: your products' monthly active users, for example 800M.
    #[arg(long, value_name = "NUMBER", requires = "uses")]
    pub(crate) monthly_active_users: Option<String>,
    /// For --use: your yearly revenue in US dollars, for example 2.5M.
    #[arg(long, value_name = "NUMBER", requires = "uses")]
    pub(crate) revenue: Option<String>,
    /// For --use: where, for example EU.
    #[arg(long, value_name = "REGION", value_delimiter = ',', requires = "uses")]
    pub(crate) region: Vec<String>,
    /// Exit with 3 if what is required is undetermined.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Show the proof of a requirement, for example `osaid-1.0/parameters`, or of a definition.
    #[arg(long, value_name = "REQUIREMENT")]
    pub(crate) explain: Option<String>,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
    /// Verdicts and contradictions only.
    #[arg(long, short, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Every reason, every piece of evidence, and the freedoms.
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

const CHECK_HELP: &str = "\
Examples:
  overt check path/to/model
  overt check allenai/OLMo-7B                 a repository of the local hub cache
  overt check weights/ code/ README.md        several sources, one release
  overt check --definition mot Amber.yml      a record of the Model Openness Tool
  overt check --require osaid-1.0 --strict .  for scripts; see the exit codes
  overt check --explain osaid-1.0/parameters .
  overt check --definition all .              a matrix, and what is nearest
  overt check --use commercial-saas --monthly-active-users 800M .
  overt check --format json . | jq .answer

Exit codes:
  0  what was asked is met, or nothing was asked
  1  what was asked is not met
  2  could not run: usage, or nothing readable
  3  undetermined, with --strict (without it: 0, and a note)";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Terminal,
    /// For programs: see schema/ for the JSON Schema.
    Json,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt explain OV004\n  overt explain osaid-1.0/data-information\n  overt explain Apache-2.0"
)]
pub(crate) struct ExplainArgs {
    /// The code or id of a finding, a requirement, a definition or a license.
    #[arg(value_name = "CODE|ID")]
    pub(crate) subject: String,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt definitions\n  overt definitions osaid-1.0")]
pub(crate) struct DefinitionsArgs {
    /// The definition to show.
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  overt init --policy > policy.toml\n  \
    overt check --definition policy.toml model/")]
pub(crate) struct InitArgs {
    /// Print a commented policy.
    #[arg(long, required = true)]
    pub(crate) policy: bool,
}
