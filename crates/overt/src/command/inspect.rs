//! `overt inspect`.

use std::path::PathBuf;

use overt_artifact::open::examine_path;

use crate::cli::Format;
use crate::message::{self, Failure};

/// What one file says about itself: a weight file's header, a tokenizer, a configuration, package
/// metadata or a card. Nothing is executed and no weights are read.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  overt inspect model.safetensors\n  overt inspect README.md\n  \
    overt inspect --fingerprint model.gguf"
)]
pub(crate) struct InspectArgs {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Read the whole file and give its content's identity, which survives renaming and resharding.
    #[arg(long)]
    pub(crate) fingerprint: bool,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &InspectArgs) -> Result<u8, Failure> {
    let mut read = false;
    let mut text = String::new();
    for file in &args.files {
        let examined = examine_path(file, args.fingerprint);
        read |=
            examined.inspection.is_some() || examined.card.is_some() || !examined.fields.is_empty();
        match args.format {
            Format::Terminal => {
                if args.files.len() > 1 {
                    text.push_str(&file.to_string_lossy());
                    text.push('\n');
                }
                text.push_str(&overt_artifact::describe(&examined));
            }
            Format::Json => {
                let json = overt_report::json(&examined)
                    .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
                text.push_str(&json);
            }
        }
    }
    message::answer(&text)?;
    Ok(if read {
        overt_report::exit::MET
    } else {
        overt_report::exit::COULD_NOT_RUN
    })
}
