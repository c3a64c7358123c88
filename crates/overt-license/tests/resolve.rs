//! What names of licenses mean.

use overt_core::Expression;
use overt_license::{Resolution, canonical_id, resolve};

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn known(name: &str, expected: &str) {
    let found = resolve(name);
    let expected = Expression::parse(expected).expect("a valid expression");
    assert_eq!(
        found,
        Resolution::Known {
            expression: expected
        },
        "for `{name}`"
    );
}

#[test]
fn ids_are_known_in_any_case() {
    known("mit", "MIT");
    known("apache-2.0", "Apache-2.0");
    known("CC-BY-NC-SA-4.0", "CC-BY-NC-SA-4.0");
    known("bsd-3-clause-clear", "BSD-3-Clause-Clear");
}

#[test]
fn deprecated_ids_mean_what_replaced_them() {
    known("gpl-3.0", "GPL-3.0-only");
    known("GPL-2.0+", "GPL-2.0-or-later");
    known("LGPL-2.1", "LGPL-2.1-only");
    known(
        "GPL-2.0-with-classpath-exception",
        "GPL-2.0-only WITH Classpath-exception-2.0",
    );
}

#[test]
fn usual_spellings_are_known() {
    known("Apache 2.0", "Apache-2.0");
    known("Apache License, Version 2.0", "Apache-2.0");
    known("Apache License 2.0", "Apache-2.0");
    known("apache2", "Apache-2.0");
    known("Apache Software License 2.0", "Apache-2.0");
    known("The MIT License", "MIT");
    known("MIT license", "MIT");
    known("GPLv3", "GPL-3.0-only");
    known("GPL v2+", "GPL-2.0-or-later");
    known("GNU GPL v3.0", "GPL-3.0-only");
    known(
        "GNU General Public License v3.0 or later",
        "GPL-3.0-or-later",
    );
    known("AGPLv3", "AGPL-3.0-only");
    known("LGPL-3", "LGPL-3.0-only");
    known("BSD 3-Clause", "BSD-3-Clause");
    known("BSD-3", "BSD-3-Clause");
    known("CC BY 4.0", "CC-BY-4.0");
    known("CC BY-NC-SA 4.0", "CC-BY-NC-SA-4.0");
    known(
        "Creative Commons Attribution 4.0 International",
        "CC-BY-4.0",
    );
    known(
        "Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International License",
        "CC-BY-NC-SA-4.0",
    );
    known("MPL 2.0", "MPL-2.0");
    known("CC0", "CC0-1.0");
}

#[test]
fn expressions_are_known_operand_by_operand() {
    known("mit OR apache-2.0", "MIT OR Apache-2.0");
    known("MIT/Apache-2.0", "MIT OR Apache-2.0");
    known(
        "GPL-2.0+ with classpath-exception-2.0",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
    );
    known("(gpl-2.0 and MIT) or ISC", "(GPL-2.0-only AND MIT) OR ISC");
}

#[test]
fn classifiers_are_known_by_their_last_part() {
    known("License :: OSI Approved :: MIT License", "MIT");
    known(
        "License :: OSI Approved :: GNU General Public License v3 or later (GPLv3+)",
        "GPL-3.0-or-later",
    );
    assert!(matches!(
        resolve("License :: OSI Approved :: Apache Software License"),
        Resolution::Ambiguous { .. }
    ));
    assert_eq!(resolve("License :: OSI Approved"), Resolution::SaysNothing);
}

#[test]
fn addresses_are_known() {
    known("https://opensource.org/licenses/MIT", "MIT");
    known("https://www.apache.org/licenses/LICENSE-2.0", "Apache-2.0");
    known(
        "http://www.apache.org/licenses/LICENSE-2.0.txt",
        "Apache-2.0",
    );
    known(
        "https://creativecommons.org/licenses/by-nc/4.0/legalcode",
        "CC-BY-NC-4.0",
    );
    known(
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "CC0-1.0",
    );
    known(
        "https://spdx.org/licenses/BSD-3-Clause.html",
        "BSD-3-Clause",
    );
    known(
        "https://choosealicense.com/licenses/apache-2.0/",
        "Apache-2.0",
    );
    known(
        "https://www.gnu.org/licenses/gpl-3.0.en.html",
        "GPL-3.0-only",
    );
}

#[test]
fn ambiguous_names_stay_ambiguous() {
    for name in [
        "cc",
        "gpl",
        "openrail",
        "bsd",
        "BSD License",
        "lgpl",
        "gfdl",
        "cc-by",
        "Apache",
    ] {
        match resolve(name) {
            Resolution::Ambiguous { candidates, why } => {
                assert!(candidates.len() > 1, "`{name}`");
                assert!(!why.is_empty(), "`{name}`");
                let known: Vec<_> = candidates
                    .iter()
                    .flat_map(Expression::licenses)
                    .filter(|license| !license.id.is_reference())
                    .filter(|license| {
                        canonical_id(license.id.as_str()).as_ref() != Some(&license.id)
                    })
                    .collect();
                assert!(
                    known.is_empty(),
                    "`{name}` may mean what does not exist: {known:?}"
                );
            }
            other => panic!("`{name}` should be ambiguous, not {other:?}"),
        }
    }
}

#[test]
fn words_without_content_say_nothing() {
    for name in ["other", "Unknown", "", "  ", "none"] {
        assert_eq!(resolve(name), Resolution::SaysNothing, "`{name}`");
    }
}

#[test]
fn what_is_not_known_is_not_guessed() {
    for name in [
        "my-own-license",
        "Apache-3.0",
        "mitigation",
        "proprietary",
        "https://example.org/LICENSE",
        "MIT AND something",
        "GPL-3.0 WITH my-exception",
    ] {
        assert_eq!(
            resolve(name),
            Resolution::Unrecognized {
                name: name.to_owned()
            }
        );
    }
    assert!(matches!(
        resolve("LicenseRef-acme AND mit"),
        Resolution::Custom { .. }
    ));
}

#[test]
fn hostile_names_are_answered() {
    for name in [
        "(".repeat(1500),
        "/".repeat(1500),
        "a ".repeat(100_000),
        "v".repeat(1999),
    ] {
        assert!(resolve(&name).expression().is_none());
    }
}
