//! YAML with places.
//!
//! Scalars keep their spelling: no version becomes a number and no language a truth value. Aliases
//! are resolved by copying, and every copied value is charged, so that a text cannot expand beyond
//! the budget. Of several documents only the first is read.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span};
use overt_core::Budget;

use super::{Document, DocumentError, Key, Node, Value, note_duplicates};

/// Parses the first document of a YAML text into a tree; an empty text is [`Value::Null`].
pub fn parse(text: &str, budget: Budget) -> Result<Document, DocumentError> {
    let mut builder = Builder {
        budget,
        duplicates: Vec::new(),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        root: None,
    };
    builder.charge_bytes(text.len() as u64)?;
    let options = granit_parser::options! { emit_comments: false };
    let places = Places::of(text);
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| DocumentError::Syntax {
            what: error.info(),
            at: places.byte(error.marker()),
        })?;
        let bytes = places.range(&span);
        match event {
            Event::Scalar(text, style, anchor, _) => {
                let value = match style {
                    ScalarStyle::Plain if matches!(&*text, "" | "~" | "null" | "Null" | "NULL") => {
                        Value::Null
                    }
                    ScalarStyle::Plain => Value::Scalar(text.into_owned()),
                    _ => Value::Text(text.into_owned()),
                };
                builder.put(Node { value, bytes }, anchor)?;
            }
            Event::SequenceStart(_, anchor, _) => {
                builder.begin(Value::List(Vec::new()), bytes, anchor)?;
            }
            Event::MappingStart(_, anchor, _) => {
                builder.begin(Value::Map(Vec::new()), bytes, anchor)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.end(bytes.end)?,
            Event::Alias(anchor) => builder.alias(anchor, &bytes)?,
            Event::DocumentEnd => break,
            _ => {}
        }
    }
    let root = builder.root.unwrap_or(Node {
        value: Value::Null,
        bytes: 0..0,
    });
    Ok(Document {
        root,
        duplicates: builder.duplicates,
    })
}

/// From the parser's places, which may be counted in characters, to bytes.
struct Places {
    length: usize,
}

impl Places {
    fn of(text: &str) -> Self {
        Self { length: text.len() }
    }

    fn byte(&self, marker: &granit_parser::Marker) -> usize {
        marker.byte_offset().unwrap_or(0).min(self.length)
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let range = span.byte_range().unwrap_or(0..0);
        let start = range.start.min(self.length);
        start..range.end.clamp(start, self.length)
    }
}

/// A collection that has begun.
struct Open {
    node: Node,
    key: Option<Key>,
    anchor: usize,
}

struct Builder {
    budget: Budget,
    duplicates: Vec<Key>,
    open: Vec<Open>,
    /// Anchored values with their number of items.
    anchors: BTreeMap<usize, (Node, u64)>,
    root: Option<Node>,
}

impl Builder {
    fn charge_bytes(&mut self, bytes: u64) -> Result<(), DocumentError> {
        self.budget
            .charge_bytes(bytes)
            .map_err(|source| DocumentError::Budget { source, at: 0 })
    }

    fn charge_items(&mut self, items: u64, at: usize) -> Result<(), DocumentError> {
        self.budget
            .charge_items(items)
            .map_err(|source| DocumentError::Budget { source, at })
    }

    fn begin(
        &mut self,
        value: Value,
        bytes: Range<usize>,
        anchor: usize,
    ) -> Result<(), DocumentError> {
        self.charge_items(1, bytes.start)?;
        let at = bytes.start;
        self.budget
            .enter()
            .map_err(|source| DocumentError::Budget { source, at })?;
        self.open.push(Open {
            node: Node { value, bytes },
            key: None,
            anchor,
        });
        Ok(())
    }

    fn end(&mut self, at: usize) -> Result<(), DocumentError> {
        let Some(mut open) = self.open.pop() else {
            return Ok(());
        };
        self.budget.leave();
        // Block collections end where the next token begins; their last value ends them truly.
        let last = match &open.node.value {
            Value::List(elements) => elements.last().map(|node| node.bytes.end),
            Value::Map(entries) => entries.last().map(|(_, node)| node.bytes.end),
            _ => None,
        };
        open.node.bytes.end = last.unwrap_or(at).max(open.node.bytes.start);
        note_duplicates(open.node.entries(), &mut self.duplicates);
        self.place(open.node, open.anchor)
    }

    fn put(&mut self, node: Node, anchor: usize) -> Result<(), DocumentError> {
        self.charge_items(1, node.bytes.start)?;
        self.place(node, anchor)
    }

