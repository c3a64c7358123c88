//! What the engine says of license texts, changed texts, notices and tags.

use overt_core::Expression;
use overt_license::{
    Identification, MODIFIED_PREFIX, MatchKind, TextNature, identify, identify_named,
};

fn standard(id: &str) -> String {
    spdx::license_id(id).map_or_else(String::new, |id| id.text().to_owned())
}

fn name(found: &Identification) -> String {
    found
        .expression
        .as_ref()
        .map_or_else(|| "-".to_owned(), ToString::to_string)
}

const TEXTS: [&str; 8] = [
    "MIT",
    "Apache-2.0",
    "BSD-3-Clause",
    "BSD-2-Clause",
    "ISC",
    "MPL-2.0",
    "CC-BY-4.0",
    "GPL-3.0-only",
];

#[test]
fn a_notice_is_told_though_its_words_are_also_those_of_a_piece_of_a_text() {
    let text = standard("MirOS");
    let words: Vec<&str> = text.split_whitespace().collect();
    let start = words
        .iter()
        .position(|word| *word == "Provided")
        .expect("the first word of the terms");
    let piece = words[start..start + 26].join(" ");
    let notice = "The shell is covered by The MirOS Licence:";
    let about = "The shell reads commands from a terminal or a script, keeps a history of what was \
        typed, and completes names of files. It was first written for a small system and has \
        grown since.";
    let all = format!("{notice}\n\n{piece}\n\n{about}\n");
    assert_eq!(name(&identify(all.as_bytes())), "MirOS");
    // Where the piece is nearly all, it is terms that nobody knows.
    let found = identify(format!("{notice}\n\n{piece}\n").as_bytes());
    assert!(!found.unknown.is_empty(), "{found:?}");
}

#[test]
fn a_text_is_found_in_any_dress() {
    for id in TEXTS {
        let text = standard(id);
        let commented = format!(" * {}", text.replace('\n', "\n * "));
        let hashed = format!("# {}", text.replace('\n', "\n# "));
        let flowed = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let windows = text.replace('\n', "\r\n");
        let html = format!(
            "<html><body><p>{}</p></body></html>",
            text.replace('&', "&amp;").replace("\n\n", "</p>\n<p>")
        );
        let literal = format!(
            "{{\"text\": {}}}",
            serde_json::to_string(&text).expect("a string")
        );
        let notebook = format!(
            "{{\"nbformat\": 4, \"cells\": [{{\"source\": [{}]}}]}}",
            serde_json::to_string(&text).expect("a string")
        );
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let curly = text.replace('"', "\u{201c}").replace('\'', "\u{2019}");
        for (dress, bytes) in [
            ("plain", text.as_bytes()),
            ("commented", commented.as_bytes()),
            ("hashed", hashed.as_bytes()),
            ("flowed", flowed.as_bytes()),
            ("windows", windows.as_bytes()),
            ("html", html.as_bytes()),
            ("literal", literal.as_bytes()),
            ("notebook", notebook.as_bytes()),
            ("utf16", utf16.as_slice()),
            ("curly", curly.as_bytes()),
        ] {
            assert_eq!(name(&identify(bytes)), id, "{dress}");
        }
    }
}

#[test]
fn elements_in_the_midst_of_sentences_hide_nothing() {
    let inside = |text: &str, tag: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let parts = words.chunks(3).map(|part| {
            let part = part.join(" ").replace('&', "&amp;").replace('<', "&lt;");
            format!("<{tag} class=\"x\">{part}</{tag}>")
        });
        parts.collect::<Vec<String>>().join(" ")
    };
    for id in TEXTS {
        let text = standard(id);
        // One of the elements of pages, and one of those for letters.
        for tag in ["main", "small"] {
            let found = identify(format!("<html>{}</html>", inside(&text, tag)).as_bytes());
            assert_eq!(name(&found), id, "{tag}");
        }
        // Numbers of list items count where they begin no line.
        let difference = overt_license::diff(&text, &inside(&text, "small"));
        let mut added = difference.passages.iter();
        assert!(!added.any(|one| one.here.contains("small")), "{id}");
    }
}

#[test]
fn a_permissive_text_with_a_restriction_is_never_called_by_its_name() {
    let sentences = [
        "The Software may be used for non-commercial purposes only.",
        "This Software shall not be used for commercial purposes without written permission.",
        "Use is permitted for academic research purposes only.",
        "If you have more than 100 million monthly active users, you must obtain a commercial license.",
    ];
    for id in ["MIT", "BSD-3-Clause", "BSD-2-Clause", "ISC"] {
        let text = standard(id);
        let paragraphs: Vec<&str> = text.split("\n\n").collect();
        for sentence in sentences {
            for place in 1..=paragraphs.len() {
                let mut changed = paragraphs.clone();
                changed.insert(place, sentence);
                let found = identify(changed.join("\n\n").as_bytes());
                let asserted = found.expression.as_ref().is_some_and(|expression| {
                    expression
                        .licenses()
                        .iter()
                        .all(|license| !license.id.is_reference())
                });
                assert!(
                    !asserted,
                    "{id} at {place} with `{sentence}`: {}",
                    name(&found)
                );
                assert!(
                    found.has_unrecognized_terms(),
                    "{id} at {place} with `{sentence}`"
                );
            }
        }
    }
}

