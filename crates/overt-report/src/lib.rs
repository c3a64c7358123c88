//! Renders releases and verdicts for terminals and machines.
//!
//! [`CheckReport`] is what `overt check` answers; [`json`] and [`terminal::check`] show it. Renderers
//! read values and return text: nothing here opens a file or prints.

mod check;
mod schema;
pub mod terminal;

pub use check::{Answer, Asked, CHECK_SCHEMA, CheckReport, ComponentUse, Near, Reading, exit};
pub use schema::schemas;

/// Any report as JSON: pretty, with a final newline.
pub fn json<T: serde::Serialize>(report: &T) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(report).map(|text| text + "\n")
}
