//! What a command is about: a release surveyed from files, or one that somebody else recorded.

use std::path::Path;

use overt_core::Release;
use overt_decide::record;
use overt_report::Reading;
use overt_survey::Options;

use super::check::unreadable;
use crate::message::Failure;

/// A release and how much was read for it.
pub(super) struct Subject {
    pub(super) release: Release,
    pub(super) read: Reading,
}

/// Records are small; what is longer is read as a file of a release.
const LONGEST_RECORD: u64 = 1 << 20;

/// The release that the paths make up. A single file in which the Model Openness Tool, the European Open
/// Source AI Index or a person recorded facts stands for the release that it describes.
pub(super) fn subject(paths: &[String], options: &Options) -> Result<Subject, Failure> {
    if let [path] = paths
        && let Some(subject) = recorded(path)?
    {
        return Ok(subject);
    }
    let survey = overt_survey::survey(paths, options).map_err(unreadable)?;
    let read = Reading {
        files: survey.files,
        bytes: survey.bytes_read,
    };
    Ok(Subject {
        release: survey.release,
        read,
    })
}

fn recorded(path: &str) -> Result<Option<Subject>, Failure> {
    let file = Path::new(path);
    let extension = file.extension().and_then(|extension| extension.to_str());
    let may_be = extension.is_some_and(|own| {
        ["yml", "yaml", "json", "toml"]
            .iter()
            .any(|known| own.eq_ignore_ascii_case(known))
    });
    // `overt.toml` supplements the files beside it.
    let supplement = file.file_name().is_some_and(|name| name == "overt.toml");
    let small =
        std::fs::metadata(file).is_ok_and(|about| about.is_file() && about.len() <= LONGEST_RECORD);
    if !may_be || supplement || !small {
        return Ok(None);
    }
    // What cannot be read as a text is for the survey to complain about.
    let Ok(text) = std::fs::read_to_string(file) else {
        return Ok(None);
    };
    match record::read(&text, path) {
        None => Ok(None),
        Some(Err(error)) => Err(Failure::new(format!("{path}: {error}"))),
        Some(Ok((_, release))) => Ok(Some(Subject {
            release,
            read: Reading {
                files: 1,
                bytes: text.len() as u64,
            },
        })),
    }
}
