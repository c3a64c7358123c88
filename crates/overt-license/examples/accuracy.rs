//! Measures the engine on labelled files and prints tables.
//!
//! `accuracy INDEX SHARED SCANCODE-TESTS WHEEL [--failures]`

#![expect(clippy::print_stdout, reason = "an example reports")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use overt_core::Expression;
use overt_license::identify_with;
use overt_license::index::{Index, IndexBuffer, Keys, unpack_wheel};

/// Names of no license: what ScanCode says where it finds unnamed terms.
const GENERIC: [&str; 10] = [
    "LicenseRef-scancode-unknown-license-reference",
    "LicenseRef-scancode-warranty-disclaimer",
    "LicenseRef-scancode-proprietary-license",
    "LicenseRef-scancode-commercial-license",
    "LicenseRef-scancode-other-permissive",
    "LicenseRef-scancode-other-copyleft",
    "LicenseRef-scancode-free-unknown",
    "LicenseRef-scancode-unknown",
    "LicenseRef-scancode-generic-cla",
    "LicenseRef-scancode-generic-export-compliance",
];

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [index, shared, tests, wheel, rest @ ..] = arguments.as_slice() else {
        return Err("usage: accuracy INDEX SHARED SCANCODE-TESTS WHEEL [--failures]".into());
    };
    let failures = rest.iter().any(|argument| argument == "--failures");
    let buffer = IndexBuffer::new(&std::fs::read(index)?);
    let index = buffer.open()?;
    let mut files = unpack_wheel(&std::fs::read(wheel)?)?;
    for entry in std::fs::read_dir(Path::new(shared).join("data/licenses/scancode"))? {
        let path = entry?.path();
        files.push(overt_license::index::SourceFile {
            path: path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            bytes: std::fs::read(&path)?,
        });
    }
    files.push(overt_license::index::SourceFile {
        path: "index.csv".to_owned(),
        bytes: std::fs::read(Path::new(shared).join("data/licenses/repositories/index.csv"))?,
    });
    let keys = Keys::read(&files);
    unknown(
        &std::fs::read(&arguments[0])?,
        Path::new(shared),
        &keys,
        failures,
    )?;
    repositories(&index, Path::new(shared), failures)?;
    scancode(&index, Path::new(tests), &keys, failures)?;
    Ok(())
}

/// Every AI license as if the engine had never seen it.
fn unknown(bytes: &[u8], shared: &Path, keys: &Keys, failures: bool) -> Result<(), Failure> {
    let mut cases: Vec<(String, String, Vec<u8>)> = Vec::new();
    let folder = shared.join("data/licenses/repositories");
    for line in std::fs::read_to_string(folder.join("index.csv"))?
        .lines()
        .skip(1)
    {
        let fields: Vec<&str> = line.split(',').collect();
        if let [file, _, _, _, _, _, truth, _, _, _, "1", ..] = fields.as_slice()
            && *truth != "pointer-only"
        {
            let id = format!(
                "LicenseRef-{}",
                truth.replace("++", "-pp").replace('+', "-p")
            );
            cases.push((
                (*file).to_owned(),
                id,
                std::fs::read(folder.join("files").join(file))?,
            ));
        }
    }
    let mut texts: Vec<PathBuf> = std::fs::read_dir(shared.join("data/licenses/scancode"))?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    texts.sort();
    for path in texts
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "LICENSE"))
    {
        let content = std::fs::read_to_string(path)?;
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if let Some((_, text)) = content.split_once("\n---\n") {
            cases.push((
                name.clone(),
                keys.translate(&name),
                text.as_bytes().to_vec(),
            ));
        }
    }
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    let pristine = IndexBuffer::new(bytes);
    for (name, id, text) in &cases {
        let mut buffer = pristine.clone();
        buffer.leave_out(&[id.as_str(), canonical(id).as_str()])?;
        let found = identify_with(&buffer.open()?, name, text);
        let asserted = found.expression.as_ref().is_some_and(|expression| {
            expression.licenses().iter().any(|license| {
                let id = license.id.as_str();
                !id.starts_with("LicenseRef-modified-")
                    && id != "LicenseRef-unknown"
                    && !GENERIC.contains(&id)
            })
        });
        let open = found.expression.as_ref().is_some_and(|expression| {
            expression
                .licenses()
                .iter()
                .all(|license| !license.id.is_reference())
        });
        let beside = found.expression.as_ref().is_some_and(|expression| {
            let mut ids = expression.licenses().into_iter();
            ids.any(|license| license.id.as_str() == "LicenseRef-unknown")
        });
        let verdict = if asserted && beside {
            "known beside unknown"
        } else if asserted && open {
            "asserted as standard"
        } else if asserted {
            "asserted another"
        } else if found.has_unrecognized_terms() {
            "unknown with terms"
        } else {
            "silent"
        };
        *counts.entry(verdict).or_default() += 1;
        if failures && verdict != "unknown with terms" {
            let answer = found.expression.as_ref().map(ToString::to_string);
            let unknown: Vec<_> = found
                .unknown
                .iter()
                .map(|text| {
                    (
                        text.lines,
                        text.nearest.as_ref().map(|n| n.as_str().to_owned()),
                        text.similarity,
                    )
                })
                .collect();
            println!("unknown {verdict} {name} {id} <- {answer:?} {unknown:?}");
        }
    }
    for (verdict, count) in &counts {
        println!("left-out {verdict:24} {count}");
    }
    Ok(())
}

