//! A company's policy: rules about licenses, thresholds, evidence, exceptions.

use overt_core::{ComponentKind, Release, Verdict};
use overt_decide::{
    Definition, EmbeddedLicenses, evaluate, evaluate_on, explain_requirement, init_policy, parse,
    pin, record,
};

const HEAD: &str = r#"
id = "ours"
name = "Ours"
version = "1"
steward = "us"
status = "policy"
confidence = "high"
source = "this file"
about = "What we accept."
"#;

#[expect(clippy::expect_used, reason = "a test stops at what it cannot read")]
fn policy(rest: &str) -> Definition {
    parse(&format!("{HEAD}{rest}"), "policy.toml").expect("a policy")
}

#[expect(clippy::expect_used, reason = "a test stops at what it cannot read")]
fn release(weights: &str, code: &str) -> Release {
    let facts = format!(
        "name = \"x\"\n[components.final-parameters]\nstatus = \"released\"\nlicense = \"{weights}\"\n\
         [components.inference-code]\nstatus = \"released\"\nlicense = \"{code}\"\n"
    );
    record::facts(&facts, "overt.toml").expect("facts")
}

fn verdict(policy: &Definition, release: &Release) -> Verdict {
    evaluate(release, policy, &EmbeddedLicenses).verdict
}

#[test]
fn what_is_not_allowed_or_is_denied_fails() {
    let ours =
        policy("[licenses]\nallow = [\"MIT\", \"Apache-*\", \"CC-*\"]\ndeny = [\"*-NC-*\"]\n");
    assert_eq!(
        verdict(&ours, &release("MIT", "Apache-2.0")),
        Verdict::Meets
    );
    assert_eq!(
        verdict(&ours, &release("cc-by-nc-4.0", "Apache-2.0")),
        Verdict::Fails
    );
    assert_eq!(
        verdict(&ours, &release("MIT", "GPL-3.0-only")),
        Verdict::Fails
    );
    assert_eq!(
        verdict(&ours, &release("MIT", "terms of our own")),
        Verdict::Undetermined
    );
    // The licensee chooses between alternatives.
    assert_eq!(
        verdict(&ours, &release("MIT OR GPL-3.0-only", "MIT")),
        Verdict::Meets
    );
    assert_eq!(
        verdict(&ours, &release("MIT AND GPL-3.0-only", "MIT")),
        Verdict::Fails
    );
}

#[test]
fn components_that_are_not_named_are_not_held_to_it() {
    let ours = policy("[licenses]\nallow = [\"MIT\"]\ncomponents = [\"final-parameters\"]\n");
    assert_eq!(
        verdict(&ours, &release("MIT", "GPL-3.0-only")),
        Verdict::Meets
    );
}

#[test]
fn evidence_weaker_than_asked_does_not_suffice() {
    let ours = policy("[licenses]\nallow = [\"MIT\"]\nevidence = \"declared\"\n");
    let evaluation = evaluate(&release("MIT", "MIT"), &ours, &EmbeddedLicenses);
    assert_eq!(evaluation.verdict, Verdict::Undetermined);
    assert!(
        evaluation.reasons[0].because.contains("only asserted"),
        "{:?}",
        evaluation.reasons
    );
}

#[test]
fn an_exception_holds_for_what_was_looked_at_and_no_longer() {
    let release_then = release("llama3.1", "MIT");
    let pin = pin(&release_then, ComponentKind::FinalParameters).expect("it is there");
    let ours = policy(&format!(
        "[licenses]\nallow = [\"MIT\"]\n[[exception]]\nrequirement = \"license-of-final-parameters\"\n\
         component = \"final-parameters\"\npin = \"{pin}\"\nreason = \"contract 12\"\n\
         expires = \"2027-06-30\"\n"
    ));
    let on = |release: &Release, day| evaluate_on(release, &ours, &EmbeddedLicenses, Some(day));

    let in_force = on(&release_then, "2027-06-30");
    assert_eq!(in_force.verdict, Verdict::Meets);
    assert!(in_force.warnings.is_empty(), "{:?}", in_force.warnings);
    let proof = explain_requirement(&in_force, "license-of-final-parameters").expect("a proof");
    assert!(proof.because.contains("contract 12"), "{proof:?}");

    let over = on(&release_then, "2027-07-01");
    assert_eq!(over.verdict, Verdict::Fails);
    assert!(
        over.warnings[0].contains("ended on 2027-06-30"),
        "{:?}",
        over.warnings
    );
    // Without a day nothing that ends is in force.
    assert_eq!(verdict(&ours, &release_then), Verdict::Fails);

    let changed = on(&release("llama3.2", "MIT"), "2027-01-01");
    assert_eq!(changed.verdict, Verdict::Fails);
    assert!(
        changed.warnings[0].contains("another state"),
        "{:?}",
        changed.warnings
    );

    let unused = on(&release("MIT", "MIT"), "2027-01-01");
    assert_eq!(unused.verdict, Verdict::Meets);
    assert!(
        unused.warnings[0].contains("not needed"),
        "{:?}",
        unused.warnings
    );
}

