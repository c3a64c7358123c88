//! Architectures and families from tensor names and shapes alone: one case, one file in
//! `tests/architectures/`, whose tensors are given by formula.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeMap;

use overt_artifact::examine_bytes;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What the case shows, for its reader.
    #[serde(rename = "about")]
    _about: String,
    /// What the file is called.
    #[serde(default = "plain_name")]
    file: String,
    /// The first and last number that stand for `{layer}`.
    #[serde(default)]
    layers: Vec<u64>,
    /// How many numbers stand for `{expert}`.
    #[serde(default)]
    experts: u64,
    expect: Expect,
    /// Shapes by names.
    tensors: BTreeMap<String, Vec<u64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    /// Every architecture as `id sureness`, in order.
    architectures: Vec<String>,
    /// Every family as `id size sureness`, in order.
    #[serde(default)]
    families: Option<Vec<String>>,
    #[serde(default)]
    quantization: Option<String>,
}

fn plain_name() -> String {
    "model.safetensors".to_owned()
}

/// A safetensors header of these tensors; of their values only the end is told.
fn header(case: &Case) -> Vec<u8> {
    let layers: Vec<u64> = match case.layers.as_slice() {
        [first, last] => (*first..=*last).collect(),
        _ => vec![0],
    };
    let mut members = serde_json::Map::new();
    let mut end = 0_u64;
    for (name, shape) in &case.tensors {
        let by_layer = name.contains("{layer}");
        let by_expert = name.contains("{expert}");
        for layer in layers.iter().take(if by_layer { usize::MAX } else { 1 }) {
            for expert in 0..if by_expert { case.experts } else { 1 } {
                let name = name.replace("{layer}", &layer.to_string());
                let name = name.replace("{expert}", &expert.to_string());
                let size = shape.iter().product::<u64>();
                let tensor = serde_json::json!({
                    "dtype": "U8", "shape": shape, "data_offsets": [end, end + size],
                });
                end += size;
                members.insert(name, tensor);
            }
        }
    }
    let text = serde_json::to_vec(&members).unwrap();
    let mut bytes = (text.len() as u64).to_le_bytes().to_vec();
    bytes.extend(text);
    bytes
}

#[test]
fn architectures_are_recognized_by_names_and_shapes() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/architectures");
    let mut failures = Vec::new();
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let case: Case = toml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let examined = examine_bytes(&header(&case), &case.file);
        let quantization = examined.inspection.and_then(|found| found.quantization);
        let recognition = examined.recognition.unwrap_or_default();
        let told = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let architectures: Vec<String> = recognition
            .architectures
            .iter()
            .map(|one| format!("{} {}", one.id, told(serde_json::json!(one.sureness))))
            .collect();
        let families: Vec<String> = recognition
            .families
            .iter()
            .map(|one| {
                let sureness = told(serde_json::json!(one.sureness));
                format!("{} {} {sureness}", one.id, one.size)
            })
            .collect();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if architectures != case.expect.architectures
            || case
                .expect
                .families
                .is_some_and(|expected| expected != families)
            || case.expect.quantization != quantization
        {
            failures.push(format!(
                "{name}: {architectures:?} {families:?} {quantization:?} {:?}",
                recognition.measures
            ));
        }
        cases += 1;
    }
    failures.sort();
    assert!(cases > 30);
    assert_eq!(failures, Vec::<String>::new(), "{failures:#?}");
}
