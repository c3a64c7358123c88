//! Questions about AI licenses, with the answers that reading their texts gives.

use overt_core::{Condition, Expression, FactDepth, Restriction};
use overt_license::{
    Answer, Circumstances, ClauseKind, CompatibilityVerdict, Copyleft, How, LicenseFilter,
    Resolution, ask, common_terms, compat, compat_any, facts, identify, list, locate,
    pages_of_file, resolve, use_case,
};

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn named(name: &str) -> Expression {
    let resolution = resolve(name);
    resolution.expression().expect("a known name").clone()
}

fn verdict(from: &str, to: &str, by: How) -> CompatibilityVerdict {
    compat(&[named(from)], &named(to), by).verdict
}

#[expect(clippy::expect_used, reason = "a helper of tests")]
fn answer(license: &str, case: &str) -> Answer {
    let case = use_case(case).expect("a use case");
    ask(&named(license), case, &Circumstances::default()).answer
}

/// The least text that holds every clause of a license.
fn phrases(name: &str) -> String {
    let expression = named(name);
    let licenses = expression.licenses();
    let Some(facts) = licenses.first().and_then(|license| facts(&license.id)) else {
        return String::new();
    };
    facts
        .restrictions
        .iter()
        .filter_map(|clause| clause.find.first().cloned())
        .collect::<Vec<_>>()
        .join("\n\n")
}

#[test]
fn the_license_of_data_reaches_a_model_only_where_the_license_says_so() {
    use CompatibilityVerdict::{Compatible, CompatibleWithConditions, Undetermined};
    let train = |from| verdict(from, "apache-2.0", How::TrainOnData);
    // "Results" are free by its own words.
    assert_eq!(train("cdla-sharing-1.0"), Compatible);
    // Attribution, were the model an adaptation: a condition, not a yes.
    assert_eq!(train("cc-by-4.0"), CompatibleWithConditions);
    // Where more than that were asked, the law decides and not the terms.
    for data in ["cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-sa-4.0"] {
        assert_eq!(train(data), Undetermined, "{data}");
    }
    let said = compat(
        &[named("cc-by-nc-4.0")],
        &named("apache-2.0"),
        How::TrainOnData,
    );
    assert!(!said.undecided.is_empty() || !said.remarks.is_empty());
}

#[test]
fn thresholds_of_one_steward_do_not_cover_those_of_another() {
    let from = [named("stabilityai-ai-community"), named("llama3.1")];
    let merged = compat(&from, &named("llama3.1"), How::Merge).verdict;
    assert!(merged <= CompatibilityVerdict::Undetermined, "{merged:?}");
}

#[test]
fn ambiguous_names_are_answered_for_all_that_they_may_mean() {
    let Resolution::Ambiguous { candidates, .. } = resolve("cc") else {
        unreachable!("`cc` names no single license");
    };
    let common = common_terms("cc", "several", &candidates);
    let requires =
        |kinds: &[ClauseKind], condition| kinds.contains(&ClauseKind::Condition(condition));
    assert!(!requires(&common.in_all, Condition::SameLicenseStrong));
    assert!(
        common
            .in_some
            .contains(&ClauseKind::Restriction(Restriction::Noncommercial))
    );
    assert!(
        common
            .freedoms
            .iter()
            .all(|range| range.least <= range.most)
    );

    let any = compat_any(&[candidates], &[named("mit")], How::Finetune).expect("candidates");
    assert_eq!(any.verdict, CompatibilityVerdict::Undetermined);
}

#[test]
fn licenses_of_services_forbid_services() {
    for license in ["Elastic-2.0", "SSPL-1.0"] {
        let found = answer(license, "commercial-saas");
        assert!(found != Answer::Yes, "{license}: {found:?}");
    }
    assert_eq!(answer("Elastic-2.0", "commercial-saas"), Answer::No);
    // Changed versions come with their source.
    assert_eq!(answer("agpl-3.0", "commercial-saas"), Answer::YesIf);
    assert_eq!(answer("gpl-3.0", "commercial-saas"), Answer::Yes);
}

