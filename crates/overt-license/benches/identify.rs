//! Times of one text, one source file, many with the same and with different headers, bytes without
//! any license, and texts made to cost much.

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

/// Source files of a tree: headers that are alike, or differ in their year and name.
#[divan::bench(args = ["alike", "different"])]
fn files_of_a_tree(bencher: divan::Bencher<'_, '_>, headers: &str) {
    let files: Vec<String> = (0..200)
        .map(|number| {
            let holder = match headers {
                "alike" => "2024 The Authors".to_owned(),
                _ => format!("{} Author Number {number}", 1990 + number % 35),
            };
            format!(
                "/*\n * Copyright {holder}\n *\n * Licensed under the Apache License, Version 2.0 (the \
                 \"License\");\n * you may not use this file except in compliance with the \
                 License.\n */\n{}",
                "int add(int left, int right) { return left + right; }\n".repeat(100)
            )
        })
        .collect();
    bencher
        .counter(BytesCount::new(
            files.iter().map(String::len).sum::<usize>(),
        ))
        .bench(|| {
            files
                .iter()
                .map(|file| overt_license::identify(file.as_bytes()).matches.len())
                .sum::<usize>()
        });
}

/// One short thing again and again: the time must grow with the length and no faster.
#[divan::bench(args = [2_000, 4_000, 8_000], sample_count = 5)]
fn mentions_without_end(bencher: divan::Bencher<'_, '_>, times: usize) {
    let text = "{\"source\": [\"Licensed under the MIT license\"]},".repeat(times);
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
