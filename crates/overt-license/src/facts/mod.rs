//! What is known of each license: `knowledge/licenses/`, one file each, read when first asked for.

use std::sync::OnceLock;

use overt_core::{LicenseFacts, LicenseId};
use overt_knowledge::Entry;

const FOLDER: &str = "licenses/";

/// One slot per file of `knowledge/licenses/`, in path order.
fn slots() -> &'static [OnceLock<Option<LicenseFacts>>] {
    static SLOTS: OnceLock<Vec<OnceLock<Option<LicenseFacts>>>> = OnceLock::new();
    SLOTS.get_or_init(|| entries().iter().map(|_| OnceLock::new()).collect())
}

fn entries() -> &'static [Entry] {
    overt_knowledge::under(FOLDER)
}

fn at(index: usize) -> Option<&'static LicenseFacts> {
    let (entry, slot) = (entries().get(index)?, slots().get(index)?);
    slot.get_or_init(|| read_facts(entry).ok()).as_ref()
}

/// Reads the facts of one file of `knowledge/licenses/`.
pub fn read_facts(entry: &Entry) -> Result<LicenseFacts, serde_json::Error> {
    serde_json::from_str(entry.text)
}

/// The facts of the license with exactly this id. The file is read at the first call.
pub fn facts(id: &LicenseId) -> Option<&'static LicenseFacts> {
    let path = format!("{FOLDER}{id}.toml");
    let index = entries()
        .binary_search_by(|entry| entry.path.cmp(path.as_str()))
        .ok()?;
    at(index)
}

/// The facts of every license, in path order. Reads every file.
pub fn all() -> impl Iterator<Item = &'static LicenseFacts> {
    (0..entries().len()).filter_map(at)
}

/// The license id that the file's name gives.
pub fn file_id(entry: &Entry) -> &'static str {
    let name = entry.path.strip_prefix(FOLDER).unwrap_or(entry.path);
    name.strip_suffix(".toml").unwrap_or(name)
}
