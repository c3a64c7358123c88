//! Which licenses of the weights each definition takes, refuses or leaves to a person: the license
//! requirement alone, in a table after `design/definitions.md`.

use overt_core::Truth;
use overt_decide::{EmbeddedLicenses, definition, evaluate, explain_requirement, record};

/// How a license fares: yes, no, or a person must judge.
const Y: Truth = Truth::True;
const N: Truth = Truth::False;
const P: Truth = Truth::Unknown;

/// The requirements on the license of the weights, in the order of the columns below.
const REQUIREMENTS: [&str; 11] = [
    "eu-ai-act-53-2/license",
    "owd/license",
    "osaid-1.0/parameters",
    "mof-3/final-parameters",
    "fsf-ml/parameters",
    "debian-ml-policy/parameters",
    "dpg-ai/weights",
    "commercial-use/license-of-final-parameters",
    "permissive-only/license-of-final-parameters",
    "no-copyleft/license-of-final-parameters",
    "no-behavioral-restrictions/license-of-final-parameters",
];

#[rustfmt::skip]
const LICENSES: [(&str, [Truth; 11]); 22] = [
    //                            EU owd osai mof fsf deb dpg com per nocl beh
    ("Apache-2.0",               [Y, Y, Y, Y, Y, Y, Y, Y, Y, Y, Y]),
    ("MIT",                      [Y, Y, Y, Y, Y, Y, Y, Y, Y, Y, Y]),
    ("BSD-3-Clause",             [Y, Y, Y, Y, Y, Y, Y, Y, Y, Y, Y]),
    ("GPL-3.0-only",             [Y, Y, Y, Y, Y, Y, Y, Y, N, N, Y]),
    // Open content, but no software license: the OSI keeps no list for weights.
    ("CC-BY-4.0",                [Y, Y, P, Y, Y, Y, Y, Y, Y, Y, Y]),
    ("CC-BY-SA-4.0",             [Y, Y, P, Y, Y, Y, Y, Y, N, N, Y]),
    ("CC0-1.0",                  [Y, Y, P, Y, Y, Y, Y, Y, Y, Y, Y]),
    // Commercial use is theirs, within fields that a person must look at; copyleft they are not.
    // Behavioral restrictions: safety ones may be compatible with the Act (point 84), nothing else.
    ("bigscience-bloom-rail-1.0",[P, N, N, N, N, N, N, P, N, Y, N]),
    ("bigcode-openrail-m",       [P, N, N, N, N, N, N, P, N, Y, N]),
    ("creativeml-openrail-m",    [P, N, N, N, N, N, N, P, N, Y, N]),
    ("gemma",                    [P, N, N, N, N, N, N, P, N, Y, N]),
    // The guidelines' own example of a scale threshold (point 83).
    ("llama2",                   [N, N, N, N, N, N, N, N, N, Y, N]),
    ("llama3",                   [N, N, N, N, N, N, N, N, N, Y, N]),
    ("llama3.1",                 [N, N, N, N, N, N, N, N, N, Y, N]),
    // Noncommercial, or for research only.
    ("cc-by-nc-4.0",             [N, N, N, N, N, N, N, N, N, Y, Y]),
    ("cc-by-nc-sa-4.0",          [N, N, N, N, N, N, N, N, N, N, Y]),
    ("LicenseRef-llama1",        [N, N, N, N, N, N, N, N, N, Y, N]),
    // No modified copies may be shared.
    ("cc-by-nd-4.0",             [N, N, N, N, N, N, N, Y, N, Y, Y]),
    ("none",                     [N, N, N, N, N, N, N, N, N, N, N]),
    ("our own terms",            [P, P, P, P, P, P, P, P, P, P, P]),
    // A choice is as good as its best; terms that apply together are as bad as their worst.
    ("MIT OR llama3.1",          [Y, Y, Y, Y, Y, Y, Y, Y, Y, Y, Y]),
    ("MIT AND CC-BY-NC-4.0",     [N, N, N, N, N, N, N, N, N, Y, Y]),
];

#[test]
fn licenses_of_weights_fare_as_each_definition_says() {
    let mut wrong = Vec::new();
    for (license, wanted) in LICENSES {
        let facts = format!(
            "[components.final-parameters]\nstatus = \"released\"\nlicense = \"{license}\"\n"
        );
        let release = record::facts(&facts, "overt.toml").expect("facts");
        for (id, wanted) in REQUIREMENTS.into_iter().zip(wanted) {
            let (definition_id, requirement) = id.split_once('/').expect("definition/requirement");
            let definition = definition(definition_id).expect("shipped");
            let found = evaluate(&release, definition, &EmbeddedLicenses);
            let proof = explain_requirement(&found, requirement).expect("a requirement");
            if proof.truth != wanted {
                wrong.push(format!(
                    "{license}: {id}: {:?}, not {wanted:?}",
                    proof.truth
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
