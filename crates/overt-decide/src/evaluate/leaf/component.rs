//! Whether a component was released.

use overt_core::{Component, Evidence, Inventory, Proof, Status, Strength, Truth};

use super::{Leaf, MOST_EVIDENCE, leaf, lower};
use crate::definition::{ReleasedTest, ThereTest};

impl Leaf<'_> {
    pub(super) fn released(&self, test: &ReleasedTest) -> Truth {
        let status = self
            .component(test.released)
            .map_or(Status::NotFound, |c| c.status);
        let shown = match status {
            Status::Released => Truth::True,
            Status::PartlyReleased if test.partly => Truth::True,
            Status::Referenced if test.referenced => Truth::True,
            Status::Withheld => Truth::False,
            Status::NotFound if self.release.inventory == Inventory::Complete => Truth::False,
            _ => Truth::Unknown,
        };
        let component = self.component(test.released);
        if shown == Truth::True && component.is_some_and(|c| strength(c) < test.evidence) {
            Truth::Unknown
        } else {
            shown
        }
    }

    pub(super) fn prove_released(&self, test: &ReleasedTest) -> Proof {
        let name = lower(test.released.name());
        let truth = self.released(test);
        let component = self.component(test.released);
        let status = component.map_or(Status::NotFound, |c| c.status);
        let evidence = component.map(places).unwrap_or_default();
        let seen = evidence
            .first()
            .map(|e| format!(" ({})", e.place()))
            .unwrap_or_default();
        let title = test.released.name();
        let because = match status {
            Status::Released if truth == Truth::Unknown => {
                format!("{title}: that it was released is only asserted{seen}")
            }
            Status::Released => format!("{title}: it is there{seen}"),
            Status::PartlyReleased => format!("{title}: only part of it is there{seen}"),
            Status::Referenced => {
                format!("{title}: said to be elsewhere, not in what was given{seen}")
            }
            Status::Withheld => format!("{title}: withheld by the publisher{seen}"),
            Status::NotFound if self.release.inventory == Inventory::Complete => {
                format!("{title}: not in the inventory, which is complete")
            }
            Status::NotFound => format!("{title}: not found in what was given"),
            Status::Unknown => format!("{title}: it could not be seen whether there is any"),
        };
        let needs = if truth == Truth::Unknown {
            needs_component(test, status)
        } else {
            String::new()
        };
        leaf(
            format!("the {name} is released"),
            truth,
            because,
            needs,
            evidence,
        )
    }

    /// Whether a component is there in what was given.
    pub(super) fn there(&self, test: &ThereTest) -> Truth {
        match self.component(test.there).map(|component| component.status) {
            Some(Status::PartlyReleased) => Truth::from(!test.whole),
            Some(Status::Released | Status::Referenced) => Truth::True,
            Some(Status::Unknown) => Truth::Unknown,
            Some(Status::Withheld | Status::NotFound) | None => Truth::False,
        }
    }

    pub(super) fn prove_there(&self, test: &ThereTest) -> Proof {
        let name = lower(test.there.name());
        let truth = self.there(test);
        let (because, needs) = match truth {
            Truth::True => (format!("the {name} is there"), String::new()),
            Truth::False => (
                if self.component(test.there).map(|c| c.status) == Some(Status::PartlyReleased) {
                    format!("only a part of the {name} is there in what was given")
                } else {
                    format!("no {name} is there in what was given")
                },
                String::new(),
            ),
            Truth::Unknown => (
                format!("it could not be seen whether there is any {name}"),
                format!("give overt the {name} in a form that it can read"),
            ),
        };
        let evidence = self.component(test.there).map(places).unwrap_or_default();
        let whole = if test.whole { ", whole" } else { "" };
        leaf(
            format!("the {name} is there{whole}"),
            truth,
            because,
            needs,
            evidence,
        )
    }
}

/// The strongest evidence that a component is there.
fn strength(component: &Component) -> Strength {
    let artifacts = component
        .artifacts
        .iter()
        .map(|artifact| artifact.evidence.strength);
    let said = component.evidence.iter().map(|evidence| evidence.strength);
    artifacts.chain(said).max().unwrap_or(Strength::Asserted)
}

/// Where a component was seen, its own files first.
fn places(component: &Component) -> Vec<Evidence> {
    let said = component.evidence.iter();
    let files = component
        .artifacts
        .iter()
        .map(|artifact| &artifact.evidence);
    let places: Vec<&Evidence> = match component.status {
        Status::Withheld | Status::Referenced => said.chain(files).collect(),
        _ => files.chain(said).collect(),
    };
    places.into_iter().take(MOST_EVIDENCE).cloned().collect()
}

fn needs_component(test: &ReleasedTest, status: Status) -> String {
    let name = lower(test.released.name());
    let id = test.released.id();
    match status {
        Status::Referenced => {
            format!(
                "fetch the {name} from where it is said to be and give its folder to overt as well"
            )
        }
        Status::PartlyReleased => format!(
            "give overt the rest of the {name}, or, if a person judges it complete, say so in \
             overt.toml: components.{id} = {{ status = \"released\", link = \"…\" }}"
        ),
        _ => format!(
            "give overt the folder that holds the {name} as well, or say in overt.toml where it is: \
             components.{id} = {{ status = \"released\", link = \"…\" }}"
        ),
    }
}
