//! `overt license diff`: what changed between two licenses, in words or in terms.

mod subject;
mod terms;
mod words;

use overt_core::LicenseId;
use overt_license::{TermsDifference, TextDifference, canonical_text};
use serde::Serialize;

use crate::cli::Format;
use crate::message::{self, Failure};
use subject::Subject;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Two files are compared word by word, as the SPDX matching guidelines compare texts: \
                  white space, punctuation, markup, list numbers, copyright notices and spelling do \
                  not count. So are a file and a license on the SPDX list. Any other two are compared \
                  in terms: what they let you do and require.\n\nExamples:\n  \
                  overt license diff LICENSE.old LICENSE     what was changed, word by word\n  \
                  overt license diff MIT LICENSE             how LICENSE differs from MIT\n  \
                  overt license diff llama3.1 llama3.2       what changed in terms\n  \
                  overt license diff --format json A B"
)]
pub(crate) struct DiffArgs {
    /// The older license: a file, an id or a name.
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The newer license: a file, an id or a name.
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

/// What was compared, and what came out.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case", tag = "compared")]
enum Difference {
    /// The texts, word by word.
    Words {
        /// The file or the license compared from.
        old: String,
        /// The file or the license compared to.
        new: String,
        #[serde(flatten)]
        difference: TextDifference,
    },
    /// What the licenses say.
    Terms(TermsDifference),
}

pub(crate) fn run(args: &DiffArgs) -> Result<u8, Failure> {
    let (old, new) = (Subject::read(&args.old)?, Subject::read(&args.new)?);
    let difference = match (&old, &new) {
        (Subject::License(old), Subject::License(new)) => in_terms(old, new)?,
        (Subject::File { .. }, Subject::File { .. }) => in_words(&old, &new),
        (Subject::File { .. }, Subject::License(id))
        | (Subject::License(id), Subject::File { .. }) => {
            if canonical_text(id).is_some() {
                in_words(&old, &new)
            } else {
                message::note(&format!(
                    "the text of {id} is not at hand, only its terms: the file is compared by the \
                     terms of the license that it is"
                ));
                in_terms(&old.license()?, &new.license()?)?
            }
        }
    };
    let text = match args.format {
        Format::Json => overt_report::json(&difference)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
        Format::Terminal => match &difference {
            Difference::Words {
                old,
                new,
                difference,
            } => words::shown(old, new, difference),
            Difference::Terms(difference) => terms::shown(difference),
        },
    };
    message::answer(&text)?;
    Ok(overt_report::exit::MET)
}

fn in_terms(old: &LicenseId, new: &LicenseId) -> Result<Difference, Failure> {
    overt_license::difference(old, new)
        .map(Difference::Terms)
        .ok_or_else(|| {
            let unknown = if overt_license::facts(old).is_none() {
                old
            } else {
                new
            };
            Failure::new(format!("overt knows no terms of {unknown}"))
        })
}

fn in_words(old: &Subject, new: &Subject) -> Difference {
    Difference::Words {
        old: old.name().to_owned(),
        new: new.name().to_owned(),
        difference: overt_license::diff(old.text(), new.text()),
    }
}
