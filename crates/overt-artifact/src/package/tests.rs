use overt_core::Span;

use super::*;

/// `(meaning, value, first line)` of every license field.
fn licenses(file_name: &str, text: &str) -> Vec<(FieldName, String, u32)> {
    let (fields, problems) = read(file_name, text.as_bytes());
    assert_eq!(problems, [], "{file_name}");
    fields
        .into_iter()
        .filter(|field| matches!(field.name, FieldName::License | FieldName::LicenseLink))
        .map(|field| {
            let Some(Span::Lines(line, _)) = field.span else {
                panic!("a line")
            };
            (field.name, field.value, line)
        })
        .collect()
}

fn license(value: &str, line: u32) -> (FieldName, String, u32) {
    (FieldName::License, value.to_owned(), line)
}

fn link(value: &str, line: u32) -> (FieldName, String, u32) {
    (FieldName::LicenseLink, value.to_owned(), line)
}

#[test]
fn cargo() {
    let text = "[package]\nname = \"x\"\nlicense = \"MIT OR Apache-2.0\"\nlicense-file = \"L\"\n";
    assert_eq!(
        licenses("Cargo.toml", text),
        [license("MIT OR Apache-2.0", 3), link("L", 4)]
    );
}

#[test]
fn pyproject_in_every_form() {
    let text = "[project]\nlicense = \"BSD-3-Clause\"\nlicense-files = [\"LICENSE*\"]\nclassifiers = [\n  \"Topic :: X\",\n  \"License :: OSI Approved :: BSD License\",\n]\n";
    assert_eq!(
        licenses("pyproject.toml", text),
        [
            license("BSD-3-Clause", 2),
            link("LICENSE*", 3),
            license("License :: OSI Approved :: BSD License", 6)
        ]
    );
    let text = "[project]\nlicense = { text = \"MIT\" }\n[tool.poetry]\nlicense = \"GPL-3.0\"\n";
    assert_eq!(
        licenses("pyproject.toml", text),
        [license("MIT", 2), license("GPL-3.0", 4)]
    );
    let text = "[project]\nlicense = { file = \"LICENSE\" }\n";
    assert_eq!(licenses("pyproject.toml", text), [link("LICENSE", 2)]);
}

#[test]
fn setup_files() {
    let text = "[metadata]\nname = x\nlicense = Apache-2.0\nclassifiers =\n    Topic :: X\n    License :: OSI Approved :: Apache Software License\n[options]\nlicense = no\n";
    assert_eq!(
        licenses("setup.cfg", text),
        [
            license("Apache-2.0", 3),
            license("License :: OSI Approved :: Apache Software License", 6)
        ]
    );
    let text = "from setuptools import setup\n# license='GPL'\nlicense_text = open('LICENSE')\nsetup(\n    name='x', license = 'MIT',  # license='no'\n    classifiers=['License :: OSI Approved :: MIT License'],\n)\nif license == 'x': pass\n";
    assert_eq!(
        licenses("setup.py", text),
        [
            license("MIT", 5),
            license("License :: OSI Approved :: MIT License", 6)
        ]
    );
}

#[test]
fn installed_metadata_with_continuation() {
    let text = "Metadata-Version: 2.1\nName: x\nLicense: MIT License\n        \n        Permission\nLicense-File: LICENSE\nClassifier: License :: OSI Approved :: MIT License\n\nLicense: not this\n";
    let found = licenses("METADATA", text);
    assert_eq!(found[0].2, 3);
    assert!(found[0].1.starts_with("MIT License"));
    assert_eq!(found[1], link("LICENSE", 6));
    assert_eq!(found.len(), 3);
}

#[test]
fn npm_in_every_form() {
    assert_eq!(
        licenses("package.json", "{\n\"license\": \"ISC\"}"),
        [license("ISC", 2)]
    );
    assert_eq!(
        licenses(
            "package.json",
            "{\"licenses\": [\n{\"type\": \"MIT\", \"url\": \"u\"}]}"
        ),
        [license("MIT", 2), link("u", 2)]
    );
}

#[test]
fn citation_and_code_meta() {
    let text = "cff-version: 1.2.0\nlicense:\n  - MIT\n  - Apache-2.0\ntitle: X\nauthors:\n  - given-names: A\n    family-names: B\n";
    assert_eq!(
        licenses("CITATION.cff", text),
        [license("MIT", 3), license("Apache-2.0", 4)]
    );
    let (fields, _) = read("CITATION.cff", text.as_bytes());
    assert!(
        fields
            .iter()
            .any(|f| f.name == FieldName::Author && f.value == "A B")
    );
    let text = "{\"license\": {\"@id\": \"https://spdx.org/licenses/MIT\"}}";
    assert_eq!(
        licenses("codemeta.json", text),
        [license("https://spdx.org/licenses/MIT", 1)]
    );
}

#[test]
fn dataset_metadata() {
    let text = "{\"license\": [\n\"https://spdx.org/licenses/CC-BY-4.0\",\n{\"name\": \"MIT\"}], \"creator\": {\"name\": \"A\"}}";
    assert_eq!(
        licenses("croissant.json", text),
        [
            license("https://spdx.org/licenses/CC-BY-4.0", 2),
            license("MIT", 3)
        ]
    );
    let text = "{\"licenses\": [{\"name\": \"ODC-PDDL-1.0\", \"path\": \"u\"}]}";
    assert_eq!(
        licenses("datapackage.json", text),
        [license("ODC-PDDL-1.0", 1), link("u", 1)]
    );
}

#[test]
fn broken_metadata_is_a_problem_and_other_files_are_nothing() {
    let (_, problems) = read("Cargo.toml", b"[package\n");
    assert_eq!(problems[0].kind, ProblemKind::Malformed);
    assert_eq!(read("other.toml", b"["), (Vec::new(), Vec::new()));
}
