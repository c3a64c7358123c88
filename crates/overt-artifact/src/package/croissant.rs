//! `croissant.json`: dataset metadata in JSON-LD (Croissant 1.0), and Frictionless'
//! `datapackage.json`.

use super::Found;
use crate::FieldName;
use crate::document::{Node, Value};

pub(super) fn croissant(root: &Node, found: &mut Found) {
    for (key, name) in [
        ("name", FieldName::ModelName),
        ("version", FieldName::Version),
        ("url", FieldName::Url),
        ("sameAs", FieldName::Url),
        ("datePublished", FieldName::Date),
        ("inLanguage", FieldName::Language),
        ("keywords", FieldName::Tag),
        ("conformsTo", FieldName::Other),
        ("description", FieldName::Other),
        ("citeAs", FieldName::Other),
        ("isLiveDataset", FieldName::Other),
        ("rai:dataCollection", FieldName::Other),
        ("rai:dataLimitations", FieldName::Other),
        ("rai:dataBiases", FieldName::Other),
        ("rai:personalSensitiveInformation", FieldName::Other),
    ] {
        found.add_node(name, key, root.get(key));
    }
    named(root.get("license"), FieldName::License, "license", found);
    named(root.get("creator"), FieldName::Author, "creator", found);
    named(
        root.get("publisher"),
        FieldName::Organization,
        "publisher",
        found,
    );
    named(
        root.get("isBasedOn"),
        FieldName::Dataset,
        "isBasedOn",
        found,
    );
}

pub(super) fn data_package(root: &Node, found: &mut Found) {
    for (key, name) in [
        ("name", FieldName::ModelName),
        ("title", FieldName::Other),
        ("version", FieldName::Version),
        ("homepage", FieldName::Url),
        ("created", FieldName::Date),
        ("keywords", FieldName::Tag),
    ] {
        found.add_node(name, key, root.get(key));
    }
    for license in root.get("licenses").map(Node::elements).unwrap_or_default() {
        found.add_node(FieldName::License, "licenses.name", license.get("name"));
        found.add_node(FieldName::LicenseLink, "licenses.path", license.get("path"));
    }
    for person in root
        .get("contributors")
        .map(Node::elements)
        .unwrap_or_default()
    {
        found.add_node(FieldName::Author, "contributors.title", person.get("title"));
    }
}

/// Texts, or objects with a name, an address or an id; one or a list of them.
fn named(node: Option<&Node>, name: FieldName, key: &str, found: &mut Found) {
    let Some(node) = node else { return };
    match &node.value {
        Value::List(elements) => {
            for element in elements
                .iter()
                .filter(|e| !matches!(e.value, Value::List(_)))
            {
                named(Some(element), name, key, found);
            }
        }
        Value::Map(_) => {
            let part = ["name", "url", "@id"]
                .into_iter()
                .find_map(|part| node.get(part));
            found.add_node(name, key, part);
        }
        _ => found.add_node(name, key, Some(node)),
    }
}
