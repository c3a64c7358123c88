//! What package metadata says: its license above all.
//!
//! Nothing is executed: of `setup.py` only literal `license=` arguments and license classifiers are
//! seen.

mod citation;
mod croissant;
mod headers;
mod json;
mod python;
mod rust;

use overt_core::{Budget, Problem, ProblemKind};

use crate::bytes::text;
use crate::document::{
    Document, DocumentError, Lines, Node, line_span, parse_json, parse_toml, parse_yaml, shorten,
};
use crate::{Field, FieldName};

/// A sort of package metadata, by its file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageFile {
    /// `Cargo.toml`.
    Cargo,
    /// `pyproject.toml`.
    Pyproject,
    /// `setup.cfg`.
    SetupCfg,
    /// `setup.py`.
    SetupPy,
    /// `PKG-INFO`, or `METADATA` of an installed Python distribution.
    PythonMetadata,
    /// `package.json`.
    Npm,
    /// `CITATION.cff`.
    Citation,
    /// `codemeta.json`.
    CodeMeta,
    /// `croissant.json`.
    Croissant,
    /// `datapackage.json`.
    DataPackage,
}

impl PackageFile {
    /// The sort of a file of this name.
    pub fn of(file_name: &str) -> Option<Self> {
        Some(match file_name {
            "Cargo.toml" => Self::Cargo,
            "pyproject.toml" => Self::Pyproject,
            "setup.cfg" => Self::SetupCfg,
            "setup.py" => Self::SetupPy,
            "PKG-INFO" | "METADATA" => Self::PythonMetadata,
            "package.json" => Self::Npm,
            "codemeta.json" => Self::CodeMeta,
            "croissant.json" | "metadata.croissant.json" => Self::Croissant,
            "datapackage.json" => Self::DataPackage,
            _ if file_name.eq_ignore_ascii_case("CITATION.cff") => Self::Citation,
            _ => return None,
        })
    }
}

/// Reads package metadata; of a file of another name nothing.
///
/// A license that refers to a file is a [`FieldName::LicenseLink`]; a Python classifier is a
/// [`FieldName::License`] whose value begins with `License ::`.
pub fn read(file_name: &str, bytes: &[u8]) -> (Vec<Field>, Vec<Problem>) {
    let Some(kind) = PackageFile::of(file_name) else {
        return (Vec::new(), Vec::new());
    };
    if bytes.len() as u64 > Budget::TEXT.bytes {
        let problem = Problem::new(ProblemKind::TooLarge, "the file is larger than 32 MiB");
        return (Vec::new(), vec![problem]);
    }
    let (text, mut problems) = text(bytes);
    let mut found = Found {
        lines: Lines::of(&text),
        fields: Vec::new(),
    };
    let parsed = match kind {
        PackageFile::Cargo => tree(parse_toml, &text, &mut found, rust::read),
        PackageFile::Pyproject => tree(parse_toml, &text, &mut found, python::pyproject),
        PackageFile::Npm => tree(parse_json, &text, &mut found, json::npm),
        PackageFile::CodeMeta => tree(parse_json, &text, &mut found, json::code_meta),
        PackageFile::Croissant => tree(parse_json, &text, &mut found, croissant::croissant),
        PackageFile::DataPackage => tree(parse_json, &text, &mut found, croissant::data_package),
        PackageFile::Citation => tree(parse_yaml, &text, &mut found, citation::read),
        PackageFile::SetupCfg => {
            python::setup_cfg(&text, &mut found);
            Ok(Vec::new())
        }
        PackageFile::SetupPy => {
            python::setup_py(&text, &mut found);
            Ok(Vec::new())
        }
        PackageFile::PythonMetadata => {
            headers::read(&text, &mut found);
            Ok(Vec::new())
        }
    };
    match parsed {
        Ok(further) => problems.extend(further),
        Err(error) => problems.push(error.problem("the package metadata", &found.lines)),
    }
    (found.fields, problems)
}

type Parse = fn(&str, Budget) -> Result<Document, DocumentError>;

fn tree(
    parse: Parse,
    text: &str,
    found: &mut Found,
    read: fn(&Node, &mut Found),
) -> Result<Vec<Problem>, DocumentError> {
    let document = parse(text, Budget::TEXT)?;
    read(&document.root, found);
    Ok(document.duplicate_problems(&found.lines))
}

/// What was found so far.
struct Found {
    lines: Lines,
    fields: Vec<Field>,
}

impl Found {
    /// Adds a field with the lines of these bytes.
    fn add(&mut self, name: FieldName, key: &str, value: &str, bytes: &std::ops::Range<usize>) {
        /// Some projects put their license's whole text into the field.
        const LONGEST: usize = 65_536;
        let value = value.trim();
        if !value.is_empty() {
            let span = line_span(&self.lines, bytes);
            self.fields
                .push(Field::new(name, key, shorten(value, LONGEST), span));
        }
    }

    /// Adds every scalar of this value.
    fn add_node(&mut self, name: FieldName, key: &str, node: Option<&Node>) {
        for (text, bytes) in node.map(Node::scalars).unwrap_or_default() {
            self.add(name, key, text, &bytes);
        }
    }
}

#[cfg(test)]
mod tests;
