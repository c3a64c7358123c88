//! What is made from code and knowledge: JSON Schemas and reference pages.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use overt_artifact::family::FamilyFacts;
use overt_artifact::report::{InspectReport, SameReport};
use overt_core::LicenseFacts;
use overt_decide::Definition;
use overt_survey::{ComponentFile, Elsewhere, LicenseFilesFile};
use schemars::{JsonSchema, schema_for};

/// Writes every generated file, or with `check` fails if one is not up to date.
pub(crate) fn run(check: bool) -> Result<()> {
    let root = super::root();
    let mut stale = Vec::new();
    for (path, text) in files()? {
        let target = root.join(&path);
        if fs::read_to_string(&target).is_ok_and(|known| known == text) {
            continue;
        }
        if check {
            stale.push(path);
        } else {
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(&target, text).with_context(|| format!("cannot write {path}"))?;
            println!("generate: wrote {path}");
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    bail!(
        "not up to date: {}; run `cargo xtask generate`",
        stale.join(", ")
    )
}

/// Every generated file: its path and its text.
fn files() -> Result<Vec<(String, String)>> {
    let mut files: Vec<(String, String)> = overt_report::schemas()
        .into_iter()
        .map(|(name, text)| (format!("schema/{name}"), text))
        .collect();
    files.push((
        "knowledge/schema/license.schema.json".to_owned(),
        schema::<LicenseFacts>()?,
    ));
    files.push((
        "knowledge/schema/definition.schema.json".to_owned(),
        schema::<Definition>()?,
    ));
    files.push((
        "knowledge/schema/component.schema.json".to_owned(),
        schema::<ComponentFile>()?,
    ));
    files.push((
        "knowledge/schema/family.schema.json".to_owned(),
        schema::<FamilyFacts>()?,
    ));
    files.push((
        "knowledge/schema/license-files.schema.json".to_owned(),
        schema::<LicenseFilesFile>()?,
    ));
    files.push((
        "knowledge/schema/not-the-release.schema.json".to_owned(),
        schema::<Elsewhere>()?,
    ));
    files.push((
        "schema/overt-toml-1.schema.json".to_owned(),
        schema::<overt_survey::Manifest>()?,
    ));
    files.push((
        "schema/inspect-1.schema.json".to_owned(),
        schema::<InspectReport>()?,
    ));
    files.push((
        "schema/same-1.schema.json".to_owned(),
        schema::<SameReport>()?,
    ));
    files.push(("docs/findings.md".to_owned(), findings()?));
    files.push(("docs/definitions.md".to_owned(), definitions()?));
    files.push(("docs/command-line.md".to_owned(), command_line()?));
    files.push(("README.md".to_owned(), readme()?));
    Ok(files)
}

fn schema<T: JsonSchema>() -> Result<String> {
    Ok(serde_json::to_string_pretty(&schema_for!(T))? + "\n")
}

fn findings() -> Result<String> {
    let mut page = String::from(
        "# Findings\n\n<!-- Made from knowledge/findings/ by `cargo xtask generate`. -->\n\n\
         What `overt check` reports when a release contradicts itself. `overt explain CODE` shows a \
         page on the terminal. Codes are never reused.\n",
    );
    for finding in overt_survey::findings() {
        let severity = serde_json::to_value(finding.severity)?;
        let severity = severity.as_str().unwrap_or_default();
        write!(page, "\n## {} {}\n\n", finding.code, finding.id)?;
        writeln!(
            page,
            "**{}.** ({severity}, since {})",
            finding.title, finding.since
        )?;
        // The sections of a page stand one level below its own heading here.
        writeln!(
            page,
            "\n{}",
            finding.body.replace("\n## ", "\n### ").replacen(
                "## ",
                "### ",
                usize::from(finding.body.starts_with("## "))
            )
        )?;
    }
    Ok(page)
}

fn definitions() -> Result<String> {
    let mut page = String::from(
        "# Definitions\n\n<!-- Made from knowledge/definitions/ by `cargo xtask generate`. -->\n\n\
         What `overt check` can evaluate. `overt definitions ID` shows one on the terminal. After each \
         requirement stand its source and the effort of mending it: 1 a line of metadata, 2 a file, 5 a \
         document, 10 code that exists, 20 data that exists, 50 work of months.\n",
    );
    for definition in overt_decide::definitions() {
        write!(page, "\n## {}\n\n", definition.name)?;
        let confidence = serde_json::to_value(definition.confidence)?;
        writeln!(
            page,
            "`{}`, version {}, {}, {}; confidence in our reading of the rules: {}.\n",
            definition.id,
            definition.version,
            definition.steward,
            definition.status.as_str(),
            confidence.as_str().unwrap_or_default(),
        )?;
        writeln!(page, "{}\n", definition.about.trim())?;
        writeln!(
            page,
            "Source: {}.\n",
            definition.source.trim_end_matches('.')
        )?;
        if let Some(base) = &definition.extends {
            writeln!(page, "It contains `{base}`.\n")?;
        }
        for requirement in &definition.requirements {
            writeln!(
                page,
                "- **{}**: {} ({}; effort {})",
                requirement.id, requirement.plain, requirement.source, requirement.effort
            )?;
        }
        for warning in &definition.warnings {
            writeln!(page, "- *remark* **{}**: {}", warning.id, warning.plain)?;
        }
    }
    Ok(page)
}

/// The help of the command and of each of its subcommands, as the command itself gives it.
fn command_line() -> Result<String> {
    let mut page = String::from(
        "# The command line\n\n<!-- Made from `overt --help` by `cargo xtask generate`. -->\n\n\
         What the command says of itself.\n",
    );
    let top = help(&[])?;
    write!(page, "\n## overt\n\n```text\n{top}```\n")?;
    let mut pending: Vec<Vec<String>> = subcommands(&top).map(|name| vec![name]).collect();
    pending.reverse();
    while let Some(words) = pending.pop() {
        let text = help(&words)?;
        write!(
            page,
            "\n## overt {}\n\n```text\n{text}```\n",
            words.join(" ")
        )?;
        let below: Vec<Vec<String>> = subcommands(&text)
            .map(|name| words.iter().cloned().chain([name]).collect())
            .collect();
        pending.extend(below.into_iter().rev());
    }
    Ok(page)
}

fn help(words: &[String]) -> Result<String> {
    let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
    arguments.push("--help");
    overt(&arguments)
}

/// What the command prints.
fn overt(arguments: &[&str]) -> Result<String> {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "overt", "--"])
        .args(arguments)
        .current_dir(super::root())
        .env_remove("COLUMNS")
        .output()
        .context("cannot run overt")?;
    if !output.status.success() {
        bail!(
            "overt {}: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let text = String::from_utf8(output.stdout)?;
    Ok(text
        .lines()
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect())
}

/// The README with the example's report as it is today.
fn readme() -> Result<String> {
    const BEGIN: &str = "<!-- Made by `cargo xtask generate`. -->\n";
    const END: &str = "<!-- Until here. -->";
    let text = fs::read_to_string(super::root().join("README.md"))?;
    let parts = text
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        bail!("README.md lacks the place of the example's report");
    };
    let report = overt(&["check", "--quiet", "examples/contradictory-model"])?;
    Ok(format!(
        "{before}{BEGIN}```text\n{}\n```\n{END}{after}",
        report.trim_end()
    ))
}

/// The names below `Commands:` in a help text.
fn subcommands(help: &str) -> impl Iterator<Item = String> {
    help.lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| {
            // A continued description is indented more deeply than a name.
            let rest = line
                .strip_prefix("  ")
                .filter(|rest| !rest.starts_with(' '))?;
            rest.split(' ').next().map(str::to_owned)
        })
        .filter(|name| name != "help")
}
