//! `overt same`.

use std::path::{Path, PathBuf};

use overt_artifact::fingerprint::HashedTensor;
use overt_artifact::open::hash_path;

use crate::cli::Format;
use crate::message::{self, Failure};

/// Which tensors of two models are identical, differ or are missing, whatever their files, their
/// order or their format. Reads the weights.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  overt same base/ tuned/\n  \
    overt same a.safetensors b.pt\n\nExit codes:\n  0  the same values\n  1  different\n  \
    2  could not run")]
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
    let comparison = overt_artifact::same::compare(&first, &second);
    let text = match args.format {
        Format::Terminal => overt_artifact::describe_comparison(&comparison),
        Format::Json => overt_report::json(&comparison)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
    };
    message::answer(&text)?;
    Ok(if comparison.is_same() {
        overt_report::exit::MET
    } else {
        overt_report::exit::NOT_MET
    })
}

/// The hashed tensors of a path; what could not be read is said on the way.
fn hashed(path: &Path) -> Result<Vec<HashedTensor>, Failure> {
    let (tensors, _, problems) = hash_path(path);
    for problem in &problems {
        message::note(&message::problem_line(problem));
    }
    if tensors.is_empty() {
        return Err(Failure::new(format!(
            "no tensors could be read from `{}`",
            path.display()
        )));
    }
    Ok(tensors)
}
