#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = overt_license::identify(bytes);
    let _ = overt_license::identify_named("a.ipynb", bytes);
});
