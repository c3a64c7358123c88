//! What reading headers and cards costs: `cargo bench -p overt-artifact`.

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;
use overt_artifact::{card, fingerprint, gguf, inspect};
use overt_core::Budget;

fn main() {
    divan::main();
}

/// A safetensors file of so many tensors of 4 KiB.
fn safetensors(tensors: usize) -> Vec<u8> {
    let mut header = String::from("{\"__metadata__\":{\"format\":\"pt\"}");
    for index in 0..tensors {
        let (start, end) = (index * 4096, (index + 1) * 4096);
        let _ = write!(
            header,
            ",\"model.layers.{index}.mlp.up_proj.weight\":{{\"dtype\":\"BF16\",\"shape\":[32,64],\
             \"data_offsets\":[{start},{end}]}}"
        );
    }
    header.push('}');
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + tensors * 4096, 1);
    bytes
}

#[divan::bench(args = [100, 1_000, 10_000])]
fn safetensors_header(bencher: Bencher, tensors: usize) {
    let file = safetensors(tensors);
    bencher.bench(|| inspect(&file, "model.safetensors", Budget::HEADER));
}

#[divan::bench(args = [1_000, 100_000])]
fn gguf_vocabulary(bencher: Bencher, tokens: u64) {
    let mut file = b"GGUF\x03\0\0\0".to_vec();
    file.extend(0_u64.to_le_bytes());
    file.extend(1_u64.to_le_bytes());
    file.extend(21_u64.to_le_bytes());
    file.extend(b"tokenizer.ggml.tokens");
    file.extend(9_u32.to_le_bytes());
    file.extend(8_u32.to_le_bytes());
    file.extend(tokens.to_le_bytes());
    for token in 0..tokens {
        let text = format!("token{token}");
        file.extend((text.len() as u64).to_le_bytes());
        file.extend(text.as_bytes());
    }
    bencher.bench(|| gguf::read(&file, Budget::HEADER));
}

#[divan::bench(args = [10, 100])]
fn card_with_sections(bencher: Bencher, sections: usize) {
    let mut text = String::from("---\nlicense: apache-2.0\nbase_model: a/b\n---\n# Model\n");
    for section in 0..sections {
        let _ = write!(
            text,
            "\n## Training data {section}\n\nIt was trained on a mixture of public text. See \
             [the paper](https://arxiv.org/abs/{section}). The data cannot be released.\n"
        );
    }
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| card::read(text.as_bytes()));
}

#[divan::bench]
fn hashing(bencher: Bencher) {
    let file = safetensors(10_000);
    let (inspection, _) = inspect(&file, "model.safetensors", Budget::HEADER);
    let Some(inspection) = inspection else { return };
    bencher
        .counter(BytesCount::of_slice(&file))
        .bench(|| fingerprint::hash_tensors(&file, &inspection));
}
