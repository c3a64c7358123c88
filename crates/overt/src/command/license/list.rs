//! `overt license list`.

use std::fmt::Write as _;

use overt_license::LicenseFilter;

use crate::cli::Format;
use crate::message::{self, Failure};

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  overt license list --recognized-by osi-approved\n  overt license list --with output-training\n  overt license list --category behavioral --full"
)]
pub(crate) struct ListArgs {
    /// Only of these categories.
    #[arg(long, value_name = "CATEGORY", value_delimiter = ',')]
    pub(crate) category: Vec<String>,
    /// Only what all of these lists recognize.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) recognized_by: Vec<String>,
    /// Only with all of these restrictions.
    #[arg(long, value_name = "RESTRICTION", value_delimiter = ',')]
    pub(crate) with: Vec<String>,
    /// Only without any of these restrictions.
    #[arg(long, value_name = "RESTRICTION", value_delimiter = ',')]
    pub(crate) without: Vec<String>,
    /// Only with all of these freedoms for any purpose: use, study, modify, share.
    #[arg(long, value_name = "FREEDOM", value_delimiter = ',')]
    pub(crate) freedom: Vec<String>,
    /// Only with all of these conditions.
    #[arg(long, value_name = "CONDITION", value_delimiter = ',')]
    pub(crate) requires: Vec<String>,
    /// Only without any of these conditions.
    #[arg(long, value_name = "CONDITION", value_delimiter = ',')]
    pub(crate) not_requires: Vec<String>,
    /// Only those that give all of these besides copyright.
    #[arg(long, value_name = "GRANT", value_delimiter = ',')]
    pub(crate) gives: Vec<String>,
    /// Only with all of these risks.
    #[arg(long, value_name = "RISK", value_delimiter = ',')]
    pub(crate) risk: Vec<String>,
    /// Only of this strength: none, weak, strong, network.
    #[arg(long, value_name = "STRENGTH")]
    pub(crate) copyleft: Option<String>,
    /// Only of stewards whose name contains this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) steward: Option<String>,
    /// Only of this family.
    #[arg(long)]
    pub(crate) family: Option<String>,
    /// Only those that were read clause by clause.
    #[arg(long)]
    pub(crate) full: bool,
    /// Only those whose id or name contains this.
    #[arg(long, value_name = "TEXT")]
    pub(crate) named: Option<String>,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &ListArgs) -> Result<u8, Failure> {
    let filter = LicenseFilter {
        categories: words("category", &args.category)?,
        recognized_by: words("list", &args.recognized_by)?,
        with: words("restriction", &args.with)?,
        without: words("restriction", &args.without)?,
        freedoms: words("freedom", &args.freedom)?,
        requires: words("condition", &args.requires)?,
        not_requires: words("condition", &args.not_requires)?,
        gives: words("grant", &args.gives)?,
        risks: words("risk", &args.risk)?,
        copyleft: match &args.copyleft {
            Some(strength) => words("strength of copyleft", std::slice::from_ref(strength))?.pop(),
            None => None,
        },
        steward: args.steward.clone(),
        family: args.family.clone(),
        full_only: args.full,
        named: args.named.clone(),
    };
    let found = overt_license::list(&filter);
    let text = match args.format {
        Format::Json => overt_report::json(&found)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
        Format::Terminal => {
            let mut text = String::new();
            for license in &found {
                let category = word(&license.category);
                let _ = writeln!(text, "{:<44} {category}", license.id.as_str());
            }
            text
        }
    };
    message::answer(&text)?;
    Ok(overt_report::exit::MET)
}

/// Words of the controlled vocabulary.
fn words<T: serde::de::DeserializeOwned>(what: &str, given: &[String]) -> Result<Vec<T>, Failure> {
    given
        .iter()
        .map(|given| {
            serde_json::from_value(serde_json::Value::String(given.clone())).map_err(|error| {
                Failure::new(format!("no {what} is called `{given}`")).hint(error.to_string())
            })
        })
        .collect()
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}
