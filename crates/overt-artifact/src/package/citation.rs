//! `CITATION.cff` (Citation File Format 1.2.0).

use super::Found;
use crate::FieldName;
use crate::document::Node;

pub(super) fn read(root: &Node, found: &mut Found) {
    for (key, name) in [
        ("license", FieldName::License),
        ("license-url", FieldName::LicenseLink),
        ("title", FieldName::ModelName),
        ("version", FieldName::Version),
        ("doi", FieldName::Doi),
        ("date-released", FieldName::Date),
        ("repository-code", FieldName::Url),
        ("repository", FieldName::Url),
        ("repository-artifact", FieldName::Url),
        ("url", FieldName::Url),
        ("keywords", FieldName::Tag),
        ("type", FieldName::Other),
    ] {
        found.add_node(name, key, root.get(key));
    }
    people(root.get("authors"), "authors", found);
    if let Some(preferred) = root.get("preferred-citation") {
        for (key, name) in [
            ("title", FieldName::Other),
            ("doi", FieldName::Doi),
            ("url", FieldName::Url),
        ] {
            found.add_node(
                name,
                &format!("preferred-citation.{key}"),
                preferred.get(key),
            );
        }
    }
}

fn people(list: Option<&Node>, key: &str, found: &mut Found) {
    for person in list.map(Node::elements).unwrap_or_default() {
        let part = |key| person.get(key).and_then(Node::scalar);
        if let Some(name) = part("name") {
            found.add(FieldName::Organization, key, name, &person.bytes);
        } else {
            let parts = [
                part("given-names"),
                part("name-particle"),
                part("family-names"),
            ];
            let whole: Vec<&str> = parts.into_iter().flatten().collect();
            found.add(FieldName::Author, key, &whole.join(" "), &person.bytes);
        }
    }
}
