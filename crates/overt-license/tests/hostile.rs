//! Texts made to break or to stall: nothing panics, every place lies within the text, and repeated
//! near misses come to an end.

use overt_license::{Identification, diff, identify, identify_named, text_of};
use proptest::prelude::*;

fn standard(id: &str) -> &'static str {
    spdx::license_id(id).map_or("", |id| id.text())
}

/// Every place of an answer lies within the text and is not turned round.
fn places_are_sound(found: &Identification, text: &str) {
    let length = text.len() as u64;
    let lines = u32::try_from(text.lines().count()).expect("small").max(1) + 1;
    let places = found
        .matches
        .iter()
        .map(|one| (one.bytes, one.lines))
        .chain(found.unknown.iter().map(|one| (one.bytes, one.lines)));
    for (bytes, spanned) in places {
        assert!(
            bytes.0 <= bytes.1 && bytes.1 <= length,
            "{bytes:?} of {length}"
        );
        assert!(
            1 <= spanned.0 && spanned.0 <= spanned.1 && spanned.1 <= lines,
            "{spanned:?} of {lines}"
        );
    }
    for one in &found.matches {
        assert!((0.0..=1.0).contains(&one.confidence) && (0.0..=1.0).contains(&one.coverage));
    }
}

/// The first words of a text, and then others.
fn near_miss(text: &str, words: usize, round: usize) -> String {
    let mut start: Vec<&str> = text.split_whitespace().take(words).collect();
    let place = (round * 7) % start.len().max(1);
    if let Some(word) = start.get_mut(place) {
        *word = "otherwise";
    }
    start.join(" ")
}

#[test]
fn different_near_misses_in_a_row_come_to_an_end() {
    let texts = [
        "MIT",
        "BSD-3-Clause",
        "Apache-2.0",
        "ISC",
        "Zlib",
        "GPL-2.0-only",
    ]
    .map(standard);
    let mut text = String::new();
    for round in 0..120 {
        text.push_str(&near_miss(texts[round % texts.len()], 30 + round, round));
        text.push('\n');
    }
    // The engine's work is bounded by the length of the text, so this ends on any machine.
    places_are_sound(&identify(text.as_bytes()), &text);
}

#[test]
fn one_word_of_every_license_without_end_comes_to_an_end() {
    for word in [
        "license ",
        "the ",
        "copyright ",
        "GPL ",
        "(c) ",
        "SPDX-License-Identifier: ",
    ] {
        let text = word.repeat(20_000);
        places_are_sound(&identify(text.as_bytes()), &text);
    }
}

#[test]
fn one_line_without_end_comes_to_an_end() {
    // Each of these once took time by the square of its length.
    for (line, count) in [
        ("# Licensed under the Apache License, Version 2.0\n", 4_000),
        ("SPDX-License-Identifier: MIT\n", 20_000),
        ("SPDX-License-Identifier: MIT OR ", 5_000),
        ("/* mit */\n", 20_000),
        ("/* mit\n", 20_000),
        ("//mit\n\nx;\n", 10_000),
        ("<!-- gpl\n", 20_000),
        ("# a license\n\n", 10_000),
    ] {
        let text = line.repeat(count);
        places_are_sound(&identify(text.as_bytes()), &text);
    }
}

#[test]
fn an_answer_given_before_is_the_same_at_another_place() {
    let header = "/* Copyright (c) 2020 X\n * Licensed under the MIT license\n */";
    let code = "int add(int a, int b) { return a + b; }\n".repeat(100);
    let first = identify(format!("{header}\n{code}").as_bytes());
    for lines in [0, 3, 0] {
        let before = code
            .lines()
            .take(lines)
            .fold(String::new(), |all, line| all + line + "\n");
        let text = format!("{before}{header}\n{code}");
        let found = identify(text.as_bytes());
        places_are_sound(&found, &text);
        assert_eq!(found.expression, first.expression);
        let (there, here) = (&found.matches[0], &first.matches[0]);
        assert_eq!(there.bytes.0, here.bytes.0 + before.len() as u64);
        assert_eq!(there.bytes.1, here.bytes.1 + before.len() as u64);
        assert_eq!(there.lines.0 as usize, here.lines.0 as usize + lines);
    }
}

#[test]
fn what_was_asked_before_does_not_change_an_answer() {
    let notices = [
        "Licensed under the MIT license",
        "SPDX-License-Identifier: Apache-2.0",
        "This file is under the GPL v3 or any later version; see the license",
        "No license is granted for commercial use of this software",
    ];
    let mut texts = Vec::new();
    for notice in notices {
        for (before, behind) in [(0, 0), (0, 3), (0, 40), (2, 3), (9, 40), (12, 1)] {
            let code = "let sum = add(first, second);\n";
            let header = format!("// Copyright 2020 X\n// {notice}\n\n");
            texts.push(code.repeat(before) + &header + &code.repeat(behind));
            let title = "License\n\n".repeat(before.min(1));
            texts.push(format!("{title}{notice}\n{}", "and so on\n".repeat(behind)));
        }
        texts.push(format!("{notice}\n\n{}", standard("MIT")));
    }
    for text in &texts {
        let warm = identify(text.as_bytes());
        // A thread remembers nothing of another.
        let asked = text.clone();
        let cold = std::thread::spawn(move || identify(asked.as_bytes())).join();
        assert_eq!(warm, cold.unwrap(), "{text}");
    }
}

