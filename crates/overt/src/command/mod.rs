//! One file for each command: wiring from arguments to rooms to text.

mod check;
pub(crate) mod compare;
pub(crate) mod compat;
mod definitions;
mod explain;
pub(crate) mod fix;
pub(crate) mod inspect;
pub(crate) mod license;
pub(crate) mod same;
mod subject;
mod today;
mod uses;

use crate::cli::Command;
use crate::message::Failure;

/// Runs a command; the exit code.
pub(crate) fn run(command: Command) -> Result<u8, Failure> {
    match command {
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Fix(args) => fix::run(&args),
        Command::Definitions(args) => definitions::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Same(args) => same::run(&args),
        Command::License(command) => license::run(command),
        Command::Compare(args) => compare::run(&args),
        Command::Compat(args) => compat::run(&args),
        Command::Init(_) => {
            crate::message::answer(overt_decide::init_policy())?;
            Ok(overt_report::exit::MET)
        }
    }
}
