#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for name in ["Cargo.toml", "pyproject.toml", "setup.cfg", "setup.py", "METADATA", "package.json", "CITATION.cff", "codemeta.json", "croissant.json"] {
        let _ = overt_artifact::package::read(name, bytes);
    }
    let _ = overt_artifact::config::read(bytes);
});
