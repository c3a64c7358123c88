#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = overt_artifact::hdf5::read(&bytes.to_vec(), overt_core::Budget::HEADER);
});
