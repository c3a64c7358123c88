//! What holds of every definition on every release.

#![expect(
    clippy::format_push_string,
    clippy::expect_used,
    reason = "tests build small texts, and stop at what they cannot read"
)]

use overt_core::{ComponentKind, Inventory, LicenseState, Proof, Release, Truth, Verdict};
use overt_decide::{
    Definition, EmbeddedLicenses, Node, Plan, apply, definitions, evaluate, record, remedies,
    verdict,
};
use proptest::prelude::*;

const LICENSES: [&str; 10] = [
    "Apache-2.0",
    "MIT",
    "llama3.1",
    "cc-by-nc-4.0",
    "CC-BY-4.0",
    "bigcode-openrail-m",
    "GPL-3.0-only",
    "MIT OR llama3.1",
    "none",
    "something of their own",
];
const STATUSES: [&str; 6] = [
    "released",
    "partly-released",
    "referenced",
    "withheld",
    "not-found",
    "unknown",
];
const DIMENSIONS: [&str; 12] = [
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
];
const FACTS: [(&str, &str); 10] = [
    ("systemic-risk", "false"),
    ("ai-risk-assessment", "true"),
    ("sdg-relevance", "true"),
    ("adheres-to-privacy-laws", "true"),
    ("training-compute-flop", "1e22"),
    ("training-compute-flop", "3e24"),
    ("training-compute-flop", "2e25"),
    ("monetized", "false"),
    ("general-purpose-ai", "true"),
    ("eosai-paper", "partial"),
];

/// A release as somebody may have recorded it: a status and perhaps a license for every component. Every
/// second one is nearly all open, or hardly anything would ever be met.
fn releases() -> impl Strategy<Value = Release> {
    any::<bool>().prop_flat_map(|open| {
        let (usual, rare) = if open { (60, 1) } else { (1, 1) };
        let status = prop_oneof![usual => Just(0), rare => 0..STATUSES.len()];
        let license = prop_oneof![
            usual => Just(Some(0)),
            rare => proptest::option::of(0..LICENSES.len()),
        ];
        drawn(status, license, open)
    })
}

fn drawn(
    status: impl Strategy<Value = usize>,
    license: impl Strategy<Value = Option<usize>>,
    open: bool,
) -> impl Strategy<Value = Release> {
    let components = proptest::collection::vec((status, license), ComponentKind::ALL.len());
    let facts = proptest::collection::btree_set(0..FACTS.len(), 0..6);
    (components, facts, any::<bool>()).prop_map(move |(components, facts, complete)| {
        let mut text = format!("name = \"x\"\ncomplete = {complete}\n");
        for (kind, (status, license)) in ComponentKind::ALL.into_iter().zip(components) {
            text.push_str(&format!(
                "[components.{}]\nstatus = \"{}\"\n",
                kind.id(),
                STATUSES[status]
            ));
            if let Some(license) = license {
                text.push_str(&format!("license = \"{}\"\n", LICENSES[license]));
            }
        }
        text.push_str("[facts]\n");
        let mut named = Vec::new();
        if open {
            for dimension in DIMENSIONS {
                text.push_str(&format!("eosai-{dimension} = \"open\"\n"));
            }
            named.push("eosai-paper");
        }
        for (name, value) in facts.into_iter().map(|fact| FACTS[fact]) {
            if !named.contains(&name) {
                named.push(name);
                text.push_str(&format!("{name} = \"{value}\"\n"));
            }
        }
        record::facts(&text, "overt.toml").expect("recorded facts")
    })
}

/// Whether a definition speaks only of what was given: there, finding more is more to judge.
fn speaks_of_what_is_given(definition: &Definition) -> bool {
    fn there(node: &Node) -> bool {
        matches!(node, Node::There(_)) || node.parts().into_iter().any(there)
    }
    definition.requirements.iter().any(|requirement| {
        there(&requirement.require) || requirement.applies.as_ref().is_some_and(there)
    })
}

/// The release with part of what is known taken away, as before somebody found it.
fn known_less(release: &Release, forgotten: &[bool]) -> Release {
    let mut less = release.clone();
    less.inventory = Inventory::Open;
    for (component, forgotten) in less.components.iter_mut().zip(forgotten) {
        if *forgotten {
            component.status = overt_core::Status::NotFound;
            component.evidence.clear();
            component.license = overt_core::LicenseConclusion::unknown();
        }
    }
    let mut kept = forgotten.iter().cycle();
    less.facts.retain(|_| kept.next() == Some(&false));
    less
}