/// The id that stands for a name, where SPDX has given one meanwhile.
fn canonical(id: &str) -> String {
    overt_license::resolve(id)
        .expression()
        .map_or_else(|| id.to_owned(), ToString::to_string)
}

/// License files of AI repositories against their labels.
fn repositories(index: &Index<'_>, shared: &Path, failures: bool) -> Result<(), Failure> {
    let folder = shared.join("data/licenses/repositories");
    let table = std::fs::read_to_string(folder.join("index.csv"))?;
    let mut counts: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [file, _, _, _, _, _, truth, spdx, _, _, special, ..] = fields.as_slice() else {
            continue;
        };
        let path = folder.join("files").join(file);
        let found = identify_with(index, file, &std::fs::read(&path)?);
        let none = matches!(
            *truth,
            "pointer-or-mixed" | "pointer-only" | "mixed" | "notice-multi"
        );
        let class = if none {
            "other"
        } else if *special == "1" {
            "ai"
        } else {
            "standard"
        };
        let expected = if spdx.is_empty() {
            format!(
                "LicenseRef-{}",
                truth.replace("++", "-pp").replace('+', "-p")
            )
        } else {
            (*spdx).to_owned()
        };
        let answer = found.expression.as_ref().map(ToString::to_string);
        let verdict = match &answer {
            None => "abstained",
            Some(answer) if *answer == expected || *answer == canonical(&expected) => "exact",
            Some(answer) if answer.starts_with("LicenseRef-modified-") => "modified",
            Some(_) => "wrong",
        };
        *counts.entry((class, verdict)).or_default() += 1;
        if failures && (verdict != "exact" || none) {
            let unknown: Vec<String> = found
                .unknown
                .iter()
                .map(|text| {
                    let nearest = text.nearest.as_ref().map_or("-", |id| id.as_str());
                    format!("{nearest} {:.3} lines {:?}", text.similarity, text.lines)
                })
                .collect();
            println!(
                "{class} {verdict} {file}: {expected} <- {answer:?} unknown {unknown:?} {:?}",
                found.nature
            );
        }
    }
    for ((class, verdict), count) in &counts {
        println!("repositories {class:10} {verdict:10} {count}");
    }
    Ok(())
}

