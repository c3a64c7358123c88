//! Prints the release that the given paths make up, as JSON.

use std::io::Write as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let survey = overt_survey::survey(&given, &overt_survey::Options::from_env())?;
    writeln!(
        std::io::stdout(),
        "{}",
        serde_json::to_string_pretty(&survey.release)?
    )?;
    Ok(())
}
