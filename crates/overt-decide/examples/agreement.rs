//! Prints the verdicts of a definition on the records of the Model Openness Tool:
//! `cargo run -p overt-decide --example agreement -- mot.jsonl osaid-1.0 [NAME…]`.

use std::io::{BufWriter, Write as _};

use overt_decide::{EmbeddedLicenses, definition, evaluate, record};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let usage = "usage: agreement MOT.jsonl DEFINITION [NAME…]";
    let text = std::fs::read_to_string(arguments.next().ok_or(usage)?)?;
    let id = arguments.next().ok_or(usage)?;
    let definition = definition(&id).ok_or("there is no such definition")?;
    let names: Vec<String> = arguments.map(|name| name.to_lowercase()).collect();
    let mut out = BufWriter::new(std::io::stdout());
    for line in text.lines() {
        let release = record::mot(&serde_json::from_str(line)?)?;
        let name = release.name.to_lowercase();
        if !names.is_empty() && !names.iter().any(|wanted| name.contains(wanted.as_str())) {
            continue;
        }
        let found = evaluate(&release, definition, &EmbeddedLicenses);
        let because = found
            .reasons
            .first()
            .map_or("", |reason| reason.because.as_str());
        writeln!(out, "{:32} {:13} {because}", release.name, found.verdict)?;
    }
    Ok(())
}
