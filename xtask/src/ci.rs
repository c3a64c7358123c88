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
        &["clippy", "--workspace", "--quiet", "--", "-D", "warnings"],
        &[],
    )?;
    // Tests, benches and examples may fail loudly and talk.
    let loud = [
        "unwrap_used",
        "expect_used",
        "panic",
        "print_stdout",
        "print_stderr",
    ];
    let loud: Vec<String> = loud
        .iter()
        .map(|lint| format!("-Aclippy::{lint}"))
        .collect();
    let mut arguments = vec!["clippy", "--workspace", "--all-targets", "--quiet", "--"];
    arguments.extend(["-D", "warnings"]);
    arguments.extend(loud.iter().map(String::as_str));
    step("clippy of tests", &arguments, &[])?;
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
