//! The published JSON Schemas of our outputs.

use schemars::{JsonSchema, Schema, schema_for};

use crate::CheckReport;

/// Every schema with the name of its file under `schema/`.
pub fn schemas() -> Vec<(&'static str, String)> {
    vec![("check-1.schema.json", text::<CheckReport>())]
}

fn text<T: JsonSchema>() -> String {
    let schema: Schema = schema_for!(T);
    serde_json::to_string_pretty(&schema)
        .map(|text| text + "\n")
        .unwrap_or_default()
}
