//! Runs the real binary.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Runs `overt` with these arguments, without a hub cache and without colors.
pub(crate) fn overt<S: AsRef<std::ffi::OsStr>>(arguments: &[S]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_overt"))
        .args(arguments)
        .env_remove("HF_HOME")
        .env("HF_HUB_CACHE", "/nonexistent")
        .env("HOME", "/nonexistent")
        .output()
        .expect("overt runs")
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The data beside the repository, if it is there; says so if it is not.
pub(crate) fn shared(path: &str) -> Option<PathBuf> {
    let shared = std::env::var_os("OVERT_SHARED")
        .map_or_else(|| root().join("../shared"), PathBuf::from)
        .join(path);
    if shared.exists() {
        return Some(shared);
    }
    eprintln!("SKIPPED: {} is not here", shared.display());
    None
}
