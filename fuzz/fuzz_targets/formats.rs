#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The first byte chooses the format by its name.
    const NAMES: [&str; 18] = [
        "a.tflite", "a.mlmodel", "saved_model.pb", "a.model", "tokenizer.json", "a.msgpack", "model.bin", "a.xml",
        "a.zip", "a.keras", "manifest.json", "Modelfile", "Kitfile", "a.ggml", "a.safetensors.index.json",
        "adapter_config.json", "variables.index", "model.json",
    ];
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let Some(name) = NAMES.get(usize::from(choice % 18)) else { return };
    let examined = overt_artifact::examine_bytes(&bytes.to_vec(), name);
    let _ = overt_artifact::describe(&examined);
});
