//! How often a confidence is right: `calibration [INDEX]`, on the labelled files that the tests use.
//!
//! It prints how many files of each class are answered exactly, and of the matches how many are right,
//! by way of recognizing and by the confidence that was reported. A match is right if its expression is
//! one of those that the label lists.

#![expect(clippy::print_stdout, reason = "an example reports")]

#[path = "../tests/labelled/mod.rs"]
mod labelled;

use std::collections::BTreeMap;

use overt_license::identify_with;
use overt_license::index::{IndexBuffer, embedded};

/// Matches, and how many of them were right.
#[derive(Default)]
struct Bin {
    all: u32,
    right: u32,
}

impl Bin {
    fn add(&mut self, right: bool) {
        self.all += 1;
        self.right += u32::from(right);
    }

    /// The share of right ones, drawn towards one half for few matches (add-one rule).
    fn expected(&self) -> f64 {
        f64::from(self.right + 1) / f64::from(self.all + 2)
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let buffer = match std::env::args().nth(1) {
        Some(path) => Some(IndexBuffer::new(&std::fs::read(path)?)),
        None => None,
    };
    let index = match &buffer {
        Some(buffer) => buffer.open()?,
        None => *embedded()?,
    };
    let mut ways: BTreeMap<(String, String), Bin> = BTreeMap::new();
    let mut confidences: BTreeMap<(u32, String), Bin> = BTreeMap::new();
    let mut files: BTreeMap<String, Bin> = BTreeMap::new();
    let mut error = 0.0;
    let mut count = 0.0;
    for (data, cases) in [
        ("repositories", labelled::repositories()),
        ("ScanCode tests", labelled::scancode()),
    ] {
        for case in cases.unwrap_or_default() {
            let found = identify_with(&index, &case.file_name, &case.bytes());
            files
                .entry(case.class.clone())
                .or_default()
                .add(case.is_answered(&found));
            for one in &found.matches {
                let right = case.is_expected(&one.license);
                let way = if one.modified.is_some() {
                    "modified".to_owned()
                } else if let overt_license::MatchKind::Near { coverage } = one.how {
                    let step = [0.999, 0.99, 0.95, 0.9, 0.8, 0.5, 0.0]
                        .into_iter()
                        .find(|step| coverage >= *step)
                        .unwrap_or(0.0);
                    format!("near, coverage from {step:.3}")
                } else {
                    one.how.as_str().to_owned()
                };
                ways.entry((way, data.to_owned())).or_default().add(right);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "hundredths between 0 and 100"
                )]
                let hundredths = (one.confidence * 100.0).round() as u32;
                confidences
                    .entry((hundredths, data.to_owned()))
                    .or_default()
                    .add(right);
                let distance = f64::from(one.confidence) - f64::from(u8::from(right));
                error += distance * distance;
                count += 1.0;
            }
        }
    }
    println!("| class | files | exact | share | |\n|---|--:|--:|--:|--:|");
    for (class, bin) in &files {
        row(class, bin);
    }
    println!("\n| how | data | matches | right | share | calibrated |\n|---|---|--:|--:|--:|--:|");
    for ((way, data), bin) in &ways {
        row(&format!("{way} | {data}"), bin);
    }
    println!(
        "\n| confidence | data | matches | right | share | calibrated |\n|---|---|--:|--:|--:|--:|"
    );
    for ((hundredths, data), bin) in &confidences {
        row(
            &format!("{:.2} | {data}", f64::from(*hundredths) / 100.0),
            bin,
        );
    }
    println!(
        "\nBrier score {:.4} over {count} matches",
        error / f64::max(count, 1.0)
    );
    Ok(())
}

fn row(name: &str, bin: &Bin) {
    println!(
        "| {name} | {} | {} | {:.3} | {:.3} |",
        bin.all,
        bin.right,
        f64::from(bin.right) / f64::from(bin.all.max(1)),
        bin.expected()
    );
}
