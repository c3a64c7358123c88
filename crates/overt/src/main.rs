//! The `overt` command: arguments in, exit code out. Everything between is in the rooms below it.

mod cli;
mod command;
mod message;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers; everything else is a usage error.
            let code = if error.use_stderr() { 2 } else { 0 };
            return match error.print() {
                Ok(()) => ExitCode::from(code),
                Err(_) => ExitCode::from(2),
            };
        }
    };
    cli.color.apply();
    match command::run(cli.command) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            message::error(&error);
            ExitCode::from(overt_report::exit::COULD_NOT_RUN)
        }
    }
}
