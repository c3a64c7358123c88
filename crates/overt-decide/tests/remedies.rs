//! What would change a verdict, who can do it, and what comes nearest.

#![expect(clippy::format_push_string, reason = "tests build small texts")]

use overt_core::{
    AttributionRule, ComponentKind, Expression, LicenseClaim, Mender, Release, StepKind, Truth,
    Verdict,
};
use overt_decide::{
    Change, EmbeddedLicenses, compare, definition, definitions, evaluate, freedoms, nearest,
    record, release_freedoms, remedies,
};

#[expect(clippy::expect_used, reason = "a test stops at what it cannot read")]
fn release(facts: &str) -> Release {
    record::facts(facts, "overt.toml").expect("facts")
}

/// Everything that OSAID 1.0 asks for, with these lines instead of the parameters' license.
fn all_but_parameters(license: &str) -> Release {
    let mut facts =
        format!("name = \"x\"\n[components.final-parameters]\nstatus = \"released\"\n{license}\n");
    for id in [
        "training-code",
        "data-preprocessing-code",
        "inference-code",
        "model-architecture",
        "data-information",
    ] {
        facts.push_str(&format!(
            "[components.{id}]\nstatus = \"released\"\nlicense = \"Apache-2.0\"\n"
        ));
    }
    release(&facts)
}

#[test]
fn a_license_is_changed_by_the_publisher() {
    let osaid = definition("osaid-1.0").expect("shipped");
    let release = all_but_parameters("license = \"bigcode-openrail-m\"");
    let found = evaluate(&release, osaid, &EmbeddedLicenses);
    assert_eq!(found.verdict, Verdict::Fails);
    let [remedy, ..] = found.remedies.as_slice() else {
        panic!("no remedy")
    };
    let [step] = remedy.steps.as_slice() else {
        panic!("{remedy:?}")
    };
    assert_eq!(
        (step.by, step.requirement.as_str()),
        (Mender::Publisher, "parameters")
    );
    assert!(step.action.contains("Apache-2.0"), "{}", step.action);
}

#[test]
fn inherited_terms_are_changed_by_their_licensor_alone() {
    let osaid = definition("osaid-1.0").expect("shipped");
    let mut release = all_but_parameters("license = \"Apache-2.0\"");
    assert_eq!(
        evaluate(&release, osaid, &EmbeddedLicenses).verdict,
        Verdict::Meets
    );
    let parameters = release
        .components
        .iter_mut()
        .find(|component| component.kind == ComponentKind::FinalParameters)
        .expect("every kind is listed");
    let own = parameters.license.decided_by.clone().expect("a claim");
    parameters.license.inherited.push(LicenseClaim {
        expression: Some(Expression::license("LicenseRef-llama3.1-community")),
        written: "llama3.1".to_owned(),
        rule: AttributionRule::BaseModel,
        ..own
    });
    let found = evaluate(&release, osaid, &EmbeddedLicenses);
    assert_eq!(found.verdict, Verdict::Fails);
    assert!(!found.remedies.is_empty());
    for remedy in &found.remedies {
        assert!(
            remedy
                .steps
                .iter()
                .any(|step| step.by == Mender::BaseLicensor),
            "{remedy:?}"
        );
    }
}

#[test]
fn what_nobody_can_change_is_said_to_be_so() {
    let exemption = definition("eu-ai-act-53-2").expect("shipped");
    let facts = |flop: &str| {
        release(&format!(
            "complete = true\n[components.final-parameters]\nstatus = \"released\"\nlicense = \"Apache-2.0\"\n\
         [components.model-architecture]\nstatus = \"released\"\n\
         [components.model-card]\nstatus = \"released\"\n\
         [facts]\ngeneral-purpose-ai = true\nmonetized = false\nsystemic-risk = false\ntraining-compute-flop = {flop}\n"
        ))
    };
    let exempt = evaluate(&facts("3e24"), exemption, &EmbeddedLicenses);
    assert_eq!(
        (exempt.verdict, exempt.applies),
        (Verdict::Meets, Truth::True),
        "{:?}",
        exempt.reasons
    );
    let systemic = evaluate(&facts("3e25"), exemption, &EmbeddedLicenses);
    assert_ne!(systemic.verdict, Verdict::Meets);
    for remedy in &systemic.remedies {
        assert!(
            remedy.steps.iter().any(|step| step.by == Mender::Nobody),
            "{remedy:?}"
        );
    }
    // A small model has no duties to be exempt from.
    let small = release("[facts]\ntraining-compute-flop = 1e21\n");
    assert_eq!(
        evaluate(&small, exemption, &EmbeddedLicenses).applies,
        Truth::False
    );
}