#[test]
fn what_is_told_of_one_file_has_a_bound_and_says_so() {
    for line in [
        "SPDX-License-Identifier: Apache-2.0\n",
        "{\"source\": [\"Licensed under the MIT license\"]},",
    ] {
        let few = identify(line.repeat(1_000).as_bytes());
        assert_eq!(few.matches.len(), 1_000);
        assert!(few.problems.is_empty(), "{:?}", few.problems);
        let many = identify(line.repeat(30_000).as_bytes());
        assert!(many.matches.len() <= 20_000, "{}", many.matches.len());
        assert_eq!(many.expression, few.expression);
        let [problem] = many.problems.as_slice() else {
            panic!("{:?}", many.problems);
        };
        assert_eq!(problem.kind, overt_core::ProblemKind::LimitExceeded);
    }
}

#[test]
fn nested_and_broken_containers_come_to_an_end() {
    let deep = format!("{{\"nbformat\": 4, \"cells\": {}", "[".repeat(50_000));
    for (name, bytes) in [
        ("a.ipynb", deep.as_bytes()),
        ("a.json", "{\"a\":".repeat(20_000).as_bytes()),
        ("a.html", "<div><p>license".repeat(10_000).as_bytes()),
        (
            "a.pdf",
            "%PDF-1.4 1 0 obj << /Length 99999999 >> stream".as_bytes(),
        ),
        (
            "a.txt",
            "SPDX-License-Identifier: ((((((((".repeat(500).as_bytes(),
        ),
    ] {
        let found = identify_named(name, bytes);
        places_are_sound(&found, &text_of(name, bytes));
    }
}

#[test]
fn texts_without_anything_in_common_are_compared_in_one_pass() {
    let old = numbered_words('a', 20_000);
    let new = numbered_words('b', 20_000);
    let difference = diff(&old, &new);
    assert_eq!(
        (difference.removed_words, difference.added_words),
        (20_000, 20_000)
    );
    assert_eq!(difference.passages.len(), 1);
}

/// Words of licenses, of comments and of none.
fn words() -> impl Strategy<Value = Vec<&'static str>> {
    proptest::collection::vec(
        proptest::sample::select(vec![
            "Permission",
            "is",
            "hereby",
            "granted",
            "not",
            "copyright",
            "(c)",
            "2024",
            "license",
            "licence",
            "MIT",
            "1.",
            "a)",
            "\n",
            "\r\n",
            "-\n",
            "<p>",
            "</p>",
            "&quot;",
            "//",
            "# ",
            "dnl",
            "\u{a9}",
            "ß",
            "許可",
            "\u{1f600}",
            "GPL-2.0+",
            "SPDX-License-Identifier:",
            "WITH",
        ]),
        0..200,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn places_lie_within_any_text(words in words()) {
        let text = words.join(" ");
        places_are_sound(&identify(text.as_bytes()), &text);
    }

    #[test]
    fn a_piece_of_a_license_has_sound_places(
        id in proptest::sample::select(vec!["MIT", "Apache-2.0", "GPL-3.0-only", "CC-BY-4.0", "Zlib"]),
        from in 0_usize..400,
        length in 0_usize..600,
        noise in words(),
    ) {
        let piece: Vec<&str> = standard(id).split_whitespace().skip(from).take(length).collect();
        let text = format!("{}\n{}", piece.join(" "), noise.join(" "));
        places_are_sound(&identify(text.as_bytes()), &text);
    }

    #[test]
    fn a_text_does_not_differ_from_itself(words in words()) {
        let text = words.join(" ");
        let difference = diff(&text, &text);
        prop_assert!(difference.passages.is_empty());
        prop_assert_eq!((difference.added_words, difference.removed_words), (0, 0));
    }

    #[test]
    fn a_difference_turned_round_swaps_its_sides(old in words(), new in words()) {
        let (old, new) = (old.join(" "), new.join(" "));
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        prop_assert_eq!(
            there.same_words + there.removed_words + there.added_words > 0,
            back.same_words + back.removed_words + back.added_words > 0
        );
        let words = |passages: &[overt_license::Passage]| {
            passages.iter().fold((0, 0), |(here, there), one| {
                (here + one.here_words, there + one.canonical_words)
            })
        };
        prop_assert_eq!(words(&there.passages), (there.added_words, there.removed_words));
        prop_assert!((0.0..=1.0).contains(&there.similarity));
    }

    #[test]
    fn an_added_word_is_seen(words in words(), at in 0_usize..200) {
        let mut changed = words.clone();
        changed.insert(at.min(words.len()), "noncommercially");
        let difference = diff(&words.join(" "), &changed.join(" "));
        let here: Vec<&str> = difference.passages.iter().map(|one| one.here.as_str()).collect();
        // Within a tag it would be markup.
        if !words.contains(&"<p>") && !words.contains(&"</p>") {
            prop_assert!(here.iter().any(|words| words.contains("noncommercially")), "{:?}", here);
        }
    }
}

/// `letter0 letter1 …`: so many words, no two alike.
fn numbered_words(letter: char, count: usize) -> String {
    let words: Vec<String> = (0..count)
        .map(|number| format!("{letter}{number}"))
        .collect();
    words.join(" ")
}
