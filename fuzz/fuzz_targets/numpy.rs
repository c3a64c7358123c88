#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = bytes.to_vec();
    let _ = overt_artifact::inspect(&source, "a.npz", overt_core::Budget::HEADER);
});
