//! `overt definitions`.

use overt_decide::Definition;
use overt_report::terminal;

use crate::cli::{DefinitionsArgs, Format};
use crate::message::{self, Failure};

pub(crate) fn run(args: &DefinitionsArgs) -> Result<u8, Failure> {
    let text = match (&args.id, args.format) {
        (None, Format::Terminal) => terminal::definitions(overt_decide::definitions()),
        (None, Format::Json) => json(&overt_decide::definitions())?,
        (Some(id), format) => {
            let definition = overt_decide::definition(id).ok_or_else(|| {
                Failure::new(format!("no definition is called `{id}`"))
                    .hint("`overt definitions` lists them")
            })?;
            match format {
                Format::Terminal => terminal::definition(definition, None),
                Format::Json => json(definition)?,
            }
        }
    };
    message::answer(&text)?;
    Ok(overt_report::exit::MET)
}

/// The page of a definition (`osaid-1.0`) or of one of its requirements
/// (`osaid-1.0/parameters`).
pub(super) fn page(subject: &str) -> Option<String> {
    let (id, requirement) = match subject.split_once('/') {
        Some((id, requirement)) => (id, Some(requirement)),
        None => (subject, None),
    };
    let definition: &Definition = overt_decide::definition(id)?;
    match requirement {
        Some(wanted) if !definition.requirements.iter().any(|one| one.id == wanted) => None,
        wanted => Some(terminal::definition(definition, wanted)),
    }
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Failure> {
    overt_report::json(value).map_err(|error| Failure::new(format!("cannot write JSON: {error}")))
}