/// ScanCode's own data-driven tests.
fn scancode(index: &Index<'_>, tests: &Path, keys: &Keys, failures: bool) -> Result<(), Failure> {
    let mut licenses: BTreeMap<String, Tally> = BTreeMap::new();
    for set in ["lic1", "lic2", "lic3", "lic4"] {
        let (mut total, mut list, mut same_set) = (0, 0, 0);
        let mut cases = Vec::new();
        collect(&tests.join(set), &mut cases)?;
        cases.sort();
        for case in cases {
            let Some((expected, skipped)) = expectation(&std::fs::read_to_string(&case)?) else {
                continue;
            };
            if skipped {
                continue;
            }
            let path = case.with_extension("");
            let Ok(bytes) = std::fs::read(&path) else {
                continue;
            };
            let expected: Vec<String> = expected
                .iter()
                .map(|keys_of| keys.translate(keys_of))
                .collect();
            let found = identify_with(index, "", &bytes);
            let answer: Vec<String> = found
                .matches
                .iter()
                .map(|found| found.license.to_string())
                .collect();
            total += 1;
            let normal = |list: &[String]| -> Vec<String> {
                let mut set: Vec<String> = list
                    .iter()
                    .map(|text| {
                        Expression::parse(text)
                            .map_or_else(|_| text.clone(), |e| e.sorted().to_string())
                    })
                    .collect();
                set.sort();
                set.dedup();
                set
            };
            list += u32::from(answer == expected);
            tally(&mut licenses, &expected, &answer);
            let same = normal(&answer) == normal(&expected);
            same_set += u32::from(same);
            if failures && !same {
                println!("{} expected {expected:?} <- {answer:?}", path.display());
            }
        }
        println!("scancode {set}: {total} files, same list {list}, same set {same_set}");
    }
    per_license(&licenses, failures);
    Ok(())
}

/// How often a license was rightly, wrongly and not named.
#[derive(Clone, Copy, Default)]
struct Tally {
    right: u32,
    wrong: u32,
    missed: u32,
}

impl Tally {
    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.wrong).max(1))
    }

    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from((self.right + self.missed).max(1))
    }
}

/// Counts for each expression of a file whether it is expected, answered, or both.
fn tally(licenses: &mut BTreeMap<String, Tally>, expected: &[String], answer: &[String]) {
    let mut all: Vec<&String> = expected.iter().chain(answer).collect();
    all.sort();
    all.dedup();
    for license in all {
        let tally = licenses.entry(license.clone()).or_default();
        match (expected.contains(license), answer.contains(license)) {
            (true, true) => tally.right += 1,
            (false, _) => tally.wrong += 1,
            (true, false) => tally.missed += 1,
        }
    }
}

fn per_license(licenses: &BTreeMap<String, Tally>, failures: bool) {
    let mut all = Tally::default();
    let (mut precise, mut complete, mut count) = (0.0, 0.0, 0.0);
    for (license, tally) in licenses {
        all.right += tally.right;
        all.wrong += tally.wrong;
        all.missed += tally.missed;
        // Of what was never expected there is no recall, of what was never answered no precision.
        if tally.right + tally.missed > 0 {
            precise += tally.precision();
            complete += tally.recall();
            count += 1.0;
        }
        if failures && tally.wrong + tally.missed > 0 {
            println!(
                "license {license}: {} right, {} wrong, {} missed: precision {:.3}, recall {:.3}",
                tally.right,
                tally.wrong,
                tally.missed,
                tally.precision(),
                tally.recall()
            );
        }
    }
    println!(
        "per license: {count} expected; mean precision {:.4}, mean recall {:.4}; together {:.4}, {:.4}",
        precise / count,
        complete / count,
        all.precision(),
        all.recall()
    );
}

fn collect(folder: &Path, cases: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, cases)?;
        } else if path.extension().is_some_and(|extension| extension == "yml") {
            cases.push(path);
        }
    }
    Ok(())
}

/// The expected expressions of a case, and whether it is expected to fail.
fn expectation(text: &str) -> Option<(Vec<String>, bool)> {
    let mut expected: Vec<String> = Vec::new();
    let (mut inside, mut known, mut fails) = (false, false, false);
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("license_expressions:") {
            inside = true;
            known = true;
            if rest.trim() == "[]" {
                inside = false;
            }
        } else if inside && let Some(item) = line.trim_start().strip_prefix("- ") {
            expected.push(item.trim().trim_matches(['"', '\'']).to_owned());
        } else if inside && line.starts_with("    ") {
            if let Some(last) = expected.last_mut() {
                last.push(' ');
                last.push_str(line.trim());
            }
        } else {
            inside = false;
            fails |= line.starts_with("expected_failure: yes")
                || line.starts_with("expected_failure: true");
        }
    }
    (known || text.contains("notes")).then_some((expected, fails))
}
