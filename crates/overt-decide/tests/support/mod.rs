//! What the tests share.

use std::io::Write as _;
use std::path::PathBuf;

/// The lines of a shared file; `None`, saying so, if it is not here.
pub(crate) fn shared_lines(path: &str) -> Option<Vec<String>> {
    let shared = std::env::var_os("OVERT_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join(path);
    if let Ok(text) = std::fs::read_to_string(&path) {
        return Some(text.lines().map(str::to_owned).collect());
    }
    let message = format!("SKIPPED: {} is not here\n", path.display());
    // Nobody is left to tell if even this cannot be written.
    let _ = std::io::stderr().write_all(message.as_bytes());
    None
}
