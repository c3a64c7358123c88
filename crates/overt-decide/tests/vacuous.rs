//! Whoever released nothing meets nothing.

#![expect(
    clippy::format_push_string,
    clippy::expect_used,
    reason = "tests build small texts, and stop at what they cannot read"
)]

use overt_core::{ComponentKind, ComponentType, Release, Truth, Verdict};
use overt_decide::{
    Definition, EmbeddedLicenses, Plan, apply, definitions, evaluate, parse, record, remedies,
    verdict,
};
use proptest::prelude::*;

/// The dimensions of the European index.
const DIMENSIONS: [&str; 21] = [
    "datasources-basemodel",
    "datasources-endmodel",
    "weights-basemodel",
    "weights-endmodel",
    "trainingcode",
    "code",
    "hardware-architecture",
    "preprint",
    "paper",
    "modelcard",
    "datasheet",
    "licenses",
    // Of the predecessor alone.
    "opencode",
    "llmdata",
    "llmweights",
    "rldata",
    "rlweights",
    "license",
    "architecture",
    "package",
    "api",
];

/// The components without any of which a definition cannot be met; `None` for one that is not listed
/// here. Each entry is a list of alternatives of which one must be there.
fn subjects(definition: &Definition) -> Option<Vec<Vec<ComponentKind>>> {
    use ComponentKind as K;
    let weights = || vec![vec![K::FinalParameters]];
    let each = |kinds: &[K]| kinds.iter().map(|kind| vec![*kind]).collect::<Vec<_>>();
    Some(match definition.id.as_str() {
        "osd-code" => vec![vec![
            K::InferenceCode,
            K::ModelArchitecture,
            K::TrainingCode,
            K::DataPreprocessingCode,
            K::EvaluationCode,
            K::SupportingLibraries,
        ]],
        "owd"
        | "eu-ai-act-53-2"
        | "commercial-use"
        | "permissive-only"
        | "no-copyleft"
        | "no-behavioral-restrictions"
        | "eosai" => weights(),
        "osaid-1.0" | "osaid-1.0-loose" => each(&[
            K::FinalParameters,
            K::TrainingCode,
            K::DataPreprocessingCode,
            K::InferenceCode,
            K::ModelArchitecture,
        ]),
        "osaid-1.0-strict" => each(&[K::FinalParameters, K::TrainingCode, K::Datasets]),
        "debian-ml-policy" | "fsf-ml" => each(&[
            K::FinalParameters,
            K::TrainingCode,
            K::InferenceCode,
            K::Datasets,
        ]),
        "dpg-ai" => each(&[K::FinalParameters, K::TrainingCode, K::Datasets]),
        "mof-3" | "mot" => each(&[K::FinalParameters, K::ModelArchitecture, K::DataCard]),
        "mof-2" => each(&[K::FinalParameters, K::TrainingCode, K::EvaluationData]),
        "mof-1" => each(&[K::FinalParameters, K::Datasets, K::ResearchPaper]),
        _ => return None,
    })
}

/// Everything, released under licenses that suit it, with every fact that a definition asks for;
/// `changed` says which components are there otherwise, and how.
fn release(changed: &[(ComponentKind, &str)], complete: bool) -> Release {
    let mut text = format!("name = \"x\"\ncomplete = {complete}\n");
    for kind in ComponentKind::ALL {
        let status = changed
            .iter()
            .find(|(other, _)| *other == kind)
            .map_or("released", |(_, status)| *status);
        text.push_str(&format!(
            "[components.{}]\nstatus = \"{status}\"\n",
            kind.id()
        ));
        if status != "not-found" {
            let license = match (kind.component_type(), kind) {
                (ComponentType::Code, _) | (_, ComponentKind::FinalParameters) => "Apache-2.0",
                _ => "CC-BY-4.0",
            };
            text.push_str(&format!("license = \"{license}\"\n"));
        }
    }
    text.push_str(
        "[facts]\ngeneral-purpose-ai = true\ntraining-compute-flop = 1e24\n\
         systemic-risk = false\nmonetized = false\nai-risk-assessment = true\n\
         sdg-relevance = true\nadheres-to-privacy-laws = true\n",
    );
    for dimension in DIMENSIONS {
        text.push_str(&format!("eosai-{dimension} = \"open\"\n"));
    }
    record::facts(&text, "overt.toml").expect("recorded facts")
}

#[test]
fn who_releases_everything_meets_what_can_be_met_at_once() {
    // Without this, the tests below could pass because nothing ever meets anything.
    let everything = release(&[], true);
    let not_met: Vec<&str> = definitions()
        .iter()
        // MOF 1.0 wants a data license for the parameters, which the OSAID does not recognize: nothing
        // meets both.
        .filter(|one| !(one.id.starts_with("mof-") && one.version == "1.0"))
        .filter(|one| verdict(&everything, one, &EmbeddedLicenses) != Verdict::Meets)
        .map(|one| one.id.as_str())
        .collect();
    assert!(not_met.is_empty(), "{not_met:?}");
}

