//! YAML of records and of front matter, as JSON whose scalars are texts in their own spelling.

use granit_parser::{Event, Parser, ScalarStyle};
use serde_json::{Map, Value};

/// The deepest nesting; records have four levels, results in front matter seven.
const DEEPEST: usize = 24;

/// A collection that has begun, and the key that waits for its value.
enum Open {
    List(Vec<Value>),
    Map(Map<String, Value>, Option<String>),
}

/// The first document of a text. `None` if it is no YAML, is nested too deeply, or uses aliases.
pub(crate) fn parse(text: &str) -> Option<Value> {
    let options = granit_parser::options! { emit_comments: false };
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, _) = next.ok()?;
        let done = match event {
            Event::Scalar(text, style, ..) => {
                let null = matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
                Some(if null && style == ScalarStyle::Plain {
                    Value::Null
                } else {
                    Value::String(text.into_owned())
                })
            }
            Event::SequenceStart(..) => {
                open.push(Open::List(Vec::new()));
                None
            }
            Event::MappingStart(..) => {
                open.push(Open::Map(Map::new(), None));
                None
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop()? {
                Open::List(list) => Some(Value::Array(list)),
                Open::Map(map, _) => Some(Value::Object(map)),
            },
            Event::Alias(_) => return None,
            Event::DocumentEnd => break,
            _ => None,
        };
        if open.len() > DEEPEST {
            return None;
        }
        let Some(value) = done else { continue };
        match open.last_mut() {
            None => root = root.or(Some(value)),
            Some(Open::List(list)) => list.push(value),
            Some(Open::Map(map, key)) => match key.take() {
                // A key that is no text is none of ours.
                None => *key = Some(value.as_str().unwrap_or_default().to_owned()),
                Some(known) => {
                    map.insert(known, value);
                }
            },
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parse;

    #[test]
    fn scalars_keep_their_spelling() {
        let text = "a: 1.0\nb: [no, \"\", ]\nc:\n  - d: ''\n    e:\n";
        let wanted = json!({"a": "1.0", "b": ["no", ""], "c": [{"d": "", "e": null}]});
        assert_eq!(parse(text), Some(wanted));
    }

    #[test]
    fn hostile_texts_are_refused() {
        assert_eq!(parse(&"[".repeat(100_000)), None);
        assert_eq!(parse("a: &x [1]\nb: *x\n"), None);
        assert_eq!(parse("a: [b"), None);
        assert_eq!(parse(""), None);
    }
}
