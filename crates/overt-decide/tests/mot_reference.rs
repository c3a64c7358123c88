//! The Model Openness Tool's algorithm, written down a second time after its own source
//! (`lfai/model_openness_tool` @ 8b5d30e: `ModelUpdater`, `ModelEvaluator`, `LicenseHandler`), against
//! the definition that is data, on records that nobody wrote.

#![expect(clippy::expect_used, reason = "a test stops at what it cannot read")]

mod support;

use std::collections::BTreeMap;

use overt_decide::{EmbeddedLicenses, definition, evaluate, record};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

/// The tool's components: id, title, type, class, whether required.
const COMPONENTS: [(u8, &str, &str, u8, bool); 17] = [
    (5, "Datasets", "data", 1, true),
    (6, "Data preprocessing code", "code", 1, true),
    (7, "Training code", "code", 2, true),
    (8, "Inference code", "code", 2, true),
    (9, "Model architecture", "code", 3, true),
    (10, "Model parameters (Final)", "data", 3, true),
    (11, "Technical report", "document", 3, true),
    (12, "Evaluation results", "document", 3, true),
    (13, "Model card", "document", 3, true),
    (14, "Data card", "document", 3, true),
    (15, "Evaluation code", "code", 2, true),
    (16, "Evaluation data", "data", 2, true),
    (17, "Supporting libraries and tools", "code", 2, false),
    (18, "Sample model outputs", "document", 3, false),
    (19, "Model parameters (Intermediate)", "data", 1, true),
    (20, "Model metadata", "data", 1, false),
    (21, "Research paper", "document", 1, true),
];
const REPORT: u8 = 11;
const PAPER: u8 = 21;

/// License names as people write them, whether the tool takes them for open, and the types it takes
/// them to suit.
const NAMES: [(&str, bool, &str); 27] = [
    ("Apache-2.0", true, "code document"),
    ("MIT", true, "code"),
    ("GPL-3.0-or-later", true, ""),
    ("BSD-3-Clause", true, ""),
    ("WTFPL", true, ""),
    ("CC-BY-4.0", true, "document"),
    ("CC-BY-SA-4.0", true, "document"),
    ("CC0-1.0", true, "document"),
    ("CDLA-Permissive-2.0", true, "data"),
    ("ODC-By-1.0", true, ""),
    ("ODC-PDDL-1.0", true, ""),
    ("OpenMDW-1.0", true, "code data document"),
    ("PDDL-1.0", false, "data"),
    ("C-UDA-1.0", false, "data"),
    ("CC-PDDC", false, "document"),
    ("OpenMDW-1.1", false, ""),
    ("CC-BY-NC-4.0", false, ""),
    ("Apache 2.0", false, ""),
    ("apache-2.0", false, ""),
    ("Apache-2.0 ", false, ""),
    (" MIT", false, ""),
    ("MIT license", false, ""),
    ("MIT OR Apache-2.0", false, ""),
    ("Undisclosed", false, ""),
    ("Unlicensed", false, ""),
    ("unlicensed", false, ""),
    ("", false, ""),
];

/// What the tool says of a record.
struct Answer {
    class: u64,
    progress: [f64; 3],
    not_appropriate: Vec<&'static str>,
}