#[test]
fn a_modified_text_names_its_origin_and_the_change() {
    let text = standard("MIT").replace("without restriction", "for non-commercial purposes only");
    let found = identify(text.as_bytes());
    assert_eq!(name(&found), format!("{MODIFIED_PREFIX}MIT"));
    let change = found.matches[0].modified.as_ref().expect("a modification");
    assert_eq!(change.of.as_str(), "MIT");
    assert!(
        change
            .passages
            .iter()
            .any(|passage| passage.here.contains("commercial"))
    );
}

#[test]
fn unknown_terms_are_told_with_their_clauses() {
    let text = "EXAMPLE MODEL LICENSE AGREEMENT\n\n\
        1. The Licensor grants you a revocable license to use the Model under this Agreement.\n\
        2. You may use the Model for research purposes only; commercial use is prohibited.\n\
        3. You agree not to use the Model for any unlawful purpose set out in the use policy.\n\
        4. This Agreement will terminate if you breach any of its terms.\n\
        5. You shall indemnify the Licensor against all claims under this Agreement.\n\
        6. This Agreement is governed by the laws of Utopia.\n";
    let found = identify(text.as_bytes());
    assert_eq!(found.expression, None, "{found:?}");
    assert_eq!(found.nature, TextNature::LicenseText);
    let kinds: Vec<&str> = found.unknown[0]
        .clauses
        .iter()
        .map(|hit| hit.kind.as_str())
        .collect();
    for kind in [
        "research-only",
        "noncommercial",
        "indemnity",
        "governing-law",
        "revocable",
    ] {
        assert!(kinds.contains(&kind), "{kind} in {kinds:?}");
    }
}

#[test]
fn tags_and_mentions_are_found_with_their_lines() {
    let found = identify(
        b"//\n// SPDX-License-Identifier: (gpl-2.0 OR MIT) AND Apache-2.0\nfn main() {}\n",
    );
    assert_eq!(found.matches.len(), 1);
    assert_eq!(
        found.expression,
        Expression::parse("(GPL-2.0-only OR MIT) AND Apache-2.0").ok()
    );
    assert_eq!(found.matches[0].how, MatchKind::Tag);
    assert_eq!(found.matches[0].lines, (2, 2));

    let found = identify_named(
        "README.md",
        b"# Tool\n\nReleased under the Apache 2.0 license.\n",
    );
    assert_eq!(name(&found), "Apache-2.0");
    assert_eq!(found.matches[0].lines, (3, 3));
}

#[test]
fn a_license_whose_instructions_are_filled_in_is_that_license() {
    for id in [
        "GPL-2.0-only",
        "GPL-3.0-only",
        "AGPL-3.0-only",
        "LGPL-2.1-only",
    ] {
        let mut text = standard(id);
        let first = text.find("one line to give").expect(id);
        let length = text[first..].find("does.").expect(id) + "does.".len();
        text.replace_range(first..first + length, "Overtone - turns scores into sound");
        for blank in ["<year>", "yyyy"] {
            text = text.replace(blank, "2026");
        }
        text = text.replace("name of author", "Ann Author");
        assert_eq!(name(&identify(text.as_bytes())), id);
    }
}

#[test]
fn a_sentence_added_within_a_license_makes_it_another_in_any_dress() {
    let changed = standard("MIT").replace(
        "to do so, subject",
        "to do so. Installation on vehicles is ruled out. All this is subject",
    );
    let commented = format!("/*\n * {}\n */\n", changed.replace('\n', "\n * "));
    let hashed = format!("# {}\n", changed.replace('\n', "\n# "));
    for text in [changed, commented, hashed] {
        let found = name(&identify(text.as_bytes()));
        assert_eq!(found, format!("{MODIFIED_PREFIX}MIT"), "{text}");
    }
}

#[test]
fn wording_of_few_licenses_is_looked_for_in_code() {
    let code = "int next(int n) { return n + 1; }\n".repeat(60);
    let waiver = "/* To the extent possible under law, the author has waived all copyright and related\n \
                  * or neighboring rights to this work.\n */\n";
    let found = identify(format!("{waiver}{code}").as_bytes());
    assert_eq!(name(&found), "LicenseRef-scancode-public-domain");
}

