//! Mentions by which a license is another one made from it.

use overt_license::{Identification, MODIFIED_PREFIX, MatchKind, identify};

fn in_a_readme(text: &str) -> Identification {
    identify(format!("# A model\n\nIt draws maps.\n\n{text}\n").as_bytes())
}

/// Whether a license is told by its own name, restricting ones left out.
fn is_told(found: &Identification, id: &str) -> bool {
    let all = found.matches.iter().flat_map(|one| one.license.licenses());
    all.into_iter().any(|one| one.id.as_str() == id)
}

#[test]
fn a_qualified_name_is_not_the_license() {
    for (text, id) in [
        ("Released under the MIT license (modified).", "MIT"),
        ("Released under the MIT license (slightly modified).", "MIT"),
        ("The project uses a custom MIT license.", "MIT"),
        ("The license is a restricted MIT license.", "MIT"),
        ("The model is under a tweaked MIT license.", "MIT"),
        ("This model uses a variant of the MIT license.", "MIT"),
        ("Our license is similar to the MIT license.", "MIT"),
        ("License: MIT (academic use only)", "MIT"),
        ("License: MIT with additional terms", "MIT"),
        ("MIT license for non-commercial use only", "MIT"),
        ("Under the MIT License, except for commercial use.", "MIT"),
        (
            "Under the MIT license, but commercial use is prohibited.",
            "MIT",
        ),
        ("Under the MIT license with modifications.", "MIT"),
        (
            "Under an MIT-style license with a non-commercial clause.",
            "MIT",
        ),
        (
            "The license is based on Apache 2.0, with additional restrictions.",
            "Apache-2.0",
        ),
        ("Apache 2.0 license (non-commercial use only)", "Apache-2.0"),
        ("license: apache-2.0 (non-commercial)", "Apache-2.0"),
        ("License: Apache 2.0 + Commons Clause", "Apache-2.0"),
        ("The model has an Apache-2.0-based license.", "Apache-2.0"),
        (
            "Licensed under the Apache License, Version 2.0\nwith the following restrictions.",
            "Apache-2.0",
        ),
        (
            "Under a slightly modified BSD 3-Clause license.",
            "BSD-3-Clause",
        ),
        ("SPDX-License-Identifier: MIT (modified)", "MIT"),
        ("It is licensed under Apache-2.0-NC.", "Apache-2.0"),
        ("Licensed under MIT + additional restrictions.", "MIT"),
        ("It has an MIT license with one extra clause.", "MIT"),
        (
            "License: Apache-2.0 with a use policy on top.",
            "Apache-2.0",
        ),
        (
            "Under a more restrictive version of the Apache 2.0 license.",
            "Apache-2.0",
        ),
        (
            "Apache License 2.0, modified by us to exclude armies.",
            "Apache-2.0",
        ),
    ] {
        let found = in_a_readme(text);
        assert!(!is_told(&found, id), "{text}: {:?}", found.expression);
        let modified = format!("{MODIFIED_PREFIX}{id}");
        assert!(is_told(&found, &modified), "{text}: {:?}", found.expression);
    }
}

#[test]
fn a_qualified_name_is_a_mention_with_its_lines_and_words() {
    let found = in_a_readme("Released under the MIT license (non-commercial).");
    let is_modified = |one: &&overt_license::LicenseMatch| one.modified.is_some();
    let one = found.matches.iter().find(is_modified).expect("a match");
    assert!(matches!(one.how, MatchKind::Mention | MatchKind::Header));
    assert_eq!(one.lines, (5, 5));
    let change = one.modified.as_ref().expect("a modification");
    assert_eq!((change.of.as_str(), change.removed_words), ("MIT", 0));
    let [passage] = change.passages.as_slice() else {
        panic!("{:?}", change.passages);
    };
    assert_eq!(passage.here, "non-commercial");
    assert_eq!(passage.lines, (5, 5));
}

#[test]
fn other_words_beside_a_name_qualify_nothing() {
    for (text, id) in [
        ("Released under the MIT license (see LICENSE).", "MIT"),
        ("Released under the MIT (Expat) license.", "MIT"),
        ("MIT License (MIT)", "MIT"),
        (
            "The modified code is released under the MIT license.",
            "MIT",
        ),
        (
            "Our custom kernels are released under the MIT license.",
            "MIT",
        ),
        (
            "Under the MIT license. Modified files are listed below.",
            "MIT",
        ),
        ("License: MIT\n\nRestricted: 2024-01-01", "MIT"),
        ("- License: MIT\n- Restricted: no", "MIT"),
        (
            "A modified version of a library that is under the MIT license.",
            "MIT",
        ),
        (
            "Under the MIT license, but commercial use is welcome.",
            "MIT",
        ),
        ("Under the MIT license without additional terms.", "MIT"),
        (
            "Under the MIT license with no additional restrictions.",
            "MIT",
        ),
        (
            "Under the MIT license, with additional parts of others.",
            "MIT",
        ),
        ("Files of Apache-2.0-based.example.org", "Apache-2.0"),
        (
            "Under the MIT license for academic and commercial use.",
            "MIT",
        ),
        (
            "The code is under the MIT license; the data is for research use only.",
            "MIT",
        ),
        (
            "This project is based on the MIT-licensed library of others.",
            "MIT",
        ),
        (
            "Licensed under the Apache License 2.0 (the \"License\").",
            "Apache-2.0",
        ),
        (
            "Licensed under Apache 2.0. It was modified by us in 2023.",
            "Apache-2.0",
        ),
        (
            "The restricted build is under the Apache License 2.0.",
            "Apache-2.0",
        ),
        (
            "The model is based on Llama and released under the Apache 2.0 license.",
            "Apache-2.0",
        ),
        ("Under the BSD license (modified)", "BSD-3-Clause"),
        ("Under the 3-clause BSD license (new BSD).", "BSD-3-Clause"),
        ("SPDX-License-Identifier: MIT\nModified by nobody", "MIT"),
    ] {
        let found = in_a_readme(text);
        let modified = found.matches.iter().any(|one| one.modified.is_some());
        assert!(is_told(&found, id), "{text}: {:?}", found.expression);
        assert!(!modified, "{text}: {:?}", found.expression);
    }
}
