//! `Cargo.toml`.

use super::Found;
use crate::FieldName;
use crate::document::Node;

pub(super) fn read(root: &Node, found: &mut Found) {
    for table in ["package", "workspace.package"] {
        let path: Vec<&str> = table.split('.').collect();
        let Some(package) = root.at(&path) else {
            continue;
        };
        for (key, name) in [
            ("license", FieldName::License),
            ("license-file", FieldName::LicenseLink),
            ("name", FieldName::ModelName),
            ("version", FieldName::Version),
            ("authors", FieldName::Author),
            ("repository", FieldName::Url),
            ("homepage", FieldName::Url),
        ] {
            found.add_node(name, &format!("{table}.{key}"), package.get(key));
        }
    }
}
