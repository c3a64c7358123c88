//! Every card of the shared data is read, and says what its label says.

#![expect(
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a test tells what it skips and may fail loudly"
)]

use std::path::PathBuf;

use overt_artifact::{FieldName, card};

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("OVERT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let cards = folder.join("data/cards");
    if cards.join("index.csv").is_file() {
        return Some(cards);
    }
    eprintln!("SKIPPED: no cards under {}", cards.display());
    None
}

/// The labels quote no commas inside fields, save in quotes at the row's end.
fn column<'r>(header: &[&str], row: &[&'r str], name: &str) -> &'r str {
    let index = header.iter().position(|column| *column == name).unwrap();
    row.get(index).copied().unwrap_or_default()
}

#[test]
fn labelled_licenses_and_base_models_are_read() {
    let Some(cards) = shared() else { return };
    let index = std::fs::read_to_string(cards.join("index.csv")).unwrap();
    let mut rows = index.lines();
    let header: Vec<&str> = rows.next().unwrap().split(',').collect();
    let (mut read, mut checked) = (0, 0);
    for row in rows {
        let row: Vec<&str> = row.split(',').collect();
        let file = column(&header, &row, "file");
        let bytes = std::fs::read(cards.join("files").join(file)).unwrap();
        let (card, problems) = card::read(&bytes);
        assert_eq!(problems, [], "{file}");
        read += 1;
        for (label, name) in [
            ("license", FieldName::License),
            ("base_model", FieldName::BaseModel),
        ] {
            // Templates hold placeholders in braces; lists are recorded with their dash.
            let expected = column(&header, &row, label).trim_start_matches("- ");
            if expected.is_empty() || expected.contains('{') {
                continue;
            }
            let found: Vec<&str> = card.all(name).map(|field| field.value.as_str()).collect();
            assert!(
                found.contains(&expected),
                "{file}: {expected} not in {found:?}"
            );
            checked += 1;
        }
    }
    assert!(read > 0 && checked > 0, "{read} cards, {checked} labels");
}