#[test]
fn behavioral_terms_leave_the_exemption_to_a_person() {
    let exemption = definition("eu-ai-act-53-2").expect("shipped");
    let license = |license: &str| {
        let release = release(&format!(
            "[components.final-parameters]\nstatus = \"released\"\nlicense = \"{license}\"\n"
        ));
        let evaluation = evaluate(&release, exemption, &EmbeddedLicenses);
        overt_decide::explain_requirement(&evaluation, "license").map(|proof| proof.truth)
    };
    assert_eq!(license("Apache-2.0"), Some(Truth::True));
    assert_eq!(license("creativeml-openrail-m"), Some(Truth::Unknown));
    assert_eq!(license("gemma"), Some(Truth::Unknown));
    assert_eq!(license("llama3.1"), Some(Truth::False));
    assert_eq!(license("cc-by-nc-4.0"), Some(Truth::False));
}

#[test]
fn the_nearest_definition_comes_first() {
    let release = all_but_parameters("license = \"bigcode-openrail-m\"");
    let found = nearest(&release, definitions(), &EmbeddedLicenses);
    assert!(found.len() > 3, "{found:?}");
    let order: Vec<_> = found.iter().map(|near| (near.by, near.effort)).collect();
    assert!(order.is_sorted(), "{order:?}");
    let osaid = found
        .iter()
        .find(|near| near.definition == "osaid-1.0")
        .expect("within reach");
    assert_eq!(osaid.effort, 1);
    let license = Change::License(
        ComponentKind::FinalParameters,
        Expression::license("Apache-2.0"),
    );
    assert_eq!(osaid.remedy.changes, [license]);
}

#[test]
fn comparisons_show_where_releases_differ() {
    let open = all_but_parameters("license = \"Apache-2.0\"");
    let closed = all_but_parameters("license = \"llama3.1\"");
    let osaid = definition("osaid-1.0").expect("shipped");
    let found = compare(&[&open, &closed], &[osaid], &EmbeddedLicenses);
    let row = |kind| {
        found
            .components
            .iter()
            .find(|row| row.component == kind)
            .expect("a row")
    };
    assert!(row(ComponentKind::FinalParameters).differs);
    assert!(!row(ComponentKind::TrainingCode).differs);
    let verdicts: Vec<_> = found.definitions[0]
        .evaluations
        .iter()
        .map(|e| e.verdict)
        .collect();
    assert_eq!(verdicts, [Verdict::Meets, Verdict::Fails]);
    assert!(found.definitions[0].differs);
}

#[test]
fn weights_without_their_training_cannot_be_studied() {
    let weights = release(
        "complete = true\n[components.final-parameters]\nstatus = \"released\"\nlicense = \"Apache-2.0\"\n",
    );
    let granted = |release: &Release| -> Vec<Verdict> {
        release_freedoms(release, &EmbeddedLicenses)
            .iter()
            .map(|answer| answer.granted)
            .collect()
    };
    let [meets, fails] = [Verdict::Meets, Verdict::Fails];
    assert_eq!(granted(&weights), [meets, fails, meets, meets]);
    assert_eq!(
        granted(&all_but_parameters("license = \"Apache-2.0\"")),
        [meets; 4]
    );
    let noncommercial = all_but_parameters("license = \"cc-by-nc-4.0\"");
    assert_eq!(granted(&noncommercial)[0], fails);
    for component in freedoms(&noncommercial, &EmbeddedLicenses) {
        assert!(
            component
                .freedoms
                .iter()
                .all(|answer| !answer.because.is_empty())
        );
    }
}

#[test]
fn remedies_are_few() {
    let nothing = release("name = \"nothing\"\n");
    for definition in definitions() {
        assert!(
            remedies(&nothing, definition, &EmbeddedLicenses).len() <= 3,
            "{}",
            definition.id
        );
    }
}

#[test]
fn releasing_and_licensing_a_component_is_one_step() {
    let osaid = definition("osaid-1.0").expect("shipped");
    let found = evaluate(&release("complete = true\n"), osaid, &EmbeddedLicenses);
    let [remedy, ..] = found.remedies.as_slice() else {
        panic!("no remedy")
    };
    let about = |name: &str| -> Vec<&str> {
        let steps = remedy.steps.iter().map(|step| step.action.as_str());
        steps.filter(|action| action.contains(name)).collect()
    };
    assert_eq!(
        about("training code"),
        ["release the training code under Apache-2.0 or a license that passes alike"]
    );
    assert_eq!(about("inference code").len(), 1);
}