#[test]
fn duties_of_large_products_are_those_of_large_products() {
    let license = named("LicenseRef-minimax-m2-modified-mit");
    let ask = |case, users, revenue| {
        let circumstances = Circumstances {
            monthly_active_users: users,
            revenue_usd: revenue,
            ..Circumstances::default()
        };
        ask(
            &license,
            use_case(case).expect("a use case"),
            &circumstances,
        )
        .answer
    };
    assert_eq!(ask("research", None, None), Answer::Yes);
    assert_eq!(ask("commercial-saas", None, None), Answer::YesIf);
    assert_eq!(
        ask("commercial-saas", Some(1_000), Some(1_000)),
        Answer::Yes
    );
    assert_eq!(
        ask("commercial-saas", Some(200_000_000), None),
        Answer::YesIf
    );
}

#[test]
fn research_licenses_leave_research_and_forbid_selling() {
    for license in ["apple-amlr", "fair-noncommercial-research-license"] {
        assert_ne!(answer(license, "research"), Answer::No, "{license}");
    }
    for license in ["apple-amlr", "fair-noncommercial-research-license"] {
        assert_eq!(answer(license, "commercial-saas"), Answer::No, "{license}");
        assert_eq!(answer(license, "sell"), Answer::No, "{license}");
    }
}

#[test]
fn lists_answer_what_a_lawyer_filters_by() {
    let ids = |filter: &LicenseFilter| -> Vec<String> {
        list(filter)
            .into_iter()
            .map(|line| line.id.to_string())
            .collect()
    };
    let network = ids(&LicenseFilter {
        copyleft: Some(Copyleft::Network),
        ..LicenseFilter::default()
    });
    assert!(network.contains(&"AGPL-3.0-only".to_owned()));
    assert!(!network.contains(&"GPL-3.0-only".to_owned()));
    let naming = ids(&LicenseFilter {
        requires: vec![Condition::Naming],
        ..LicenseFilter::default()
    });
    assert!(naming.contains(&"LicenseRef-llama3.1-community".to_owned()));
    assert!(!naming.contains(&"LicenseRef-llama2-community".to_owned()));
    let meta = ids(&LicenseFilter {
        steward: Some("meta".to_owned()),
        full_only: true,
        ..LicenseFilter::default()
    });
    assert!(meta.len() > 3, "{meta:?}");
    assert!(
        list(&LicenseFilter {
            not_requires: vec![Condition::Attribution],
            full_only: true,
            ..LicenseFilter::default()
        })
        .iter()
        .all(|line| line.id.as_str() != "CC-BY-4.0")
    );
}

#[test]
fn clauses_are_found_however_a_text_was_stored() {
    let text = phrases("gemma");
    let expression = named("gemma");
    let licenses = expression.licenses();
    let facts = facts(&licenses[0].id).expect("known");
    assert_eq!(facts.depth, FactDepth::Full);
    let count = |text: &str| {
        locate(facts, text)
            .iter()
            .filter(|clause| clause.lines.is_some())
            .count()
    };
    let found = count(&text);
    assert!(found >= facts.restrictions.len());
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let narrow = text.replace(' ', "\n");
    let commented = format!("# {}", text.replace('\n', "\n# "));
    let html = format!(
        "<html><body><p>{}</p></body></html>",
        text.replace('\n', "<br/>\n").replace('"', "&quot;")
    );
    for variant in [one_line, narrow, commented, html] {
        assert_eq!(count(&variant), found, "{variant}");
    }
}

#[test]
fn a_changed_text_has_the_page_of_what_it_comes_from_and_what_differs() {
    let text = "Permission is hereby granted, free of charge, to any person obtaining a copy of \
                this software and associated documentation files (the \"Software\"), to deal in \
                the Software without restriction, including without limitation the rights to \
                use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of \
                the Software, and to permit persons to whom the Software is furnished to do so, \
                subject to the following conditions:\n\nThe above copyright notice and this \
                permission notice shall be included in all copies or substantial portions of the \
                Software.\n\nThe Software shall be used for Good, not Evil, and never by banks.\n\n\
                THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR \
                IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS \
                FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR \
                COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN \
                AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION \
                WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.\n";
    let found = identify(text.as_bytes());
    let pages = pages_of_file(&found, text);
    assert!(!pages.is_empty());
    assert!(
        pages
            .iter()
            .any(|page| page.must.iter().any(|clause| clause.lines.is_some()))
    );
}
