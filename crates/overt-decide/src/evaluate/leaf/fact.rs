//! Whether a scalar fact has a value.

use overt_core::{Proof, Truth};

use super::{Leaf, leaf};
use crate::definition::FactTest;

impl Leaf<'_> {
    pub(super) fn fact(&self, test: &FactTest) -> (Truth, Option<&overt_core::ScalarFact>) {
        let Some(fact) = self
            .release
            .facts
            .iter()
            .find(|fact| fact.name == test.fact)
        else {
            return (Truth::Unknown, None);
        };
        let number = fact.value.replace('_', "").parse::<f64>().ok();
        // Two records that differ leave it open.
        let others = self
            .release
            .facts
            .iter()
            .filter(|other| other.name == test.fact);
        if others
            .clone()
            .any(|other| !other.value.eq_ignore_ascii_case(&fact.value))
        {
            return (Truth::Unknown, Some(fact));
        }
        let is = test.is.as_ref().map_or(Truth::True, |wanted| {
            Truth::from(fact.value.eq_ignore_ascii_case(wanted))
        });
        let compare = |bound: Option<f64>, holds: fn(f64, f64) -> bool| match (bound, number) {
            (None, _) => Truth::True,
            (Some(bound), Some(number)) => Truth::from(holds(number, bound)),
            (Some(_), None) => Truth::Unknown,
        };
        let above = compare(test.above, |number, bound| number >= bound);
        let below = compare(test.below, |number, bound| number < bound);
        (is.and(above).and(below), Some(fact))
    }

    pub(super) fn prove_fact(&self, test: &FactTest) -> Proof {
        let (truth, fact) = self.fact(test);
        let bounds = [
            test.is.as_ref().map(|value| format!("is {value}")),
            test.above.map(|bound| format!("is at least {bound:e}")),
            test.below.map(|bound| format!("is below {bound:e}")),
        ];
        let bounds: Vec<String> = bounds.into_iter().flatten().collect();
        let because = match fact {
            Some(_) if truth == Truth::Unknown => {
                format!(
                    "what is recorded on `{}` differs or is no number",
                    test.fact
                )
            }
            Some(fact) => format!("`{}` is {}", test.fact, fact.value),
            None => format!("nothing is recorded on `{}`", test.fact),
        };
        let needs = if truth == Truth::Unknown {
            format!(
                "say in overt.toml what it is and where that can be checked: facts.{} = {{ value = \
                 …, link = \"…\" }}",
                test.fact
            )
        } else {
            String::new()
        };
        let evidence = fact
            .map(|fact| vec![fact.evidence.clone()])
            .unwrap_or_default();
        leaf(
            format!("`{}` {}", test.fact, bounds.join(" and ")),
            truth,
            because,
            needs,
            evidence,
        )
    }
}