#[test]
fn the_license_that_decides_is_named_among_those_that_apply_together() {
    let osd = definition("osd-code").expect("shipped");
    let release = release(
        "[components.inference-code]\nstatus = \"released\"\n\
         license = \"Apache-2.0 AND CC-BY-NC-4.0 AND MIT\"\n",
    );
    let found = evaluate(&release, osd, &EmbeddedLicenses);
    let because = &found.reasons[0].because;
    assert!(
        because.contains("CC-BY-NC-4.0 is not OSI-approved (2 other licenses apply together"),
        "{because}"
    );
    assert!(!because.contains("MIT"), "{because}");
}

#[test]
fn disputed_licenses_are_looked_for_on_a_list_one_by_one() {
    let mot = definition("mot").expect("shipped");
    let with = |own: &str, other: &str| {
        let mut release = all_but_parameters(&format!("license = \"{own}\""));
        let license = &mut release
            .components
            .iter_mut()
            .find(|component| component.kind == ComponentKind::FinalParameters)
            .expect("every kind is listed")
            .license;
        let claim = license.decided_by.clone().expect("a claim");
        license.disputed = true;
        license.others.push(LicenseClaim {
            expression: Some(Expression::license(other)),
            written: other.to_owned(),
            ..claim
        });
        let found = evaluate(&release, mot, &EmbeddedLicenses);
        overt_decide::explain_requirement(&found, "final-parameters").map(|proof| proof.truth)
    };
    assert_eq!(with("Apache-2.0", "MIT"), Some(Truth::True));
    assert_eq!(with("Apache-2.0", "CC-BY-NC-4.0"), Some(Truth::Unknown));
    assert_eq!(with("CC-BY-NC-4.0", "CC-BY-ND-4.0"), Some(Truth::False));
}

#[test]
fn what_nobody_looked_at_is_to_be_shown_not_released() {
    let found = |facts: &str, id: &str| {
        let definition = definition(id).expect("shipped");
        evaluate(&release(facts), definition, &EmbeddedLicenses)
    };
    for id in [
        "osaid-1.0",
        "osaid-1.0-strict",
        "mof-1",
        "owd",
        "eu-ai-act-53-2",
        "fsf-ml",
    ] {
        let open = found("name = \"x\"\n", id);
        assert!(!open.remedies.is_empty(), "{id}");
        for step in open.remedies.iter().flat_map(|remedy| &remedy.steps) {
            assert_eq!(step.kind, StepKind::Show, "{id}: {}", step.action);
            assert!(step.action.starts_with("show "), "{id}: {}", step.action);
        }
        // Who looked everywhere knows that it was not released.
        let complete = found("complete = true\n", id);
        for step in complete.remedies.iter().flat_map(|remedy| &remedy.steps) {
            let about_fact = step.component.is_none();
            assert_eq!(
                step.kind == StepKind::Show,
                about_fact,
                "{id}: {}",
                step.action
            );
        }
    }
}

#[test]
fn nothing_is_licensed_that_is_not_there() {
    for facts in ["name = \"x\"\n", "complete = true\n"] {
        let found = remedies(
            &release(facts),
            definition("osaid-1.0").expect("shipped"),
            &EmbeddedLicenses,
        );
        assert!(!found.is_empty());
        for planned in &found {
            for change in &planned.changes {
                if let Change::License(kind, _) = change {
                    assert!(
                        planned.changes.contains(&Change::Release(*kind)),
                        "{planned:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn steps_say_what_is_known_of_the_component() {
    let action = |facts: &str| {
        let osd = definition("owd").expect("shipped");
        let found = remedies(&release(facts), osd, &EmbeddedLicenses);
        let steps = found.first().map(|first| first.remedy.steps.clone());
        match steps.as_deref() {
            Some([step]) => step.action.clone(),
            other => panic!("{facts}: {other:?}"),
        }
    };
    let weights = |rest: &str| format!("[components.final-parameters]\n{rest}\n");
    let withheld = action(&weights("status = \"withheld\""));
    assert!(
        withheld.starts_with("release the model parameters (final) under "),
        "{withheld}"
    );
    let elsewhere = action(&weights("status = \"referenced\""));
    assert!(elsewhere.contains("said to be elsewhere"), "{elsewhere}");
    let unlicensed = action(&weights("status = \"released\"\nlicense = \"none\""));
    assert!(
        unlicensed.starts_with("put the model parameters (final) under "),
        "{unlicensed}"
    );
    let silent = action(&weights("status = \"released\""));
    assert!(
        silent.ends_with(" for the model parameters (final)"),
        "{silent}"
    );
    let own = action(&weights(
        "status = \"released\"\nlicense = \"Our own terms\"",
    ));
    assert!(
        own.starts_with("have a person judge the terms of the "),
        "{own}"
    );
}
