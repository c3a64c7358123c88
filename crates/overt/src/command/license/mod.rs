//! `overt license …`: which license a text is, what licenses say.

mod diff;
mod explain;
mod identify;
mod index;
mod list;

pub(crate) use explain::{meant, named};

use crate::message::Failure;

/// The license commands.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum LicenseCommand {
    /// Which licenses stand in these files, exactly or nearly, where, and what was changed.
    Identify(identify::IdentifyArgs),
    /// What a license lets you do, requires and forbids, with its clauses.
    Explain(explain::ExplainArgs),
    /// The licenses that overt knows.
    List(Box<list::ListArgs>),
    /// What changed between two licenses or license files, in words or in terms.
    Diff(diff::DiffArgs),
    /// Build the index by which license texts are recognized.
    #[command(subcommand)]
    Index(index::IndexCommand),
}

/// Runs a license command; the exit code.
pub(crate) fn run(command: LicenseCommand) -> Result<u8, Failure> {
    match command {
        LicenseCommand::Identify(args) => identify::run(&args),
        LicenseCommand::Explain(args) => explain::run(&args),
        LicenseCommand::List(args) => list::run(&args),
        LicenseCommand::Diff(args) => diff::run(&args),
        LicenseCommand::Index(command) => index::run(&command),
    }
}
