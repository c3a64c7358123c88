//! Whatever a release holds, its report fits a terminal and cannot steer it.

use overt_core::{
    Component, ComponentKind, Contradiction, Evidence, Inventory, LicenseConclusion, LineageEdge,
    Problem, ProblemKind, Relation, Release, Severity, Source, SourceKind, Span, Status, Strength,
};
use overt_decide::EmbeddedLicenses;
use overt_report::terminal::{self, Detail, WIDTH};
use overt_report::{Asked, CheckReport, Reading};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

/// Names as hostile files may hold them: any characters, long ones, wide ones, without spaces.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z/._-]{1,300}",
        "[漢字ｗｉｄｅ ]{1,120}",
        "[a\u{301}\u{200d}👩\u{1b}\u{202e}\n\t]{1,60}",
        "([a-z]{1,12} ){1,40}",
    ]
}

fn evidence() -> impl Strategy<Value = Evidence> {
    (text(), text(), any::<(u64, u64)>(), any::<bool>()).prop_map(|(source, path, (a, b), at)| {
        let evidence = Evidence::file(&source, &path, Strength::Declared, "test").saying(&path);
        if at {
            evidence.at(Span::Bytes(a, b))
        } else {
            evidence
        }
    })
}

prop_compose! {
    fn release()(
        name in text(),
        labels in prop::collection::vec(text(), 1..4),
        messages in prop::collection::vec((text(), evidence()), 0..16),
        troubles in prop::collection::vec(text(), 0..12),
        bases in prop::collection::vec((text(), evidence()), 0..14),
        seen in prop::collection::vec((evidence(), any::<bool>()), ComponentKind::ALL.len()),
    ) -> Release {
        let sources = labels.into_iter().map(|label| Source {
            given: label.clone(),
            label,
            kind: SourceKind::Directory,
            revision: None,
            files: 1,
            incomplete: false,
        });
        let components = ComponentKind::ALL.into_iter().zip(seen).map(|(kind, (evidence, there))| {
            Component {
                kind,
                status: if there { Status::Released } else { Status::NotFound },
                artifacts: Vec::new(),
                license: LicenseConclusion::unknown(),
                evidence: vec![evidence],
            }
        });
        let contradictions = messages.into_iter().map(|(message, evidence)| Contradiction {
            code: "OV001".to_owned(),
            id: "card-license-contradicts-text".to_owned(),
            severity: Severity::Error,
            message,
            components: Vec::new(),
            evidence: vec![evidence],
        });
        let lineage = bases.into_iter().map(|(target, evidence)| LineageEdge {
            target,
            relation: Relation::Finetune,
            family: None,
            license: None,
            evidence: vec![evidence],
        });
        let problems = troubles
            .into_iter()
            .map(|message| Problem::new(ProblemKind::Unreadable, message));
        Release {
            name,
            sources: sources.collect(),
            inventory: Inventory::default(),
            components: components.collect(),
            lineage: lineage.collect(),
            statements: Vec::new(),
            license_claims: Vec::new(),
            contradictions: contradictions.collect(),
            problems: problems.collect(),
            facts: Vec::new(),
        }
    }
}

/// The text as it stands on the screen: our own styles taken away, nothing else.
fn unstyled(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_line_fits_and_no_control_character_passes(release in release(), all in any::<bool>()) {
        let some = ["osaid-1.0", "mof-3", "mof-1", "osd-code"].map(overt_decide::definition);
        let definitions: Vec<_> = if all {
            overt_decide::definitions().iter().collect()
        } else {
            some.into_iter().flatten().collect()
        };
        let policy = overt_decide::parse(overt_decide::init_policy(), "policy.toml").ok();
        let evaluations = definitions
            .into_iter()
            .chain(&policy)
            .map(|definition| overt_decide::evaluate(&release, definition, &EmbeddedLicenses))
            .collect();
        let freedoms = overt_decide::freedoms(&release, &EmbeddedLicenses);
        let read = Reading { files: u64::MAX, bytes: u64::MAX };
        let of_all = overt_decide::release_freedoms(&release, &EmbeddedLicenses);
        let report = CheckReport::new(release, evaluations, freedoms, Asked::default(), read)
            .with_freedoms_of_all(of_all);
        let report = if all { report.with_nearest() } else { report };
        for detail in [Detail::Brief, Detail::Normal, Detail::Full] {
            let text = unstyled(&terminal::check(&report, detail));
            for line in text.lines() {
                prop_assert!(line.width() <= WIDTH, "{} columns: {line:?}", line.width());
                prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            }
        }
    }
}