/// Whether each node follows from its parts.
fn follows(proof: &Proof) -> Result<(), String> {
    use overt_core::NodeRule;
    let parts = || proof.children.iter().map(|child| child.truth);
    let derived = match proof.rule {
        NodeRule::Leaf => proof.truth,
        NodeRule::All => Truth::all(parts()),
        NodeRule::Any => Truth::any(parts()),
        NodeRule::AtLeast(count) => Truth::at_least(count as usize, parts()),
        NodeRule::Agree => match (Truth::any(parts()), Truth::all(parts())) {
            (Truth::True, Truth::Unknown | Truth::True) => Truth::True,
            (Truth::Unknown | Truth::False, Truth::False) => Truth::False,
            _ => Truth::Unknown,
        },
        NodeRule::Not => !Truth::all(parts()),
    };
    if derived != proof.truth {
        return Err(format!(
            "{}: {:?} {derived:?}",
            proof.requirement, proof.truth
        ));
    }
    if proof.rule == NodeRule::Leaf && proof.truth == Truth::Unknown && proof.needs.is_empty() {
        return Err(format!(
            "{}: open, and nothing would decide it",
            proof.requirement
        ));
    }
    proof.children.iter().try_for_each(follows)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// More evidence decides more; it never turns *meets* into *fails* or back.
    #[test]
    fn evidence_never_turns_a_verdict_around(
        release in releases(),
        forgotten in proptest::collection::vec(any::<bool>(), ComponentKind::ALL.len()),
    ) {
        let less = known_less(&release, &forgotten);
        // The Model Openness Tool counts what is listed: it speaks of the list.
        let about_the_world =
            definitions().iter().filter(|d| !speaks_of_what_is_given(d) && d.id != "mot");
        for definition in about_the_world {
            let before = verdict(&less, definition, &EmbeddedLicenses);
            let after = verdict(&release, definition, &EmbeddedLicenses);
            // Two records that disagree leave it open, and say so.
            let disputed = || {
                let found = evaluate(&release, definition, &EmbeddedLicenses);
                after == Verdict::Undetermined
                    && found.reasons.iter().any(|reason| reason.because.contains("disagree"))
            };
            prop_assert!(
                before == Verdict::Undetermined || before == after || disputed(),
                "{}: {before} {after}", definition.id
            );
        }
    }

    /// After each remedy the definition is met, and not after a part of it.
    #[test]
    fn remedies_suffice_and_nothing_of_them_is_superfluous(release in releases()) {
        for definition in definitions() {
            for remedy in remedies(&release, definition, &EmbeddedLicenses) {
                let after = apply(&release, &remedy.changes);
                let met = verdict(&after, definition, &EmbeddedLicenses);
                prop_assert_eq!(met, Verdict::Meets, "{}: {:?}", definition.id, remedy);
                prop_assert!(remedy.changes.len() >= remedy.remedy.steps.len());
                let order: Vec<_> = remedy.remedy.steps.iter().map(|s| (s.by, s.effort)).collect();
                prop_assert!(order.is_sorted(), "{order:?}");
                let sum: u32 = remedy.remedy.steps.iter().map(|step| step.effort).sum();
                prop_assert_eq!(sum, remedy.remedy.effort);
                // What one and the same can do to a component is one step.
                let mut done: Vec<_> = remedy.remedy.steps.iter()
                    .filter_map(|step| step.component.map(|kind| (kind, step.by)))
                    .collect();
                let steps = done.len();
                done.sort_unstable();
                done.dedup();
                prop_assert_eq!(done.len(), steps, "{}: {:?}", definition.id, remedy);
                for left_out in 0..remedy.changes.len() {
                    let mut fewer = remedy.changes.clone();
                    fewer.remove(left_out);
                    let after = apply(&release, &fewer);
                    let met = verdict(&after, definition, &EmbeddedLicenses);
                    prop_assert_ne!(met, Verdict::Meets, "{}: {:?}", definition.id, remedy);
                }
            }
        }
    }

    /// The compiled plan, the verdict and the evaluation with its proof say the same.
    #[test]
    fn the_fast_way_and_the_proof_agree(release in releases()) {
        let mut plan = Plan::new(definitions(), &EmbeddedLicenses);
        // Twice: what was remembered must not change an answer.
        let first = plan.verdicts(&release);
        prop_assert_eq!(&first, &plan.verdicts(&release));
        for (definition, fast) in definitions().iter().zip(first) {
            let evaluation = evaluate(&release, definition, &EmbeddedLicenses);
            prop_assert_eq!(fast, evaluation.verdict, "{}", definition.id);
            prop_assert_eq!(Verdict::from(evaluation.proof.truth), evaluation.verdict);
            prop_assert!(evaluation.verdict == Verdict::Meets || !evaluation.reasons.is_empty());
            if let Err(error) = follows(&evaluation.proof) {
                return Err(TestCaseError::fail(format!("{}: {error}", definition.id)));
            }
        }
    }

    /// The order in which a definition names its parts does not matter.
    #[test]
    fn order_does_not_matter(release in releases()) {
        for definition in definitions() {
            let mut turned = definition.clone();
            turned.requirements.reverse();
            for requirement in &mut turned.requirements {
                turn(&mut requirement.require);
            }
            prop_assert_eq!(
                verdict(&release, &turned, &EmbeddedLicenses),
                verdict(&release, definition, &EmbeddedLicenses)
            );
        }
    }

    /// The order in which a release lists what is known does not matter.
    #[test]
    fn the_order_of_the_release_does_not_matter(release in releases()) {
        let mut turned = release.clone();
        turned.components.reverse();
        turned.facts.reverse();
        turned.lineage.reverse();
        turned.statements.reverse();
        let plans = |release: &Release| Plan::new(definitions(), &EmbeddedLicenses).verdicts(release);
        prop_assert_eq!(plans(&turned), plans(&release));
        for definition in definitions() {
            prop_assert_eq!(
                verdict(&turned, definition, &EmbeddedLicenses),
                verdict(&release, definition, &EmbeddedLicenses),
                "{}", definition.id
            );
            let actions = |release: &Release| -> Vec<_> {
                let found = remedies(release, definition, &EmbeddedLicenses);
                found.into_iter().map(|one| one.remedy).collect()
            };
            prop_assert_eq!(actions(&turned), actions(&release), "{}", definition.id);
        }
    }

    /// The same input gives the same bytes.
    #[test]
    fn evaluations_repeat_byte_for_byte(release in releases()) {
        for definition in definitions() {
            let text = || serde_json::to_string(&evaluate(&release, definition, &EmbeddedLicenses));
            prop_assert_eq!(text().ok(), text().ok());
        }
    }
}