fn reference(record: &Value) -> Answer {
    let body = &record["release"];
    // ModelUpdater: by id, the last entry of one counts; an unknown title is the first component.
    let mut own: BTreeMap<u8, Option<String>> = BTreeMap::new();
    for listed in body["components"].as_array().expect("a list") {
        let title = listed["name"].as_str().expect("a title");
        let id = COMPONENTS
            .iter()
            .find(|component| component.1 == title)
            .map_or(COMPONENTS[0].0, |component| component.0);
        let license = match &listed["license"] {
            Value::Null => None,
            value if value == "unlicensed" => Some(String::new()),
            value => Some(value.as_str().expect("a name").to_owned()),
        };
        own.insert(id, license);
    }
    let global = |key: &str| {
        let name = body["license"][key]["name"].as_str().unwrap_or_default();
        (!name.is_empty()).then(|| name.to_owned())
    };
    let resolve = |id: u8, kind: &str| match own.get(&id) {
        Some(Some(license)) => (!license.is_empty()).then(|| license.clone()),
        _ => global(kind).or_else(|| global("distribution")),
    };
    let known = |license: &str| NAMES.iter().find(|name| name.0 == license);
    let is_open = |license: &str| known(license).is_some_and(|name| name.1);
    let suits = |license: &str, kind: &str| {
        known(license).is_some_and(|name| name.2.split(' ').any(|suited| suited == kind))
    };

    // ModelEvaluator::evaluate: [class] -> included and others, cumulative from III to I.
    let mut included: [Vec<u8>; 3] = Default::default();
    let mut refused: [Vec<u8>; 3] = Default::default();
    let mut not_appropriate: Vec<&'static str> = Vec::new();
    for class in [3_u8, 2, 1] {
        let slot = usize::from(3 - class);
        for (id, title, kind, own_class, required) in COMPONENTS {
            if own_class < class || !own.contains_key(&id) {
                continue;
            }
            let license = resolve(id, kind).unwrap_or_else(|| "unlicensed".to_owned());
            let open = is_open(&license);
            if open && !suits(&license, kind) && !not_appropriate.contains(&title) {
                not_appropriate.push(title);
            }
            if required {
                if open {
                    included[slot].push(id);
                } else {
                    refused[slot].push(id);
                }
            }
        }
    }
    // handleTechnicalReportOmission.
    if !included[0].contains(&REPORT) {
        if included[2].contains(&PAPER) {
            included[0].push(PAPER);
            included[1].push(PAPER);
        } else if refused[2].contains(&PAPER) {
            refused[0].push(PAPER);
            refused[1].push(PAPER);
        }
    }
    // getProgress.
    let progress = |class: u8| -> f64 {
        let mut total = 0_usize;
        let mut counted = 0_usize;
        for lower in (class..=3).rev() {
            total += COMPONENTS.iter().filter(|c| c.3 == lower && c.4).count();
            counted = included[usize::from(3 - lower)].len();
            if counted < total {
                if lower > class {
                    return 0.0;
                }
                break;
            }
        }
        if class == 1 && !included[2].contains(&REPORT) && included[2].contains(&PAPER) {
            total -= 1;
        }
        let share = u32::try_from(counted).map(f64::from).expect("few")
            / u32::try_from(total).map(f64::from).expect("few");
        (share * 100.0).min(100.0)
    };
    let progress = [progress(3), progress(2), progress(1)];
    // getClassification: the last class with all of it.
    let class = (1_u64..=3)
        .zip(progress.iter().rev())
        .find(|(_, share)| **share > 99.999)
        .map_or(0, |(class, _)| class);
    Answer {
        class,
        progress,
        not_appropriate,
    }
}

/// A record in which most components are listed under open licenses, so that every class is reached.
fn records() -> impl Strategy<Value = Value> {
    let license = prop_oneof![
        6 => (0..12_usize).prop_map(|index| json!(NAMES[index].0)),
        1 => (12..NAMES.len()).prop_map(|index| json!(NAMES[index].0)),
        2 => Just(Value::Null),
        2 => Just(json!({})),
    ];
    // How likely a component is to be listed differs from record to record.
    let listed = (0..4_u8).prop_flat_map(move |rare| {
        let one = (0..100_u8, license.clone());
        proptest::collection::vec(one, COMPONENTS.len() + 3).prop_map(move |parts| (rare, parts))
    });
    let global = proptest::option::weighted(0.6, 0..NAMES.len());
    let globals = (global.clone(), global.clone(), global.clone(), global);
    (listed, globals, any::<prop::sample::Index>()).prop_map(|((rare, parts), globals, turn)| {
        let threshold = [99, 96, 85, 50][usize::from(rare)];
        let titles = COMPONENTS.iter().map(|component| component.1).chain([
            "Data information",
            "Datasets",
            "Research paper",
        ]);
        let mut components: Vec<Value> = Vec::new();
        for (index, (title, (chance, license))) in titles.zip(parts).enumerate() {
            let most = match COMPONENTS.get(index) {
                // Papers often stand in for reports.
                Some((REPORT, ..)) => threshold / 2,
                Some(_) => threshold,
                None => 6,
            };
            if chance >= most {
                continue;
            }
            let mut listed = json!({"name": title, "description": ""});
            // `{}` stands for a license that is not written down.
            if !license.is_object() {
                listed["license"] = license;
            }
            components.push(listed);
        }
        if !components.is_empty() {
            let turn = turn.index(components.len());
            components.rotate_left(turn);
        }
        let mut licenses = json!({});
        let (distribution, code, data, document) = globals;
        let keys = ["distribution", "code", "data", "document"];
        for (key, name) in keys.into_iter().zip([distribution, code, data, document]) {
            if let Some(index) = name {
                licenses[key] = json!({"name": NAMES[index].0, "path": ""});
            }
        }
        json!({
            "framework": {"name": "Model Openness Framework", "version": "1.0", "date": "2024-12-15"},
            "release": {"name": "random", "license": licenses, "components": components},
        })
    })
}

