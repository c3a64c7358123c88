//! The published JSON Schemas of our outputs.

use overt_license::{
    CommonTerms, Compatibility, LicensePage, LicenseSummary, Suggestion, TermsDifference,
};
use schemars::{JsonSchema, Schema, schema_for};

use crate::CheckReport;

/// Every schema with the name of its file under `schema/`.
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![
        ("check-1.schema.json", text::<CheckReport>()),
        ("license-explain-1.schema.json", text::<Vec<LicensePage>>()),
        ("license-ambiguous-1.schema.json", text::<CommonTerms>()),
        ("license-list-1.schema.json", text::<Vec<LicenseSummary>>()),
        (
            "license-terms-diff-1.schema.json",
            text::<TermsDifference>(),
        ),
        ("compat-1.schema.json", text::<Compatibility>()),
        ("compat-suggest-1.schema.json", text::<Vec<Suggestion>>()),
    ]
}

fn text<T: JsonSchema>() -> String {
    let schema: Schema = schema_for!(T);
    serde_json::to_string_pretty(&schema)
        .map(|text| text + "\n")
        .unwrap_or_default()
}
