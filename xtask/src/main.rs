//! The project's chores: `cargo xtask ci | generate [--check] | tidy | deps | bench |
//! texts DIR`.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "chores talk to whoever runs them"
)]

mod bench;
mod ci;
mod deps;
mod generate;
mod knowledge;
mod texts;
mod tidy;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "usage: cargo xtask <verb>

  ci                 everything that must pass before a change lands
  generate           write what is made from code and knowledge: schemas, reference pages
  generate --check   only say whether that is up to date
  tidy               rules of the house that no compiler checks
  deps               licenses and bans of dependencies
  bench              measure `overt` on small, wide and deep inputs
  texts DIR          fetch the license texts that the index is built from beside ScanCode's and SPDX's";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A chore that fails is no fault of the chore: no backtrace.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["ci"] => ci::run(),
        ["generate"] => generate::run(false),
        ["generate", "--check"] => generate::run(true),
        ["tidy"] => tidy::run(),
        ["deps"] => deps::run(),
        ["bench"] => bench::run(),
        ["texts", folder] => texts::run(folder),
        _ => bail!("{USAGE}"),
    }
}

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default()
}
