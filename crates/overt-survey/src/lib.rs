//! Sources to findings to one release: walk, classify, attribute licenses, find contradictions.
//!
//! ```no_run
//! let options = overt_survey::Options::from_env();
//! let survey = overt_survey::survey(&["path/to/model".to_owned()], &options)?;
//! for contradiction in &survey.release.contradictions {
//!     eprintln!("{}: {}", contradiction.code, contradiction.message);
//! }
//! # Ok::<(), overt_survey::SurveyError>(())
//! ```

mod assemble;
mod claim;
mod contradiction;
mod facts;
mod gather;
mod manifest;
mod signature;
mod source;
mod survey;
mod wording;

pub use contradiction::{FindingPage, finding, findings};
pub use manifest::{ComponentAssertion, FILE_NAME, FactAssertion, Manifest};
pub use signature::{ComponentFile, Elsewhere, OnlyIn, Signature};
pub use source::{HubCache, Options, RepositoryKind, Snapshot};
pub use survey::{Survey, SurveyError, survey};
pub use wording::{LicenseFilesFile, SubjectWords};