#[test]
fn who_releases_nothing_meets_nothing() {
    for complete in [false, true] {
        for status in ["not-found", "unknown", "withheld", "referenced"] {
            let changed: Vec<_> = ComponentKind::ALL
                .into_iter()
                .map(|kind| (kind, status))
                .collect();
            let mut nothing = release(&changed, complete);
            nothing.facts.clear();
            for definition in definitions() {
                // The Model Openness Tool counts what is listed, and a link is.
                if definition.id == "mot" && status == "referenced" {
                    continue;
                }
                let met = verdict(&nothing, definition, &EmbeddedLicenses);
                assert_ne!(met, Verdict::Meets, "{} {status}", definition.id);
            }
        }
        let empty =
            record::facts(&format!("complete = {complete}\n"), "overt.toml").expect("facts");
        for definition in definitions() {
            let met = verdict(&empty, definition, &EmbeddedLicenses);
            assert_ne!(met, Verdict::Meets, "{}", definition.id);
        }
    }
}

#[test]
fn every_shipped_definition_says_here_what_it_is_about() {
    for definition in definitions() {
        assert!(subjects(definition).is_some(), "{}", definition.id);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever else is there, a definition is not met without what it is about.
    #[test]
    fn nothing_is_met_without_its_subject(
        others in proptest::collection::vec(
            prop_oneof![4 => Just("released"), 1 => Just("not-found"), 1 => Just("partly-released")],
            ComponentKind::ALL.len(),
        ),
        gone in prop_oneof![Just("not-found"), Just("withheld"), Just("unknown")],
        complete in any::<bool>(),
    ) {
        for definition in definitions() {
            for subject in subjects(definition).unwrap_or_default() {
                // A record of the index may say that weights are shared which were not given.
                if definition.id == "eosai" && gone != "withheld" {
                    continue;
                }
                let changed: Vec<_> = ComponentKind::ALL
                    .into_iter()
                    .zip(others.iter().copied())
                    .map(|(kind, status)| (kind, if subject.contains(&kind) { gone } else { status }))
                    .collect();
                let release = release(&changed, complete);
                let met = verdict(&release, definition, &EmbeddedLicenses);
                prop_assert_ne!(met, Verdict::Meets, "{} without {:?}", definition.id, subject);
            }
        }
    }
}

/// The status and the license of the weights and of the architecture of a usual checkpoint.
const CHECKPOINT: &str = "[components.final-parameters]\nstatus = \"released\"\nlicense = \"MIT\"\n\
    [components.model-architecture]\nstatus = \"partly-released\"\nlicense = \"MIT\"\n\
    [components.supporting-libraries]\nstatus = \"partly-released\"\nlicense = \"MIT\"\n";

#[test]
fn a_checkpoint_with_its_configuration_has_no_code_to_judge() {
    let osd = overt_decide::definition("osd-code").expect("shipped");
    let checkpoint = record::facts(CHECKPOINT, "overt.toml").expect("facts");
    let found = evaluate(&checkpoint, osd, &EmbeddedLicenses);
    assert_eq!(found.applies, Truth::False);
    assert_ne!(found.verdict, Verdict::Meets);
    assert!(found.remedies.is_empty());

    let code = "[components.inference-code]\nstatus = \"released\"\nlicense = \"MIT\"\n";
    let with_code = record::facts(&format!("{CHECKPOINT}{code}"), "overt.toml").expect("facts");
    let found = evaluate(&with_code, osd, &EmbeddedLicenses);
    assert_eq!(
        (found.applies, found.verdict),
        (Truth::True, Verdict::Meets)
    );
}

/// A policy that asks nothing of a release in which nothing is.
const RULES: &str = r#"
id = "rules"
name = "Rules"
version = "1"
steward = "us"
status = "policy"
confidence = "high"
source = "this file"
about = "Licenses alone."
[licenses]
deny = ["*-NC-*"]
"#;

#[test]
fn rules_of_which_none_is_asked_are_not_met() {
    let rules = parse(RULES, "rules.toml").expect("a policy");
    let nothing = record::facts("complete = true\n", "overt.toml").expect("facts");
    let checkpoint = record::facts(CHECKPOINT, "overt.toml").expect("facts");
    for (release, applies, expected) in [
        (&nothing, Truth::False, Verdict::Undetermined),
        (&checkpoint, Truth::True, Verdict::Meets),
    ] {
        let found = evaluate(release, &rules, &EmbeddedLicenses);
        assert_eq!((found.applies, found.verdict), (applies, expected));
        assert_eq!(Verdict::from(found.proof.truth), found.verdict);
        assert_eq!(verdict(release, &rules, &EmbeddedLicenses), expected);
        let fast = Plan::new([&rules], &EmbeddedLicenses).verdicts(release);
        assert_eq!(fast, [expected]);
        assert!(remedies(release, &rules, &EmbeddedLicenses).is_empty());
        assert_eq!(apply(release, &[]), *release);
    }
    let found = evaluate(&nothing, &rules, &EmbeddedLicenses);
    let [reason] = found.reasons.as_slice() else {
        panic!("{:?}", found.reasons)
    };
    assert!(!reason.needs.is_empty());
}
