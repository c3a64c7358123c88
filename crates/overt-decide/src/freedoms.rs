//! Use, study, modify, share: what a component's terms and the presence of other components allow.

use overt_core::{
    Component, ComponentKind, Evidence, Expression, Inventory, LicenseState, Release, Status,
    Truth, Verdict,
};
use overt_license::{FreedomKind, PageClause};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::evaluate::LicenseKnowledge;

/// One freedom of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FreedomAnswer {
    /// Which freedom.
    pub freedom: FreedomKind,
    /// Whether it is there for any purpose.
    pub granted: Verdict,
    /// Why, in one sentence.
    pub because: String,
    /// What the license asks in return of those who take this freedom and give nothing on. What it asks
    /// for copies that are given to others, such as a notice, is not told here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub price: Vec<PageClause>,
    /// Where that was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// The four freedoms of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ComponentFreedoms {
    /// The component.
    pub component: ComponentKind,
    /// The freedoms, in the order of OSAID 1.0's preamble.
    pub freedoms: Vec<FreedomAnswer>,
}

/// The freedoms of every component that is there, or that is said to be elsewhere under a license that
/// is known here.
pub fn freedoms(release: &Release, licenses: &dyn LicenseKnowledge) -> Vec<ComponentFreedoms> {
    release
        .components
        .iter()
        .filter(|component| {
            let elsewhere = component.status == Status::Referenced
                && component.license.state != LicenseState::Unknown;
            component.status <= Status::PartlyReleased || elsewhere
        })
        .map(|component| ComponentFreedoms {
            component: component.kind,
            freedoms: [
                FreedomKind::Use,
                FreedomKind::Study,
                FreedomKind::Modify,
                FreedomKind::Share,
            ]
            .into_iter()
            .map(|freedom| answer(release, component, freedom, licenses))
            .collect(),
        })
        .collect()
}

/// What one may do with the release as a whole: with all of it that is there.
///
/// A freedom is there if every component that is there gives it, and, to study and to modify, if the
/// parts that this takes are there too.
pub fn release_freedoms(release: &Release, licenses: &dyn LicenseKnowledge) -> Vec<FreedomAnswer> {
    let components = freedoms(release, licenses);
    [
        FreedomKind::Use,
        FreedomKind::Study,
        FreedomKind::Modify,
        FreedomKind::Share,
    ]
    .into_iter()
    .map(|freedom| {
        let answers = components.iter().flat_map(|component| {
            let own = component.freedoms.iter();
            own.map(move |answer| (component.component, answer))
        });
        let answers: Vec<(ComponentKind, &FreedomAnswer)> = answers
            .filter(|(_, answer)| answer.freedom == freedom)
            .collect();
        // What is asked for any of the components is asked for all of them together.
        let asked = answers.iter().flat_map(|(_, answer)| &answer.price);
        let price = each_once(asked.cloned());
        // The first of the worst, in the order of components: parameters come first.
        let worst = answers.iter().min_by_key(|(_, answer)| answer.granted);
        match worst {
            Some((_, worst)) if worst.granted == Verdict::Meets => FreedomAnswer {
                because: format!(
                    "everything that is there may be {}{}",
                    past(freedom),
                    in_return(&price)
                ),
                price,
                ..(*worst).clone()
            },
            Some((component, worst)) => FreedomAnswer {
                because: format!("{}: {}", component.name(), worst.because),
                price,
                ..(*worst).clone()
            },
            None => FreedomAnswer {
                freedom,
                granted: Verdict::Undetermined,
                because: "nothing of the release was found".to_owned(),
                price: Vec::new(),
                evidence: Vec::new(),
            },
        }
    })
    .collect()
}

fn each_once(asked: impl Iterator<Item = PageClause>) -> Vec<PageClause> {
    let mut price: Vec<PageClause> = Vec::new();
    for clause in asked {
        if !price.contains(&clause) {
            price.push(clause);
        }
    }
    price
}

/// The words for sentences that say that something is asked.
fn in_return(price: &[PageClause]) -> &'static str {
    if price.is_empty() {
        ""
    } else {
        ", but something is asked in return"
    }
}

