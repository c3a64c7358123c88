//! Labelled files that stand beside the repository: license files of AI repositories, and ScanCode's
//! own data-driven tests.

use std::path::{Path, PathBuf};

use overt_core::Expression;
use overt_license::Identification;
use overt_license::index::{Keys, SourceFile};

/// One labelled file.
pub(crate) struct Case {
    /// Where the label belongs: `ai`, `standard`, `lic1` to `lic4`.
    pub(crate) class: String,
    pub(crate) file_name: String,
    pub(crate) path: PathBuf,
    /// The expressions that are right, one for each license that is found; for a license file of a
    /// repository the only one.
    pub(crate) expected: Vec<String>,
}

impl Case {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap_or_default()
    }

    /// Whether one expression is among the right ones.
    pub(crate) fn is_expected(&self, expression: &Expression) -> bool {
        let found = normal(&expression.to_string());
        self.expected.iter().any(|right| normal(right) == found)
    }

    /// Whether exactly the right expressions were found, in any order.
    pub(crate) fn is_answered(&self, found: &Identification) -> bool {
        if matches!(self.class.as_str(), "ai" | "standard") {
            return found
                .expression
                .as_ref()
                .is_some_and(|expression| self.is_expected(expression));
        }
        let set = |mut list: Vec<String>| {
            list.sort();
            list.dedup();
            list
        };
        let found = found
            .matches
            .iter()
            .map(|one| normal(&one.license.to_string()))
            .collect();
        set(found) == set(self.expected.iter().map(|text| normal(text)).collect())
    }
}

/// An expression as it is compared: its parts in order, and case aside, in which the labels and the
/// list of SPDX differ.
fn normal(expression: &str) -> String {
    let sorted = Expression::parse(expression).map_or_else(
        |_| expression.to_owned(),
        |expression| expression.sorted().to_string(),
    );
    let lower = sorted.to_ascii_lowercase();
    lower
        .strip_prefix("licenseref-openmdw")
        .map_or(lower.clone(), |rest| format!("openmdw{rest}"))
}

/// A folder beside the repository, or where the variable says; `None`, and a loud word, without it.
fn folder(variable: &str, name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os(variable).map_or_else(
        || {
            Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../..")
                .join(name)
        },
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "SKIPPED: {} is absent ({variable} may name it)",
        folder.display()
    );
    None
}

/// The license files of AI repositories whose label is one license.
pub(crate) fn repositories() -> Option<Vec<Case>> {
    let folder = folder("OVERT_SHARED", "shared")?.join("data/licenses/repositories");
    let table = std::fs::read_to_string(folder.join("index.csv")).ok()?;
    let mut cases = Vec::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [file, _, _, _, _, _, truth, spdx, _, _, ai, ..] = fields.as_slice() else {
            continue;
        };
        if matches!(
            *truth,
            "pointer-only" | "pointer-or-mixed" | "mixed" | "notice-multi"
        ) {
            continue;
        }
        let expected = if spdx.is_empty() {
            format!(
                "LicenseRef-{}",
                truth.replace("++", "-pp").replace('+', "-p")
            )
        } else {
            (*spdx).to_owned()
        };
        cases.push(Case {
            class: if *ai == "1" { "ai" } else { "standard" }.to_owned(),
            file_name: (*file).to_owned(),
            path: folder.join("files").join(file),
            expected: vec![expected],
        });
    }
    Some(cases)
}

/// ScanCode's data-driven tests `lic1` to `lic4` of a checkout of scancode-toolkit, without those
/// that it expects itself to fail.
pub(crate) fn scancode() -> Option<Vec<Case>> {
    let root = folder("OVERT_SCANCODE", "scancode-toolkit")?;
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(root.join("src/licensedcode/data/licenses")).ok()? {
        let path = entry.ok()?.path();
        texts.push(SourceFile {
            path: path.file_name()?.to_string_lossy().into_owned(),
            bytes: std::fs::read(&path).ok()?,
        });
    }
    let keys = Keys::read(&texts);
    let mut cases = Vec::new();
    for set in ["lic1", "lic2", "lic3", "lic4"] {
        let mut labels = Vec::new();
        collect(
            &root.join("tests/licensedcode/data/datadriven").join(set),
            &mut labels,
        );
        labels.sort();
        for label in labels {
            let text = std::fs::read_to_string(&label).ok()?;
            let path = label.with_extension("");
            if let Some(expected) = expectation(&text)
                && path.is_file()
            {
                cases.push(Case {
                    class: set.to_owned(),
                    // ScanCode reads contents alone here.
                    file_name: String::new(),
                    path,
                    expected: expected.iter().map(|of| keys.translate(of)).collect(),
                });
            }
        }
    }
    Some(cases)
}

fn collect(folder: &Path, labels: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, labels);
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            labels.push(path);
        }
    }
}

/// The expected expressions of a label; `None` if the label expects a failure or says nothing.
fn expectation(text: &str) -> Option<Vec<String>> {
    let mut expected: Vec<String> = Vec::new();
    let (mut inside, mut known) = (false, false);
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("license_expressions:") {
            known = true;
            inside = rest.trim() != "[]";
        } else if inside && let Some(item) = line.trim_start().strip_prefix("- ") {
            expected.push(item.trim().trim_matches(['"', '\'']).to_owned());
        } else if inside && line.starts_with("    ") {
            if let Some(last) = expected.last_mut() {
                last.push(' ');
                last.push_str(line.trim());
            }
        } else {
            inside = false;
            if line.starts_with("expected_failure: yes")
                || line.starts_with("expected_failure: true")
            {
                return None;
            }
        }
    }
    (known || text.contains("notes")).then_some(expected)
}
