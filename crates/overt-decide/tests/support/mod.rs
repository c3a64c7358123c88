//! What the tests share.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The lines of a shared file; `None`, saying so, if it is not here.
pub fn shared_lines(path: &str) -> Option<Vec<String>> {
    let shared = std::env::var_os("OVERT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join(path);
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(text.lines().map(str::to_owned).collect()),
        Err(_) => {
            skipped(&path);
            None
        }
    }
}

fn skipped(path: &Path) {
    let message = format!("SKIPPED: {} is not here\n", path.display());
    std::io::stderr().write_all(message.as_bytes()).expect("stderr");
}
