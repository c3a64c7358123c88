//! `overt same`.

use std::path::{Path, PathBuf};

use overt_artifact::open::{HashedModel, compare_models, hash_path};
use overt_artifact::report::{SAME_SCHEMA, SameReport};

use crate::cli::Format;
use crate::message::{self, Failure};

/// Which tensors of two models are identical, converted to another floating type, different or
/// missing, whatever their files, their order or their format. Reads the weights.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  overt same base/ tuned/\n  \
    overt same a.safetensors b.pt\n\nExit codes:\n  0  the same values\n  1  different, or rounded\n  \
    2  could not run\n  3  what could be read is the same")]
pub(crate) struct SameArgs {
    /// A weight file, the index of a sharded model, or a folder of weight files.
    #[arg(value_name = "A")]
    pub(crate) first: PathBuf,
    /// The other one.
    #[arg(value_name = "B")]
    pub(crate) second: PathBuf,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &SameArgs) -> Result<u8, Failure> {
    let first = hashed(&args.first)?;
    let second = hashed(&args.second)?;
    let comparison = compare_models(&first, &second);
    // What could not be read was not compared, so it may differ.
    let mut problems = first.problems.iter().chain(&second.problems);
    let unread = problems.any(|problem| problem.loses_facts);
    let comparison_is_same = comparison.is_same();
    let same = comparison_is_same && !unread;
    let text = match args.format {
        Format::Terminal => overt_artifact::describe_comparison(&comparison),
        Format::Json => overt_report::json(&SameReport {
            schema: SAME_SCHEMA.to_owned(),
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
            first: args.first.to_string_lossy().into_owned(),
            second: args.second.to_string_lossy().into_owned(),
            same,
            comparison,
        })
        .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
    };
    message::answer(&text)?;
    Ok(if same {
        overt_report::exit::MET
    } else if comparison_is_same {
        message::note("what could not be read was not compared");
        overt_report::exit::UNDETERMINED
    } else {
        overt_report::exit::NOT_MET
    })
}

/// The hashed tensors of a path; what could not be read is said on the way.
fn hashed(path: &Path) -> Result<HashedModel, Failure> {
    let model = hash_path(path);
    for problem in &model.problems {
        message::note(&message::problem_line(problem));
    }
    if model.tensors.is_empty() {
        return Err(Failure::new(format!(
            "no tensors could be read from `{}`",
            path.display()
        )));
    }
    Ok(model)
}
