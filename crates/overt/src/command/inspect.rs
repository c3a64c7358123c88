//! `overt inspect`.

use std::path::PathBuf;

use overt_artifact::model::examine_model;
use overt_artifact::report::{INSPECT_SCHEMA, InspectReport, InspectedFile};

use crate::cli::Format;
use crate::message::{self, Failure};

/// What a file says about itself: a weight file's header, a tokenizer, a configuration, package
/// metadata or a card. The shards of an index, or of a folder, are read as one model. Nothing is
/// executed and no weights are read.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  overt inspect model.safetensors\n  overt inspect README.md\n  \
    overt inspect my-model/\n  overt inspect --fingerprint model.safetensors.index.json"
)]
pub(crate) struct InspectArgs {
    /// Files, or folders of them.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) files: Vec<PathBuf>,
    /// Read the whole files and give their content's identity, which survives renaming and resharding.
    #[arg(long)]
    pub(crate) fingerprint: bool,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &InspectArgs) -> Result<u8, Failure> {
    let files: Vec<InspectedFile> = args
        .files
        .iter()
        .flat_map(|path| examine_model(path, args.fingerprint))
        .map(|file| InspectedFile {
            path: file.path.to_string_lossy().into_owned(),
            examined: file.examined,
        })
        .collect();
    let read = files.iter().any(|file| {
        let examined = &file.examined;
        examined.inspection.is_some() || examined.card.is_some() || !examined.fields.is_empty()
    });
    let text = match args.format {
        Format::Terminal => terminal(&files),
        Format::Json => overt_report::json(&InspectReport {
            schema: INSPECT_SCHEMA.to_owned(),
            overt_version: env!("CARGO_PKG_VERSION").to_owned(),
            files,
        })
        .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
    };
    message::answer(&text)?;
    Ok(if read {
        overt_report::exit::MET
    } else {
        overt_report::exit::COULD_NOT_RUN
    })
}

fn terminal(files: &[InspectedFile]) -> String {
    let mut text = String::new();
    for (index, file) in files.iter().enumerate() {
        if files.len() > 1 {
            if index > 0 {
                text.push('\n');
            }
            // Control characters of a hostile name must not reach a terminal.
            text.extend(file.path.chars().filter(|c| !c.is_control()));
            text.push('\n');
        }
        text.push_str(&overt_artifact::describe(&file.examined));
    }
    text
}