    /// Puts a finished value where it belongs: a key, a value, an element or the root.
    fn place(&mut self, node: Node, anchor: usize) -> Result<(), DocumentError> {
        if anchor != 0 {
            let items = weight(&node);
            // The kept copy is charged like an expansion.
            self.charge_items(items, node.bytes.start)?;
            self.anchors.insert(anchor, (node.clone(), items));
        }
        match self.open.last_mut() {
            None => {
                self.root.get_or_insert(node);
            }
            Some(open) => match &mut open.node.value {
                Value::List(elements) => elements.push(node),
                Value::Map(entries) => match open.key.take() {
                    None => {
                        let text = match node.value {
                            Value::Text(text) | Value::Scalar(text) => text,
                            // A key that is no scalar cannot be one of ours.
                            _ => String::new(),
                        };
                        open.key = Some(Key {
                            text,
                            bytes: node.bytes,
                        });
                    }
                    Some(key) => entries.push((key, node)),
                },
                _ => {}
            },
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, bytes: &Range<usize>) -> Result<(), DocumentError> {
        let Some((_, items)) = self.anchors.get(&anchor) else {
            // An alias inside its own anchor.
            return Err(DocumentError::Syntax {
                what: "an alias stands inside the value that it names".to_owned(),
                at: bytes.start,
            });
        };
        let items = *items;
        self.charge_items(items, bytes.start)?;
        let Some((node, _)) = self.anchors.get(&anchor).cloned() else {
            return Ok(());
        };
        self.place(node, 0)
    }
}

/// How many values a value holds, itself included. Its depth is bounded by the budget.
fn weight(node: &Node) -> u64 {
    let inside: u64 = match &node.value {
        Value::List(elements) => elements.iter().map(weight).fold(0, u64::saturating_add),
        Value::Map(entries) => entries
            .iter()
            .map(|(_, node)| weight(node))
            .fold(0, u64::saturating_add),
        _ => 0,
    };
    inside.saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_keep_their_spelling_and_place() {
        let text = "language: no\nversion: 1.0\nlicense: \"mit\"\nlist:\n- a\n- b # c\nempty:\n";
        let document = parse(text, Budget::TEXT).unwrap();
        let root = &document.root;
        assert_eq!(root.get("language").unwrap().scalar(), Some("no"));
        assert_eq!(root.get("version").unwrap().scalar(), Some("1.0"));
        let license = root.get("license").unwrap();
        assert_eq!(&text[license.bytes.clone()], "\"mit\"");
        let list = root.get("list").unwrap().scalars();
        assert_eq!(&text[list[1].1.clone()], "b");
        assert_eq!(root.get("empty").unwrap().value, Value::Null);
    }

    #[test]
    fn places_are_bytes_also_after_wide_characters() {
        let text = "名前: 模型\nlicense: mit\n";
        let root = parse(text, Budget::TEXT).unwrap().root;
        assert_eq!(&text[root.get("license").unwrap().bytes.clone()], "mit");
    }

    #[test]
    fn aliases_are_resolved_within_the_budget() {
        let document = parse("a: &x [1, 2]\nb: *x\n", Budget::TEXT).unwrap();
        assert_eq!(document.root.get("b").unwrap().elements().len(), 2);
    }

    #[test]
    fn an_alias_bomb_is_refused_early() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..12 {
            let below = format!("*a{}", level - 1);
            bomb.push_str(&format!(
                "a{level}: &a{level} [{}]\n",
                vec![below; 10].join(", ")
            ));
        }
        assert!(matches!(
            parse(&bomb, Budget::TEXT),
            Err(DocumentError::Budget { .. })
        ));
        assert!(parse("a: &a [*a]\n", Budget::TEXT).is_err());
    }

    #[test]
    fn depth_is_bounded_in_both_styles() {
        assert!(parse(&"[".repeat(100_000), Budget::TEXT).is_err());
        let mut block = String::new();
        for level in 0..2000 {
            block.push_str(&" ".repeat(level));
            block.push_str("a:\n");
        }
        assert!(parse(&block, Budget::TEXT).is_err());
    }

    #[test]
    fn repeated_keys_are_noted_with_their_place() {
        let text = "license: mit\nlicense: other\n";
        let document = parse(text, Budget::TEXT).unwrap();
        assert_eq!(document.duplicates.len(), 1);
        assert_eq!(document.duplicates[0].bytes.start, 13);
    }
}
