//! What one may do with the weights: use, study, modify, share, by license and by what else is there.

#![expect(clippy::expect_used, reason = "a test stops at what it cannot read")]

use overt_core::{ComponentKind, Verdict};
use overt_decide::{EmbeddedLicenses, freedoms, record, release_freedoms};

const Y: Verdict = Verdict::Meets;
const N: Verdict = Verdict::Fails;
const P: Verdict = Verdict::Undetermined;

/// Everything that studying takes, beside the weights.
const ALL: &str = "[components.training-code]\nstatus = \"released\"\nlicense = \"MIT\"\n\
    [components.data-information]\nstatus = \"released\"\nlicense = \"CC-BY-4.0\"\n";

fn weights(license: &str, rest: &str) -> Vec<Verdict> {
    let facts = format!(
        "complete = true\n[components.final-parameters]\nstatus = \"released\"\n{license}\n{rest}"
    );
    let release = record::facts(&facts, "overt.toml").expect("facts");
    let found = freedoms(&release, &EmbeddedLicenses);
    let own = found
        .iter()
        .find(|one| one.component == ComponentKind::FinalParameters)
        .expect("the weights are there");
    for answer in &own.freedoms {
        assert!(!answer.because.is_empty(), "{license}");
    }
    own.freedoms.iter().map(|answer| answer.granted).collect()
}

#[test]
fn licenses_grant_what_they_grant() {
    let table = [
        //                     use study modify share
        ("Apache-2.0", [Y, Y, Y, Y]),
        ("MIT", [Y, Y, Y, Y]),
        ("GPL-3.0-only", [Y, Y, Y, Y]),
        ("CC-BY-4.0", [Y, Y, Y, Y]),
        ("cc-by-nc-4.0", [N, Y, N, N]),
        // Copies may be shared, but only unchanged.
        ("cc-by-nd-4.0", [Y, Y, N, N]),
        ("bigscience-bloom-rail-1.0", [N, Y, N, N]),
        ("bigcode-openrail-m", [N, Y, N, N]),
        ("creativeml-openrail-m", [N, Y, N, N]),
        ("gemma", [N, Y, N, N]),
        ("llama2", [N, N, N, N]),
        ("llama3.1", [N, N, N, N]),
        ("LicenseRef-llama1", [N, N, N, N]),
        ("none", [N, N, N, N]),
        ("our own terms", [P, P, P, P]),
    ];
    let mut wrong = Vec::new();
    for (license, wanted) in table {
        let found = weights(&format!("license = \"{license}\""), ALL);
        if found != wanted {
            wrong.push(format!("{license}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(weights("", ALL), [P, P, P, P]);
}

#[test]
fn to_study_takes_the_training_and_an_account_of_the_data() {
    let license = "license = \"MIT\"";
    assert_eq!(weights(license, ""), [Y, N, Y, Y]);
    let code = "[components.training-code]\nstatus = \"released\"\nlicense = \"MIT\"\n";
    assert_eq!(weights(license, code), [Y, N, Y, Y]);
    let withheld = ALL.replacen("released", "withheld", 1);
    assert_eq!(weights(license, &withheld), [Y, N, Y, Y]);
    let part = ALL.replacen("released", "partly-released", 1);
    assert_eq!(weights(license, &part), [Y, P, Y, Y]);
    let elsewhere = ALL.replacen("released", "referenced", 1);
    assert_eq!(weights(license, &elsewhere), [Y, P, Y, Y]);
}

#[test]
fn weights_elsewhere_count_if_their_license_is_known() {
    let whole = |license: &str| -> Vec<Verdict> {
        let facts = format!(
            "[components.final-parameters]\nstatus = \"referenced\"\n{license}\n\
             [components.inference-code]\nstatus = \"released\"\nlicense = \"MIT\"\n"
        );
        let release = record::facts(&facts, "overt.toml").expect("facts");
        let answers = release_freedoms(&release, &EmbeddedLicenses);
        answers.iter().map(|answer| answer.granted).collect()
    };
    assert_eq!(whole("license = \"llama2\""), [N, N, N, N]);
    assert_eq!(whole("license = \"MIT\""), [Y, P, Y, Y]);
    assert_eq!(whole(""), [Y, Y, Y, Y]);
}

#[test]
fn what_is_asked_of_mere_users_is_told_with_the_freedom() {
    let price = |license: &str| {
        let facts = format!(
            "complete = true\n[components.final-parameters]\nstatus = \"released\"\n\
             license = \"{license}\"\n"
        );
        let release = record::facts(&facts, "overt.toml").expect("facts");
        let all = release_freedoms(&release, &EmbeddedLicenses);
        let [of_use, rest @ ..] = all.as_slice() else {
            panic!("no freedoms");
        };
        assert!(
            rest.iter().all(|answer| answer.price.is_empty()),
            "{license}"
        );
        assert_eq!(of_use.granted, Y, "{license}");
        let told = of_use.because.contains("in return");
        assert_eq!(told, !of_use.price.is_empty(), "{}", of_use.because);
        let licenses = of_use.price.iter().map(|clause| clause.license.to_string());
        licenses.collect::<Vec<String>>()
    };
    for license in [
        "LicenseRef-kimi-k2-modified-mit",
        "LicenseRef-kimi-k2.5-modified-mit",
        "LicenseRef-minimax-m2-modified-mit",
        "RPL-1.5",
    ] {
        assert_eq!(price(license), [license]);
    }
    // Who gives no copies to others need not care for notices and sources.
    for license in ["MIT", "Apache-2.0", "GPL-3.0-only", "CC-BY-4.0"] {
        assert!(price(license).is_empty(), "{license}");
    }
    // Who may choose takes what asks for nothing.
    assert!(price("LicenseRef-kimi-k2-modified-mit OR MIT").is_empty());
    // A name of several of these licenses has the price of each of them.
    assert_eq!(price("modified-mit").len(), 3);
}
