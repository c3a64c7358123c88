//! `overt license index build`.

use std::path::{Path, PathBuf};

use overt_license::index::{Contents, SourceFile, build, unpack_wheel};

use crate::message::{self, Failure};

/// What to do with an index.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum IndexCommand {
    /// Build the index of license texts; the same inputs give the same bytes.
    Build(BuildArgs),
}

/// The arguments.
#[derive(Debug, clap::Args)]
pub(crate) struct BuildArgs {
    /// Folders of license texts.
    #[arg(long, required = true, value_name = "DIR")]
    pub(crate) from: Vec<PathBuf>,
    /// A wheel of scancode-toolkit, for its license data.
    #[arg(long, value_name = "FILE")]
    pub(crate) scancode_wheel: Option<PathBuf>,
    /// Where to write the index.
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
}

pub(crate) fn run(command: &IndexCommand) -> Result<u8, Failure> {
    let IndexCommand::Build(args) = command;
    let mut contents = Contents {
        standard_texts: true,
        ..Contents::default()
    };
    for folder in &args.from {
        read(folder, folder, &mut contents.files)?;
    }
    if let Some(wheel) = &args.scancode_wheel {
        let bytes = std::fs::read(wheel).map_err(|error| unreadable(wheel, &error))?;
        let files = unpack_wheel(&bytes).map_err(|error| Failure::new(error.to_string()))?;
        contents.files.extend(files);
    }
    let built = build(&contents).map_err(|error| Failure::new(error.to_string()))?;
    std::fs::write(&args.output, &built.bytes).map_err(|error| {
        Failure::new(format!("cannot write {}: {error}", args.output.display()))
    })?;
    message::answer(&format!(
        "{} texts, {} bytes: {}\n",
        built.rules.len(),
        built.bytes.len(),
        args.output.display()
    ))?;
    Ok(overt_report::exit::MET)
}

fn read(root: &Path, folder: &Path, files: &mut Vec<SourceFile>) -> Result<(), Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .map_err(|error| unreadable(folder, &error))?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read(root, &path, files)?;
        } else {
            let bytes = std::fs::read(&path).map_err(|error| unreadable(&path, &error))?;
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy();
            files.push(SourceFile {
                path: name.replace('\\', "/"),
                bytes,
            });
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {error}", path.display()))
}