#[test]
fn a_mention_of_a_modified_license_is_none_of_the_license() {
    for text in [
        "![License](https://img.shields.io/badge/License-Modified_MIT-blue)",
        "<a href=\"x\"><img alt=\"License\" src=\"https://img.shields.io/badge/License-Modified_MIT-f5?&color=f5\"/></a>\n</div>\n<p align=\"center\">\n<b><a href=\"https://x.io/\">Blog</a></b>",
        "The weights are released under the Modified MIT License.",
        "Released under a modified Apache 2.0 license",
        "Released under a modified version of the MIT license.",
    ] {
        let found = identify(format!("# A model\n\n{text}\n").as_bytes());
        let open = |one: &overt_license::LicenseMatch| !one.license.licenses()[0].id.is_reference();
        assert!(!found.matches.iter().any(open), "{text}: {}", name(&found));
    }
    for (text, license) in [
        (
            "We modified MIT-licensed code. Licensed under the MIT license.",
            "MIT",
        ),
        ("Released under the modified BSD license", "BSD-3-Clause"),
    ] {
        let found = identify(format!("# A model\n\n{text}\n").as_bytes());
        assert_eq!(name(&found), license, "{text}");
    }
}

#[test]
fn text_without_licenses_says_nothing() {
    for text in ["", "Hello, world", "fn main() { commit(permit, limit); }"] {
        assert_eq!(identify(text.as_bytes()).expression, None, "{text}");
    }
}

#[test]
fn near_misses_repeated_without_end_come_to_an_end() {
    let mit = standard("MIT");
    let half: String = mit.chars().take(mit.len() / 2).collect();
    let near = format!("{half} except that nothing here is as it was\n");
    // The bound is on the work that the engine counts, so this ends on any machine.
    let found = identify(near.repeat(300).as_bytes());
    assert!(found.matches.len() <= 600);
}

#[test]
fn the_embedded_index_is_whole() {
    let index = overt_license::index::embedded().expect("an index");
    assert_eq!(index.verify(), Ok(()));
    assert!(index.rule_count() > 30_000);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..4000)) {
        let _ = identify(&bytes);
        let mut pdf = b"%PDF-1.4 stream\n".to_vec();
        pdf.extend(&bytes);
        let _ = identify(&pdf);
    }

    #[test]
    fn no_mixture_of_words_makes_it_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["license", "MIT", "GPL", "shall", "not", "warranty", "\n", "SPDX-License-Identifier:", "(", "OR", "v2", "\u{1f600}", "-\n", "許可"]), 0..400)) {
        let text = words.join(" ");
        let found = identify(text.as_bytes());
        for one in &found.matches {
            proptest::prop_assert!(one.bytes.0 < one.bytes.1 && one.bytes.1 <= text.len() as u64);
            proptest::prop_assert!(one.lines.0 <= one.lines.1);
        }
    }
}

#[test]
fn sentences_beside_a_license_are_told_though_it_keeps_its_name() {
    let mit = standard("MIT");
    let mit = mit.trim_end();
    let lines = u32::try_from(mit.lines().count()).expect("few lines");
    let cat = "The pictures show our cat in winter.";
    let two = format!("{mit}\n\n{cat} She sleeps\nwell on warm stones.\n");
    let before = format!("{cat}\n\n{mit}\n");
    let at_once = format!("{mit} {cat}\n");
    let unspaced = format!(
        "{mit}\n\n\u{5468}\u{672b}\u{732b}\u{5728}\u{96ea}\u{5730}\u{91cc}\u{7761}\u{89c9}\u{3002}\n"
    );
    for (text, places) in [
        (two, vec![(lines + 2, lines + 2), (lines + 2, lines + 3)]),
        (before, vec![(1, 1)]),
        (at_once, vec![(lines, lines)]),
        (unspaced, vec![(lines + 2, lines + 2)]),
    ] {
        let found = identify(text.as_bytes());
        assert_eq!(name(&found), "MIT", "{text}");
        let told: Vec<(u32, u32)> = found.beside.iter().map(|one| one.lines).collect();
        assert_eq!(told, places, "{text}");
        assert!(found.beside.iter().all(|one| one.canonical_words == 0));
    }
    // What is told has a bound.
    let many = format!("{mit}\n\n{}", "Our cat sleeps. ".repeat(20));
    assert_eq!(identify(many.as_bytes()).beside.len(), 8);
}

#[test]
fn nothing_is_told_beside_what_is_no_file_of_a_license() {
    let mit = standard("MIT");
    let cat = "The pictures show our cat in winter.";
    let commented = mit.replace('\n', "\n * ");
    for text in [
        // A header of a program.
        format!("/*\n * {commented}\n *\n * {cat}\n */\nint main() {{ return f(1); }}\n"),
        // A README with more to say.
        format!("# Cats\n\n{}\n\n{mit}", format!("{cat}\n").repeat(60)),
        // Headings, holders and addresses.
        format!("{mit}\n\nPortions Copyright 2020 Jane Doe. All rights reserved.\n"),
        format!("A License\n\n{mit}\n\nhttps://example.org/a.b.c\n"),
        // Sentences far from the license.
        format!("{mit}{}{cat}\n", "\n".repeat(20)),
        // Terms are told as such.
        format!("{mit}\n\nYou must not use it for commercial purposes.\n"),
        format!("It is under the MIT license. {cat}\n"),
    ] {
        assert!(identify(text.as_bytes()).beside.is_empty(), "{text}");
    }
}
