//! TOML with places.

use overt_core::Budget;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{Document, DocumentError, Key, Node, Value};

/// Parses a whole TOML text into a tree. Repeated keys are errors in TOML itself.
pub fn parse(text: &str, mut budget: Budget) -> Result<Document, DocumentError> {
    budget
        .charge_bytes(text.len() as u64)
        .map_err(|source| DocumentError::Budget { source, at: 0 })?;
    let table = DeTable::parse(text).map_err(|error| DocumentError::Syntax {
        what: error.message().to_owned(),
        at: error.span().map_or(0, |span| span.start),
    })?;
    let bytes = table.span();
    Ok(Document {
        root: Node {
            value: map(table.get_ref(), &mut budget)?,
            bytes,
        },
        duplicates: Vec::new(),
    })
}

fn map(table: &DeTable<'_>, budget: &mut Budget) -> Result<Value, DocumentError> {
    let mut entries = Vec::new();
    for (key, value) in table {
        let key = Key {
            text: key.get_ref().to_string(),
            bytes: key.span(),
        };
        entries.push((key, node(value, budget)?));
    }
    // The table is sorted by key; the file's order is that of the places.
    entries.sort_by_key(|(key, _): &(Key, Node)| key.bytes.start);
    Ok(Value::Map(entries))
}

fn node(value: &Spanned<DeValue<'_>>, budget: &mut Budget) -> Result<Node, DocumentError> {
    let bytes = value.span();
    let bound = |source| DocumentError::Budget {
        source,
        at: bytes.start,
    };
    budget.charge_items(1).map_err(bound)?;
    budget.enter().map_err(bound)?;
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Scalar(number.to_string()),
        DeValue::Float(number) => Value::Scalar(number.to_string()),
        DeValue::Boolean(truth) => Value::Scalar(truth.to_string()),
        DeValue::Datetime(date) => Value::Scalar(date.to_string()),
        DeValue::Array(elements) => Value::List(
            elements
                .iter()
                .map(|element| node(element, budget))
                .collect::<Result<_, _>>()?,
        ),
        DeValue::Table(table) => map(table, budget)?,
    };
    budget.leave();
    Ok(Node { value, bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_places_and_the_files_order() {
        let text = "z = 1\n[a]\nlicense = \"MIT\"\nlist = [\"x\", 2.50]\n";
        let root = parse(text, Budget::TEXT).unwrap().root;
        assert_eq!(root.entries()[0].0.text, "z");
        let license = root.at(&["a", "license"]).unwrap();
        assert_eq!(license.text(), Some("MIT"));
        assert_eq!(&text[license.bytes.clone()], "\"MIT\"");
        assert_eq!(root.at(&["a", "list"]).unwrap().scalars().len(), 2);
    }

    #[test]
    fn broken_and_deep_texts_are_refused() {
        assert!(parse("a = ", Budget::TEXT).is_err());
        assert!(parse("a = 1\na = 2", Budget::TEXT).is_err());
        let deep = format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(parse(&deep, Budget::TEXT).is_err());
    }
}
