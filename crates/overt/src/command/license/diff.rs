//! `overt license diff`: what changed between two licenses, in terms.

use std::fmt::Write as _;
use std::path::Path;

use overt_core::LicenseId;
use overt_license::{PageClause, TermsDifference};

use crate::cli::Format;
use crate::message::{self, Failure};

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  overt license diff llama3.1 llama3.2")]
pub(crate) struct DiffArgs {
    /// The older license: an id, a name, or a file.
    #[arg(value_name = "OLD")]
    pub(crate) old: String,
    /// The newer license.
    #[arg(value_name = "NEW")]
    pub(crate) new: String,
    /// How to print the answer.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: Format,
}

pub(crate) fn run(args: &DiffArgs) -> Result<u8, Failure> {
    let (old, new) = (id(&args.old)?, id(&args.new)?);
    let difference = overt_license::difference(&old, &new)
        .ok_or_else(|| Failure::new(format!("nothing is known of {old} or of {new}")))?;
    let text = match args.format {
        Format::Json => overt_report::json(&difference)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?,
        Format::Terminal => shown(&difference),
    };
    message::answer(&text)?;
    Ok(overt_report::exit::MET)
}

/// The license that a name or a file is.
fn id(subject: &str) -> Result<LicenseId, Failure> {
    let path = Path::new(subject);
    let expression = if path.is_file() {
        let bytes =
            std::fs::read(path).map_err(|error| Failure::new(format!("{subject}: {error}")))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        overt_license::identify_named(&name, &bytes)
            .expression
            .ok_or_else(|| Failure::new(format!("{subject}: no license that overt knows")))?
    } else {
        super::explain::named(subject)?
    };
    match expression.licenses().as_slice() {
        [one] => Ok(one.id.clone()),
        _ => Err(Failure::new(format!(
            "{subject} is more than one license: {expression}"
        ))),
    }
}

fn shown(difference: &TermsDifference) -> String {
    let mut text = format!("{} → {}\n", difference.old, difference.new);
    if difference.incomplete {
        text.push_str("One of them is known in summary only; clauses may be missing here.\n");
    }
    for change in &difference.freedoms {
        let _ = writeln!(
            text,
            "~ freedom to {}: {:?} → {:?}",
            change.freedom.verb(),
            change.old,
            change.new
        );
    }
    for clause in &difference.removed {
        line(&mut text, '-', clause);
    }
    for clause in &difference.added {
        line(&mut text, '+', clause);
    }
    for change in &difference.changed {
        line(&mut text, '-', &change.old);
        line(&mut text, '+', &change.new);
    }
    if text.lines().count() == 1 {
        text.push_str("no difference in terms\n");
    }
    text
}

fn line(text: &mut String, mark: char, clause: &PageClause) {
    let _ = writeln!(
        text,
        "{mark} {} ({}): {}",
        clause.kind.id(),
        clause.place,
        clause.plain
    );
}
