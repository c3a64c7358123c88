//! Tensor lists and parameter counts agree with the reference readers in Python.
//!
//! `OVERT_REFERENCE_PYTHON` names a Python interpreter with the packages of [`PACKAGES`]; with
//! `OVERT_REFERENCE_INSTALL` set, one is made, which needs a network. `OVERT_REFERENCE_FILES` may name
//! a folder with further real files.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// `(name, type, shape)` sorted; the type empty where only shapes compare.
type Tensors = Vec<(String, String, Vec<u64>)>;

/// The reference readers and what they need, on `PyPI`.
const PACKAGES: [&str; 9] = [
    "safetensors",
    "gguf",
    "onnx",
    "h5py",
    "tflite",
    "msgpack",
    "numpy",
    "sentencepiece",
    "tokenizers",
];

/// An interpreter that has the reference readers, named by the environment or made in a folder.
fn python(folder: &Path) -> Option<PathBuf> {
    if let Some(python) = std::env::var_os("OVERT_REFERENCE_PYTHON") {
        return Some(python.into());
    }
    if std::env::var_os("OVERT_REFERENCE_INSTALL").is_none() {
        eprintln!("SKIPPED: neither OVERT_REFERENCE_PYTHON nor OVERT_REFERENCE_INSTALL is set");
        return None;
    }
    let environment = folder.join("python");
    let python = environment.join("bin/python");
    let mut make = Command::new("python3");
    make.args(["-m", "venv"]).arg(&environment);
    let mut install = Command::new(&python);
    install
        .args(["-m", "pip", "install", "--quiet"])
        .args(PACKAGES);
    for mut step in [make, install] {
        if !step.status().is_ok_and(|status| status.success()) {
            eprintln!("SKIPPED: the reference readers could not be installed: {step:?}");
            return None;
        }
    }
    Some(python)
}

#[test]
fn tensors_agree_with_the_reference_readers() {
    let folder = tempfile::tempdir().unwrap();
    let Some(python) = python(folder.path()) else {
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/readers.py");
    let mut command = Command::new(python);
    command.arg(script).arg(folder.path().join("made"));
    command.args(std::env::var_os("OVERT_REFERENCE_FILES"));
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut files = 0;
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let told: Value = serde_json::from_str(line).unwrap();
        let path = told["file"].as_str().unwrap();
        if let Some(vocabulary) = told["vocabulary"].as_u64() {
            let (inspection, problems) = overt_artifact::open::inspect_path(Path::new(path));
            assert_eq!(problems, [], "{path}");
            let fields = inspection.unwrap().fields;
            let field = fields.iter().find(|field| field.key == "vocab-size");
            assert_eq!(field.unwrap().value, vocabulary.to_string(), "{path}");
            files += 1;
            continue;
        }
        let mut expected: Tensors = Vec::new();
        let mut typed = true;
        for tensor in told["tensors"].as_array().unwrap() {
            let shape = tensor[2]
                .as_array()
                .unwrap()
                .iter()
                .map(|n| n.as_u64().unwrap());
            typed &= tensor[1].is_string();
            expected.push((
                tensor[0].as_str().unwrap().to_owned(),
                tensor[1].as_str().unwrap_or_default().to_owned(),
                shape.collect(),
            ));
        }
        let (inspection, problems) = overt_artifact::open::inspect_path(Path::new(path));
        assert!(
            problems.iter().all(|problem| !problem.loses_facts),
            "{path}: {problems:?}"
        );
        let inspection = inspection.unwrap();
        let parameters: u64 = expected.iter().map(|t| t.2.iter().product::<u64>()).sum();
        assert_eq!(inspection.tensors.unwrap().parameters, parameters, "{path}");
        let mut found: Tensors = inspection
            .tensor_list
            .into_iter()
            .map(|t| (t.name, if typed { t.dtype } else { String::new() }, t.shape))
            .collect();
        expected.sort();
        if !typed {
            for tensor in &mut expected {
                tensor.1.clear();
            }
        }
        found.sort();
        assert_eq!(found, expected, "{path}");
        files += 1;
    }
    assert!(files >= 24, "{files} files");
    eprintln!("{files} files agree with the reference readers");
}
