//! The strings of a JSON document, such as the cells of a notebook.

use serde_json::Value;

/// Every string of the document, each on its lines, object keys before their values.
pub(super) fn text(json: &str) -> Option<String> {
    let value: Value = serde_json::from_str(json).ok()?;
    let mut text = String::with_capacity(json.len());
    let mut waiting = vec![(None, &value)];
    while let Some((key, value)) = waiting.pop() {
        match value {
            Value::String(string) => {
                // A short value is read with its key: `"license": "MIT"`.
                if let Some(key) = key {
                    text.push_str(key);
                    text.push_str(": ");
                }
                text.push_str(string);
                if !string.ends_with('\n') {
                    text.push('\n');
                }
            }
            Value::Array(items) => waiting.extend(items.iter().rev().map(|item| (None, item))),
            Value::Object(fields) => {
                waiting.extend(fields.iter().rev().map(|(key, item)| {
                    let short = item.as_str().is_some_and(|string| string.len() < 200);
                    (short.then_some(key.as_str()), item)
                }));
            }
            _ => {}
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn strings_are_joined_in_order() {
        let text =
            super::text(r##"{"cells": [{"source": ["# License\n", "MIT\n"]}], "license": "MIT"}"##);
        assert_eq!(text.as_deref(), Some("# License\nMIT\nlicense: MIT\n"));
        assert_eq!(super::text("{"), None);
    }
}