fn past(freedom: FreedomKind) -> &'static str {
    match freedom {
        FreedomKind::Use => "used for any purpose",
        FreedomKind::Study => "studied",
        FreedomKind::Modify => "modified for any purpose",
        FreedomKind::Share => "shared with anyone",
    }
}

fn answer(
    release: &Release,
    component: &Component,
    freedom: FreedomKind,
    licenses: &dyn LicenseKnowledge,
) -> FreedomAnswer {
    let license = &component.license;
    let candidates = license.candidates();
    let answers: Vec<Truth> = candidates
        .iter()
        .map(|candidate| licenses.grants(candidate, freedom))
        .collect();
    let price = if freedom == FreedomKind::Use {
        let asked = candidates.iter();
        each_once(asked.flat_map(|candidate| licenses.price_of_use(candidate)))
    } else {
        Vec::new()
    };
    let name = component.kind.name().to_lowercase();
    let verb = freedom.verb();
    let (granted, because) = match (answers.first(), license.state) {
        (Some(first), _) if answers.iter().all(|answer| answer == first) => {
            let titles = deciding(&candidates, freedom, *first, licenses);
            let because = match first {
                Truth::True => format!(
                    "{titles} lets anyone {verb} it for any purpose{}",
                    in_return(&price)
                ),
                Truth::False if titles.contains(" and ") => {
                    format!("{titles} limit who may {verb} it, or what for")
                }
                Truth::False => format!("{titles} limits who may {verb} it, or what for"),
                Truth::Unknown => format!("how far {titles} lets one {verb} it is not known"),
            };
            (*first, because)
        }
        (Some(_), _) => (
            Truth::Unknown,
            format!("the release contradicts itself on the {name}"),
        ),
        (None, LicenseState::Unlicensed) => (
            Truth::False,
            format!("without a license nobody else may {verb} the {name}"),
        ),
        (None, LicenseState::Unrecognized) => (
            Truth::Unknown,
            format!("the terms of the {name} are none that overt knows"),
        ),
        (None, _) => (
            Truth::Unknown,
            format!("no license was found for the {name}"),
        ),
    };
    let (granted, because) = match (freedom, granted) {
        (FreedomKind::Study, Truth::True) => study(release, component.kind, because),
        _ => (granted, because),
    };
    let decided = license.decided_by.iter().chain(&license.inherited);
    FreedomAnswer {
        freedom,
        granted: Verdict::from(granted),
        because,
        price,
        evidence: decided.map(|claim| claim.evidence.clone()).collect(),
    }
}

/// The licenses that give this answer: of those that apply together only the ones that decide.
fn deciding(
    candidates: &[Expression],
    freedom: FreedomKind,
    answer: Truth,
    licenses: &dyn LicenseKnowledge,
) -> String {
    let mut titles: Vec<String> = Vec::new();
    for candidate in candidates {
        let parts = match candidate {
            Expression::And(parts) if answer != Truth::True => parts.as_slice(),
            one => std::slice::from_ref(one),
        };
        for part in parts {
            let title = licenses.title(part);
            if licenses.grants(part, freedom) == answer && !titles.contains(&title) {
                titles.push(title);
            }
        }
    }
    titles.join(" and ")
}

/// Weights without their training code and an account of their data can be looked at, but not
/// understood: the license alone does not give the freedom to study (OSAID 1.0, preferred form).
fn study(release: &Release, kind: ComponentKind, because: String) -> (Truth, String) {
    if !matches!(
        kind,
        ComponentKind::FinalParameters | ComponentKind::IntermediateParameters
    ) {
        return (Truth::True, because);
    }
    let needed = [ComponentKind::TrainingCode, ComponentKind::DataInformation];
    let mut worst = (Truth::True, because);
    for kind in needed {
        let status = release
            .component(kind)
            .map_or(Status::NotFound, |c| c.status);
        let truth = match status {
            Status::Released => Truth::True,
            Status::Withheld => Truth::False,
            Status::NotFound if release.inventory == Inventory::Complete => Truth::False,
            _ => Truth::Unknown,
        };
        if truth < worst.0 {
            let name = kind.name().to_lowercase();
            worst = (
                truth,
                format!(
                    "the license allows it, but to study how the weights came about takes the \
                     {name}, which is {}",
                    status.as_str()
                ),
            );
        }
    }
    worst
}
