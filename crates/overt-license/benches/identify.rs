//! Times of one text, one source file, and bytes without any license.

use divan::counter::BytesCount;

fn main() {
    divan::main();
}

fn source() -> String {
    let header = "// SPDX-License-Identifier: MIT\n// Licensed under the MIT license.\n";
    format!(
        "{header}{}",
        "fn add(left: u64, right: u64) -> u64 { left + right }\n".repeat(200)
    )
}

#[divan::bench(args = ["MIT", "Apache-2.0", "GPL-3.0-only"])]
fn license_text(bencher: divan::Bencher<'_, '_>, id: &str) {
    let text = spdx::license_id(id).map_or("", |id| id.text());
    bencher
        .counter(BytesCount::of_str(text))
        .bench(|| overt_license::identify(text.as_bytes()));
}

#[divan::bench]
fn source_file(bencher: divan::Bencher<'_, '_>) {
    let text = source();
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| overt_license::identify(text.as_bytes()));
}

#[divan::bench]
fn no_license(bencher: divan::Bencher<'_, '_>) {
    let text = "the quick brown fox jumps over the lazy dog\n".repeat(100_000);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| overt_license::identify(text.as_bytes()));
}

#[divan::bench]
fn open_index() {
    let _ = divan::black_box(overt_license::index::embedded());
}
