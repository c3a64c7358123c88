//! Everything that must pass before a change lands, the quick things first.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The command that the README gives for running the tests.
const TEST: [&str; 2] = ["test", "--workspace"];

pub(crate) fn run() -> Result<()> {
    step("format", &["fmt", "--all", "--check"], &[])?;
    chore("tidy", super::tidy::run)?;
    chore("deps", super::deps::run)?;
    chore("generate --check", || super::generate::run(true))?;
    step("test", &TEST, &[])?;
    step(
        "clippy",
        &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ],
        &[],
    )?;
    step(
        "docs",
        &["doc", "--workspace", "--no-deps", "--quiet"],
        &[("RUSTDOCFLAGS", "-D warnings")],
    )?;
    println!("ci: everything passed");
    Ok(())
}

fn step(name: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    println!("ci: {name}");
    let start = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .envs(variables.iter().copied())
        .current_dir(super::root())
        .status()
        .with_context(|| format!("cannot run cargo {}", arguments.join(" ")))?;
    if !status.success() {
        bail!("{name} failed: cargo {}", arguments.join(" "));
    }
    println!(
        "ci: {name} passed in {:.0} s",
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

fn chore(name: &str, chore: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("ci: {name}");
    chore().with_context(|| format!("{name} failed: cargo xtask {name}"))
}
