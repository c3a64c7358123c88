//! Dependencies: only licenses that we may pass on, nothing that is banned, nothing twice without a
//! reason. The facts stand in `deny.toml`, in the form that cargo-deny reads as well.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

#[derive(Deserialize)]
struct Deny {
    licenses: Licenses,
    bans: Bans,
}

#[derive(Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

#[derive(Deserialize)]
struct Bans {
    #[serde(default)]
    deny: Vec<Named>,
    #[serde(default)]
    skip: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    #[serde(rename = "crate")]
    name: String,
    reason: String,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
}

pub(crate) fn run() -> Result<()> {
    let root = super::root();
    let deny: Deny = toml::from_str(&fs::read_to_string(root.join("deny.toml"))?)?;
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(&root)
        .output()
        .context("cannot run cargo metadata")?;
    if !output.status.success() {
        bail!(
            "cargo metadata: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let mut wrong = Vec::new();
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in metadata
        .packages
        .iter()
        .filter(|package| package.source.is_some())
    {
        let named = format!("{} {}", package.name, package.version);
        versions
            .entry(&package.name)
            .or_default()
            .push(&package.version);
        if let Some(banned) = deny
            .bans
            .deny
            .iter()
            .find(|banned| banned.name == package.name)
        {
            wrong.push(format!("{named} is banned: {}", banned.reason));
        }
        match &package.license {
            None => wrong.push(format!("{named} has no license expression")),
            Some(license) => {
                // `MIT/Apache-2.0` is the old way of writing OR.
                let allowed = spdx::Expression::parse_mode(license, spdx::ParseMode::LAX)
                    .is_ok_and(|expression| {
                        expression.evaluate(|requirement| {
                            let id = requirement.license.to_string();
                            let with = requirement
                                .addition
                                .as_ref()
                                .map(|addition| format!("{id} WITH {addition}"));
                            deny.licenses
                                .allow
                                .iter()
                                .any(|allowed| *allowed == id || Some(allowed) == with.as_ref())
                        })
                    });
                if !allowed {
                    wrong.push(format!("{named} is under {license}"));
                }
            }
        }
    }
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        if !deny.bans.skip.iter().any(|skipped| skipped.name == *name) {
            wrong.push(format!("{name} is there twice: {}", versions.join(", ")));
        }
    }
    for skipped in &deny.bans.skip {
        if versions
            .get(skipped.name.as_str())
            .is_none_or(|versions| versions.len() < 2)
        {
            let reason = &skipped.reason;
            wrong.push(format!(
                "deny.toml: {} is not there twice any more ({reason})",
                skipped.name
            ));
        }
    }
    if wrong.is_empty() {
        println!("deps: {} crates, all well", metadata.packages.len());
        return Ok(());
    }
    for line in &wrong {
        println!("deps: {line}");
    }
    bail!("{} dependencies need a look", wrong.len())
}