fn turn(node: &mut Node) {
    match node {
        Node::All(node) => node.all.reverse(),
        Node::Any(node) => node.any.reverse(),
        Node::Agree(node) => node.agree.reverse(),
        Node::AtLeast(node) => node.of.reverse(),
        _ => {}
    }
}

#[test]
fn an_unrecorded_license_fails_only_where_the_inventory_is_complete() {
    let facts = "[components.final-parameters]\nstatus = \"released\"\n";
    let definition = overt_decide::definition("owd").expect("the definition is shipped");
    let open = record::facts(facts, "overt.toml").expect("facts");
    let complete =
        record::facts(&format!("complete = true\n{facts}"), "overt.toml").expect("facts");
    let state = open
        .component(ComponentKind::FinalParameters)
        .map(|c| c.license.state);
    assert_eq!(state, Some(LicenseState::Unknown));
    assert_eq!(
        verdict(&open, definition, &EmbeddedLicenses),
        Verdict::Undetermined
    );
    assert_eq!(
        verdict(&complete, definition, &EmbeddedLicenses),
        Verdict::Fails
    );
}

/// The properties above say something only if verdicts are decided, evidence is taken away, and remedies
/// are found: for every definition, often.
#[test]
fn the_properties_are_not_about_nothing() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (
        releases(),
        proptest::collection::vec(any::<bool>(), ComponentKind::ALL.len()),
    );
    let (mut decided, mut opened, mut met) = (0, 0, 0);
    let mut mended = std::collections::BTreeMap::new();
    for _ in 0..60 {
        let drawn = strategy.new_tree(&mut runner).expect("a release");
        let (release, forgotten) = drawn.current();
        let less = known_less(&release, &forgotten);
        for definition in definitions() {
            let after = verdict(&release, definition, &EmbeddedLicenses);
            let before = verdict(&less, definition, &EmbeddedLicenses);
            decided += u32::from(before != Verdict::Undetermined);
            opened += u32::from(before == Verdict::Undetermined && after != before);
            met += u32::from(after == Verdict::Meets);
            let found = remedies(&release, definition, &EmbeddedLicenses);
            let known: &mut usize = mended
                .entry((&definition.id, &definition.version))
                .or_default();
            *known += found.len();
        }
    }
    assert!(decided > 100 && opened > 100, "{decided} {opened}");
    assert!(met > 10, "{met}");
    assert!(mended.values().all(|count| *count >= 10), "{mended:?}");
}
