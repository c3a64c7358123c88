//! Prints what each file given says about itself, with the time that reading its header took:
//! `cargo run --release --example inspect -- FILE…`. With `OVERT_FINGERPRINT` set it hashes as well.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let hash = std::env::var_os("OVERT_FINGERPRINT").is_some();
    for path in std::env::args_os().skip(1).map(PathBuf::from) {
        let start = Instant::now();
        let examined = overt_artifact::open::examine_path(&path, hash);
        let micros = start.elapsed().as_micros();
        writeln!(out, "{} ({micros} µs)", path.display())?;
        for line in overt_artifact::describe(&examined).lines() {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}
