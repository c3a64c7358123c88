#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|texts: (&str, &str)| {
    let difference = overt_license::diff(texts.0, texts.1);
    assert!(difference.similarity <= 1.0);
});
