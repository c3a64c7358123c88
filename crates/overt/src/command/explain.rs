//! `overt explain`.

use overt_report::terminal;

use crate::cli::ExplainArgs;
use crate::message::{self, Failure};

pub(crate) fn run(args: &ExplainArgs) -> Result<u8, Failure> {
    let subject = args.subject.trim();
    if let Some(page) = overt_survey::finding(subject) {
        message::answer(&terminal::finding(&page))?;
        return Ok(overt_report::exit::MET);
    }
    if let Some(text) = super::definitions::page(subject) {
        message::answer(&text)?;
        return Ok(overt_report::exit::MET);
    }
    Err(Failure::new(format!("nothing is called `{subject}`")).hint(
        "findings have codes such as OV001; `overt definitions` lists definitions and their \
         requirements",
    ))
}