#[test]
fn thresholds_and_other_definitions_are_conditions() {
    let ours = policy(
        "[[requirement]]\nid = \"small\"\nplain = \"It is small.\"\nsource = \"us\"\n\
         require = { fact = \"training-compute-flop\", below = 1e24 }\n\
         [[requirement]]\nid = \"open\"\nplain = \"It has open weights.\"\nsource = \"us\"\n\
         require = { meets = \"owd\" }\n",
    );
    let facts = |flop| {
        let text = format!(
            "[components.final-parameters]\nstatus = \"released\"\nlicense = \"MIT\"\n\
             [facts]\ntraining-compute-flop = {{ value = {flop} }}\n"
        );
        record::facts(&text, "overt.toml").expect("facts")
    };
    assert_eq!(verdict(&ours, &facts("3e23")), Verdict::Meets);
    assert_eq!(verdict(&ours, &facts("3e24")), Verdict::Fails);
}

#[test]
fn the_policy_to_begin_with_is_one() {
    let ours = parse(init_policy(), "policy.toml").expect("a policy");
    assert!(
        ours.requirements
            .iter()
            .any(|r| r.id == "license-of-final-parameters")
    );
    assert_eq!(
        verdict(&ours, &release("cc-by-nc-4.0", "MIT")),
        Verdict::Fails
    );
    // The commented lines are right as well.
    let mut uncommented = String::new();
    for line in init_policy().lines() {
        let code = line.strip_prefix("# ").filter(|rest| {
            rest.starts_with("[[")
                || rest
                    .split_once(" = ")
                    .is_some_and(|(key, _)| !key.contains(' ') && !key.is_empty())
        });
        uncommented.push_str(code.unwrap_or(line));
        uncommented.push('\n');
    }
    assert!(uncommented.lines().any(|line| line == "[[exception]]"));
    parse(&uncommented, "policy.toml").expect("a policy");
}

#[test]
fn errors_name_the_line() {
    let error = |rest: &str| {
        parse(&format!("{HEAD}{rest}"), "policy.toml")
            .expect_err("an error")
            .to_string()
    };
    assert!(
        error("colour = 1\n").starts_with("policy.toml:10:"),
        "{}",
        error("colour = 1\n")
    );
    let unknown = error("extends = \"osaid-9\"\n");
    assert!(unknown.contains("no definition `osaid-9`"), "{unknown}");
    let twice = "[[requirement]]\nid = \"a\"\nplain = \"\"\nsource = \"\"\nrequire = { there = \"datasets\" }\n";
    assert!(error(&format!("{twice}{twice}")).contains("given twice"));
    let none = "[[exception]]\nrequirement = \"a\"\ncomponent = \"datasets\"\npin = \"blake3:1\"\nreason = \"\"\n";
    assert!(error(&format!("{twice}{none}")).contains("gives no reason"));
}

#[test]
fn errors_say_what_a_condition_must_be() {
    let error = |rest: &str| {
        let text =
            format!("{HEAD}[[requirement]]\nid = \"x\"\nplain = \"x\"\nsource = \"x\"\n{rest}");
        parse(&text, "policy.toml")
            .expect_err("an error")
            .to_string()
    };
    let misspelt = error("require = { relesed = \"training-code\" }\n");
    assert!(misspelt.starts_with("policy.toml:"), "{misspelt}");
    assert!(
        misspelt.contains("`x`: `relesed` begins no condition; these do: all, any"),
        "{misspelt}"
    );
    let component = error("require = { released = \"training\" }\n");
    assert!(
        component.contains("unknown variant `training`"),
        "{component}"
    );
    let inside =
        error("require = { all = [{ released = \"datasets\" }, { not = { fakt = \"x\" } }] }\n");
    assert!(inside.contains("`fakt` begins no condition"), "{inside}");
    let field = error("require = { license-of = \"datasets\", recognised = [\"osi-approved\"] }\n");
    assert!(field.contains("unknown field `recognised`"), "{field}");
    let bare = error("require = true\n");
    assert!(bare.contains("a condition is written"), "{bare}");
}

#[test]
fn what_contradicts_itself_is_shown_with_its_line() {
    let line_of = |text: &str| {
        let error = parse(text, "policy.toml")
            .expect_err("an error")
            .to_string();
        let line = error
            .split(':')
            .nth(1)
            .and_then(|line| line.parse::<usize>().ok());
        let line = line.unwrap_or_else(|| panic!("{error}"));
        text.lines().nth(line - 1).unwrap_or_default().to_owned()
    };
    let one = "[[requirement]]\nid = \"weights\"\nplain = \"x\"\nsource = \"x\"\nrequire = { released = \"final-parameters\" }\n";
    let listed = format!(
        "{HEAD}{one}[[requirement]]\nid = \"code\"\nplain = \"x\"\nsource = \"x\"\n\
         require = {{ license-of = \"training-code\", written-in = \"ours\" }}\n"
    );
    assert!(
        line_of(&listed).contains("\"ours\""),
        "{}",
        line_of(&listed)
    );
    let excepted = format!(
        "{HEAD}{one}[[exception]]\nrequirement = \"weights\"\ncomponent = \"final-parameters\"\n\
         pin = \"blake3:1\"\nreason = \" \"\n"
    );
    assert_eq!(line_of(&excepted), "requirement = \"weights\"");
    let dated = format!(
        "{HEAD}{one}[[exception]]\nrequirement = \"weights\"\ncomponent = \"final-parameters\"\n\
         pin = \"blake3:1\"\nreason = \"x\"\nexpires = \"June\"\n"
    );
    assert_eq!(line_of(&dated), "expires = \"June\"");
}
