//! `package.json` and `codemeta.json`.

use super::Found;
use crate::FieldName;
use crate::document::{Node, Value};

pub(super) fn npm(root: &Node, found: &mut Found) {
    license(root.get("license"), "license", found);
    // The form of before npm 2: a list of objects.
    license(root.get("licenses"), "licenses", found);
    for (key, name) in [
        ("name", FieldName::ModelName),
        ("version", FieldName::Version),
        ("homepage", FieldName::Url),
        ("keywords", FieldName::Tag),
        ("author", FieldName::Author),
        ("repository", FieldName::Url),
    ] {
        found.add_node(name, key, root.get(key));
    }
    found.add_node(
        FieldName::Author,
        "author.name",
        root.at(&["author", "name"]),
    );
    found.add_node(
        FieldName::Url,
        "repository.url",
        root.at(&["repository", "url"]),
    );
}

pub(super) fn code_meta(root: &Node, found: &mut Found) {
    license(root.get("license"), "license", found);
    for (key, name) in [
        ("name", FieldName::ModelName),
        ("version", FieldName::Version),
        ("softwareVersion", FieldName::Version),
        ("codeRepository", FieldName::Url),
        ("identifier", FieldName::Doi),
        ("datePublished", FieldName::Date),
        ("keywords", FieldName::Tag),
    ] {
        found.add_node(name, key, root.get(key));
    }
    let author = root.get("author");
    let single = author.filter(|node| matches!(node.value, Value::Map(_)));
    let people = author.map(Node::elements).unwrap_or_default();
    for person in single.into_iter().chain(people) {
        let part = |key| person.get(key).and_then(Node::scalar);
        let name = part("name").map_or_else(
            || {
                let parts = [part("givenName"), part("familyName")];
                parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
            },
            str::to_owned,
        );
        found.add(FieldName::Author, "author", &name, &person.bytes);
    }
}

/// A license as text, as object with a type or name and a link, or as a list of either.
fn license(node: Option<&Node>, key: &str, found: &mut Found) {
    let Some(node) = node else { return };
    match &node.value {
        Value::List(elements) => {
            for element in elements {
                if !matches!(element.value, Value::List(_)) {
                    license(Some(element), key, found);
                }
            }
        }
        Value::Map(_) => {
            for part in ["type", "name", "@id"] {
                found.add_node(FieldName::License, &format!("{key}.{part}"), node.get(part));
            }
            found.add_node(
                FieldName::LicenseLink,
                &format!("{key}.url"),
                node.get("url"),
            );
        }
        _ => found.add_node(FieldName::License, key, Some(node)),
    }
}