#[test]
fn the_definition_says_what_the_tools_algorithm_says() {
    let mot = definition("mot").expect("the definition is shipped");
    let mut runner = TestRunner::deterministic();
    let strategy = records();
    let (mut classes, mut by_paper, mut remarked) = ([0_u32; 4], 0_u32, 0_u32);
    for _ in 0..3000 {
        let record = strategy.new_tree(&mut runner).expect("a record").current();
        let wanted = reference(&record);
        let release = record::mot(&record).expect("a record");
        let found = evaluate(&release, mot, &EmbeddedLicenses);
        let grade = found.grade.expect("the definition is graded");
        let class = match grade.reached.as_deref() {
            Some("III") => 3,
            Some("II") => 2,
            Some("I") => 1,
            _ => 0,
        };
        assert_eq!(class, wanted.class, "{record:#}");
        for (found, wanted) in grade.progress.iter().zip(wanted.progress) {
            assert!(
                (found.percent - wanted).abs() < 1e-9,
                "{}: {} {wanted}\n{record:#}",
                found.grade,
                found.percent
            );
        }
        let mut apart: Vec<&str> = found
            .warnings
            .iter()
            .filter_map(|warning| warning.split_once(": the license is open, but"))
            .map(|(component, _)| component)
            .collect();
        let mut wanted_apart = wanted.not_appropriate.clone();
        apart.sort_unstable();
        wanted_apart.sort_unstable();
        assert_eq!(apart, wanted_apart, "{record:#}");
        classes[usize::try_from(wanted.class).expect("0 to 3")] += 1;
        let report = record["release"]["components"]
            .as_array()
            .expect("a list")
            .iter()
            .any(|listed| listed["name"] == "Technical report");
        by_paper += u32::from(wanted.class > 0 && !report);
        remarked += u32::from(!apart.is_empty());
    }
    // Every class, and the rule on papers, must have been met.
    assert!(classes.iter().all(|count| *count >= 20), "{classes:?}");
    assert!(by_paper >= 20 && remarked >= 20, "{by_paper} {remarked}");
}

/// The lists of the definition, against the tool's own lists for every SPDX id.
#[test]
fn the_lists_are_the_tools_own() {
    let Some(lines) = support::shared_lines("data/openness/licenses.csv") else {
        return;
    };
    let mot = definition("mot").expect("the definition is shipped");
    let header: Vec<&str> = lines.first().expect("a header").split(',').collect();
    let column = |name: &str| header.iter().position(|column| *column == name);
    let (open, types) = (column("mot_open"), column("mot_types"));
    let mut compared = 0;
    for line in lines.iter().skip(1) {
        // Names of licenses may hold commas: the columns are counted from the end.
        let fields: Vec<&str> = line.split(',').collect();
        let from_end = |column: Option<usize>| {
            let back = header.len() - column.expect("a column");
            fields[fields.len() - back]
        };
        let id = fields[0].to_owned();
        let listed = |list: &str| mot.lists[list].contains(&id);
        assert_eq!(listed("open"), from_end(open) == "True", "{id}");
        for kind in ["code", "data", "document"] {
            let suits = from_end(types)
                .split(['|', ';', ' '])
                .any(|one| one == kind);
            assert_eq!(listed(kind), suits, "{id}: {kind}");
        }
        compared += 1;
    }
    assert!(compared > 500, "only {compared} licenses");
}
