//! `overt compat`.

use std::fmt::Write as _;

use overt_core::Expression;
use overt_license::{CompatibilityVerdict, How};

use crate::cli::Format;
use crate::message::{self, Failure};

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  overt compat --from llama3.1 --to apache-2.0 --by finetune\n  overt compat --from GPL-3.0-only --from MIT --by link --suggest\n\nExit codes: 0 compatible, 1 incompatible, 3 undetermined with --strict"
)]
pub(crate) struct CompatArgs {
    /// The licenses of what it is built from.
    #[arg(long, required = true, value_name = "LICENSE")]
    pub(crate) from: Vec<String>,
    /// The license that it shall carry.
    #[arg(long, value_name = "LICENSE", required_unless_present = "suggest")]
    pub(crate) to: Option<String>,
    /// How it is built: finetune, adapter, merge, quantize, distill, train-on-data,
    /// train-on-outputs, bundle, link or use.
    #[arg(long, value_name = "HOW", default_value = "finetune")]
    pub(crate) by: String,
    /// List the licenses that satisfy all of them, the freest first.
    #[arg(long, conflicts_with = "to")]
    pub(crate) suggest: bool,
    /// Exit with 3 if it is undetermined.
    #[arg(long)]
    pub(crate) strict: bool,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &CompatArgs) -> Result<u8, Failure> {
    let by = How::parse(&args.by).ok_or_else(|| {
        Failure::new(format!("no way of building is called `{}`", args.by)).hint(
            "one of finetune, adapter, merge, quantize, distill, train-on-data, \
             train-on-outputs, bundle, link, use",
        )
    })?;
    let Some(to) = &args.to else {
        let from: Vec<Expression> = args
            .from
            .iter()
            .map(|name| super::license::named(name))
            .collect::<Result<_, Failure>>()?;
        let found = overt_license::suggest(&from, by);
        let text = match args.format {
            Format::Json => json(&found)?,
            Format::Terminal if found.is_empty() => {
                "no license that overt knows satisfies all of them\n".to_owned()
            }
            Format::Terminal => {
                let mut text = String::new();
                for one in &found {
                    let license = one.license.to_string();
                    let _ = writeln!(text, "{license:<40} {}", one.compatibility.verdict.as_str());
                }
                text
            }
        };
        message::answer(&text)?;
        return Ok(if found.is_empty() {
            overt_report::exit::NOT_MET
        } else {
            overt_report::exit::MET
        });
    };
    let from: Vec<Vec<Expression>> = args
        .from
        .iter()
        .map(|name| super::license::meant(name))
        .collect::<Result<_, Failure>>()?;
    let answer = overt_license::compat_any(&from, &super::license::meant(to)?, by)
        .ok_or_else(|| Failure::new("no license was given"))?;
    let text = match args.format {
        Format::Json => json(&answer)?,
        Format::Terminal => answer.to_text(),
    };
    message::answer(&text)?;
    Ok(match answer.verdict {
        CompatibilityVerdict::Incompatible => overt_report::exit::NOT_MET,
        CompatibilityVerdict::Undetermined if args.strict => overt_report::exit::UNDETERMINED,
        _ => overt_report::exit::MET,
    })
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    overt_report::json(value).map_err(|error| Failure::new(format!("cannot write JSON: {error}")))
}
