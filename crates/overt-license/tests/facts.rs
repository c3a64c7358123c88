//! Every file of `knowledge/licenses/` is what it should be.

use std::collections::BTreeMap;

use overt_core::{
    Clause, Condition, FactDepth, LicenseCategory, LicenseFacts, RecognitionList, Restriction,
    Truth,
};
use overt_license::{Resolution, canonical_id, file_id, read_facts, resolve};

fn each(mut check: impl FnMut(&LicenseFacts) -> Vec<String>) {
    let mut wrong = Vec::new();
    for entry in overt_knowledge::under("licenses/") {
        match read_facts(entry) {
            Ok(facts) => {
                wrong.extend(
                    check(&facts)
                        .into_iter()
                        .map(|what| format!("{}: {what}", entry.path)),
                );
            }
            Err(error) => wrong.push(format!("{}: {error}", entry.path)),
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_file_is_read_and_named_by_its_id() {
    for entry in overt_knowledge::under("licenses/") {
        let facts = read_facts(entry).unwrap_or_else(|error| panic!("{}: {error}", entry.path));
        assert_eq!(facts.id.as_str(), file_id(entry));
        assert_eq!(overt_license::facts(&facts.id), Some(&facts));
    }
    assert_eq!(
        overt_license::all().count(),
        overt_knowledge::under("licenses/").len()
    );
}

#[test]
fn ids_are_spdx_ids_or_references() {
    each(|facts| {
        let id = facts.id.as_str();
        let valid =
            spdx::license_id(id).is_some_and(|found| found.name == id) || facts.id.is_reference();
        if valid {
            vec![]
        } else {
            vec![format!("`{id}` is neither")]
        }
    });
}

#[test]
fn clauses_have_places_sentences_and_findable_words() {
    each(|facts| {
        let mut wrong = Vec::new();
        check_clauses(&facts.restrictions, &mut wrong);
        check_clauses(&facts.conditions, &mut wrong);
        check_clauses(&facts.grants, &mut wrong);
        check_clauses(&facts.risks, &mut wrong);
        wrong
    });
}

fn check_clauses<K: std::fmt::Debug>(clauses: &[Clause<K>], wrong: &mut Vec<String>) {
    for clause in clauses {
        if clause.place.trim().is_empty() {
            wrong.push(format!("{:?} has no place", clause.kind));
        }
        if clause.plain.trim().is_empty() {
            wrong.push(format!("{:?} has no sentence", clause.kind));
        }
        for phrase in &clause.find {
            let words = phrase.split(' ').count();
            if !(2..=8).contains(&words) {
                wrong.push(format!("`{phrase}` has {words} words, not two to eight"));
            }
            let plain = phrase
                .chars()
                .all(|c| c == ' ' || (c.is_alphanumeric() && c.to_lowercase().eq([c])));
            if !plain || phrase.contains("  ") {
                wrong.push(format!("`{phrase}` is not lower case words"));
            }
        }
    }
}

#[test]
fn dates_and_sources_are_given() {
    each(|facts| {
        let mut wrong = Vec::new();
        if !(facts.date.is_empty() || is_date(&facts.date)) {
            wrong.push(format!("date `{}`", facts.date));
        }
        if !is_date(&facts.checked) || facts.checked.len() != 10 {
            wrong.push(format!("checked `{}`", facts.checked));
        }
        if facts.source.trim().is_empty() {
            wrong.push("no source".to_owned());
        }
        for recognition in &facts.recognitions {
            if recognition.version.trim().is_empty() {
                wrong.push(format!("{:?} has no version", recognition.list));
            }
        }
        let mut lists: Vec<_> = facts.recognitions.iter().map(|r| r.list).collect();
        lists.sort();
        lists.dedup();
        if lists.len() != facts.recognitions.len() {
            wrong.push("a list recognizes twice".to_owned());
        }
        wrong
    });
}

/// `2024`, `2024-07` or `2024-07-23`.
fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, length: usize, most: u32| {
        part.len() == length && part.parse::<u32>().is_ok_and(|n| n >= 1 && n <= most)
    };
    match parts.as_slice() {
        [year] => number(year, 4, 2100),
        [year, month] => number(year, 4, 2100) && number(month, 2, 12),
        [year, month, day] => number(year, 4, 2100) && number(month, 2, 12) && number(day, 2, 31),
        _ => false,
    }
}

#[test]
fn regions_are_codes() {
    each(|facts| {
        let parameters = facts.restrictions.iter().map(|clause| &clause.parameters);
        let listed = parameters.flat_map(|parameters| {
            ["regions", "allowed-regions"]
                .into_iter()
                .filter_map(|key| parameters.get(key)?.as_array())
                .flatten()
        });
        listed
            .filter(|code| {
                let code = code.as_str().unwrap_or_default();
                let country = code.len() == 2 && code.chars().all(|c| c.is_ascii_uppercase());
                !(code == "EEA" || country && code != "UK")
            })
            .map(|code| format!("{code} is no ISO 3166 code of a country, nor EU or EEA"))
            .collect()
    });
}

#[test]
fn incorporated_policies_are_known() {
    each(|facts| {
        facts
            .incorporates
            .iter()
            .filter(|id| overt_license::facts(id).is_none())
            .map(|id| format!("incorporates `{id}`, of which nothing is known"))
            .collect()
    });
}

#[test]
fn licenses_that_were_read_say_what_they_let_one_do() {
    each(|facts| {
        let nothing = facts.freedoms == overt_core::Freedoms::default();
        let policy = facts.category == overt_core::LicenseCategory::UsePolicy;
        if facts.depth == FactDepth::Full && nothing && !policy {
            vec!["read in full and no freedom stated".to_owned()]
        } else {
            vec![]
        }
    });
}

#[test]
fn every_name_leads_to_its_license_or_is_ambiguous() {
    let mut shared: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for alias in overt_knowledge::license_names() {
        let ids = shared.entry(alias.key).or_default();
        if !ids.contains(&alias.license) {
            ids.push(alias.license);
        }
    }
    for (name, ids) in shared {
        let found = match resolve(name) {
            Resolution::Known { expression } => vec![expression.to_string()],
            Resolution::Ambiguous { candidates, .. } => {
                candidates.iter().map(ToString::to_string).collect()
            }
            other => panic!("`{name}` of {ids:?} is {other:?}"),
        };
        for id in &ids {
            assert!(
                found.iter().any(|found| found == id),
                "`{name}` is listed by {id} and means {found:?}"
            );
        }
        assert_eq!(
            canonical_id(ids.first().copied().unwrap_or_default())
                .map(|id| id.to_string())
                .as_deref(),
            ids.first().copied()
        );
    }
}

#[test]
fn copyleft_categories_have_their_condition_and_free_ones_have_none() {
    each(|facts| {
        if facts.id.is_reference() && facts.depth == FactDepth::Summary {
            return vec![];
        }
        let has = |kinds: &[Condition]| kinds.iter().any(|kind| facts.condition(*kind).is_some());
        let copyleft = has(&[
            Condition::SameLicenseWeak,
            Condition::SameLicenseStrong,
            Condition::SameLicenseNetwork,
        ]);
        let expected = match facts.category {
            LicenseCategory::WeakCopyleft
            | LicenseCategory::StrongCopyleft
            | LicenseCategory::NetworkCopyleft
            | LicenseCategory::ShareAlike => Some(true),
            LicenseCategory::PublicDomain | LicenseCategory::Permissive => Some(false),
            _ => None,
        };
        match expected {
            Some(expected) if expected != copyleft => {
                vec![format!("{:?}, yet copyleft is {copyleft}", facts.category)]
            }
            _ => vec![],
        }
    });
}

#[test]
fn approved_licenses_limit_no_use() {
    let limits = [
        Restriction::Noncommercial,
        Restriction::ResearchOnly,
        Restriction::FieldOfUse,
        Restriction::UsePolicy,
        Restriction::ScaleThreshold,
        Restriction::NoDerivatives,
        Restriction::NoRedistribution,
        Restriction::OutputTraining,
    ];
    each(|facts| {
        let expression = overt_core::Expression::license(facts.id.as_str());
        if overt_license::osi_approved(&expression) != Truth::True {
            return vec![];
        }
        let found = limits
            .iter()
            .filter(|kind| facts.restriction(**kind).is_some());
        found
            .map(|kind| format!("approved, yet {kind:?}"))
            .collect()
    });
}

#[test]
fn recognitions_are_those_of_the_lists() {
    let shared = std::env::var_os("OVERT_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        std::path::PathBuf::from,
    );
    let path = shared.join("data/openness/licenses.csv");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is absent", path.display());
        return;
    };
    // Names hold commas inside quotes; the columns that count are taken from the end.
    let mut compared = 0;
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.rsplitn(10, ',').collect();
        let id = line.split(',').next().unwrap_or_default();
        let (Some(mot), Some(fsf), Some(osi)) = (columns.get(1), columns.get(2), columns.get(3))
        else {
            continue;
        };
        let known = overt_license::facts(&overt_core::LicenseId::new(id)).is_some();
        if !known || osi.is_empty() {
            continue;
        }
        let expression = overt_core::Expression::license(id);
        for (list, listed) in [
            (RecognitionList::OsiApproved, osi),
            (RecognitionList::FsfFree, fsf),
            (RecognitionList::MotOpen, mot),
        ] {
            let expected = Truth::from(*listed == "True");
            assert_eq!(
                overt_license::recognized(&expression, list),
                expected,
                "{id} {list:?}"
            );
            compared += 1;
        }
    }
    assert!(compared > 0, "no recognition compared");
}
