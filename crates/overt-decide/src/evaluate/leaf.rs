//! Leaves: what is looked at in the release itself.

use overt_core::{
    Component, ComponentKind, Evidence, Expression, Inventory, LicenseState, NodeRule, Proof,
    Release, Status, Strength, Truth,
};

use super::LicenseKnowledge;
use crate::definition::{FactTest, LicenseTest, Node, ReleasedTest, SaysTest};

/// What leaves are evaluated on.
pub(crate) struct Leaf<'a> {
    /// The release.
    pub(crate) release: &'a Release,
    /// What is known of licenses.
    pub(crate) licenses: &'a dyn LicenseKnowledge,
}

/// How many places one leaf shows.
const MOST_EVIDENCE: usize = 4;

impl Leaf<'_> {
    /// Whether a leaf holds. Compound conditions are not asked here and are unknown.
    pub(crate) fn truth(&self, node: &Node) -> Truth {
        match node {
            Node::Released(test) => self.released(test),
            Node::License(test) => self.license(test).0,
            Node::Fact(test) => self.fact(test).0,
            Node::Says(test) => self.says(test),
            _ => Truth::Unknown,
        }
    }

    /// The same with its reasons.
    pub(crate) fn prove(&self, node: &Node) -> Proof {
        match node {
            Node::Released(test) => self.prove_released(test),
            Node::License(test) => self.prove_license(test),
            Node::Fact(test) => self.prove_fact(test),
            Node::Says(test) => self.prove_says(test),
            _ => leaf(
                String::new(),
                Truth::Unknown,
                String::new(),
                String::new(),
                Vec::new(),
            ),
        }
    }

    fn component(&self, kind: ComponentKind) -> Option<&Component> {
        self.release.component(kind)
    }

    fn released(&self, test: &ReleasedTest) -> Truth {
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

    fn prove_released(&self, test: &ReleasedTest) -> Proof {
        let name = lower(test.released.name());
        let truth = self.released(test);
        let component = self.component(test.released);
        let status = component.map_or(Status::NotFound, |c| c.status);
        let evidence = component.map(places).unwrap_or_default();
        let seen = evidence
            .first()
            .map(|e| format!(" ({})", e.place()))
            .unwrap_or_default();
        let because = match status {
            Status::Released if truth == Truth::Unknown => {
                format!("that the {name} was released is only asserted{seen}")
            }
            Status::Released => format!("the {name} is there{seen}"),
            Status::PartlyReleased => format!("only part of the {name} is there{seen}"),
            Status::Referenced => format!("the {name} is said to be elsewhere{seen}"),
            Status::Withheld => format!("the publisher withholds the {name}{seen}"),
            Status::NotFound if self.release.inventory == Inventory::Complete => {
                format!("the inventory is complete and lists no {name}")
            }
            Status::NotFound => format!("no {name} was found in what was given"),
            Status::Unknown => format!("it could not be seen whether there is any {name}"),
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

    /// Whether the license passes, and why not.
    fn license(&self, test: &LicenseTest) -> (Truth, String) {
        let name = lower(test.license_of.name());
        let Some(component) = self.component(test.license_of) else {
            return (Truth::Unknown, format!("nothing is known of the {name}"));
        };
        let license = &component.license;
        let candidates = license.candidates();
        if candidates.is_empty() {
            if let Some(inherited) = license.inherited_terms()
                && let (Truth::False, why) = self.passes(test, &inherited)
            {
                return (
                    Truth::False,
                    format!("{why}, which travels with the base model"),
                );
            }
            let complete = self.release.inventory == Inventory::Complete;
            return match license.state {
                LicenseState::Unlicensed => (Truth::False, format!("the {name} has no license")),
                LicenseState::Unrecognized => (
                    Truth::Unknown,
                    format!("the {name} is under terms that are no license that overt knows"),
                ),
                _ if complete => (
                    Truth::False,
                    format!("no license is recorded for the {name}"),
                ),
                _ => (
                    Truth::Unknown,
                    format!("no license was found for the {name}"),
                ),
            };
        }
        let answers: Vec<_> = candidates
            .iter()
            .map(|candidate| self.passes(test, candidate))
            .collect();
        let Some((first, why)) = answers.first() else {
            return (Truth::Unknown, String::new());
        };
        if !answers.iter().all(|(truth, _)| truth == first) {
            let titles: Vec<_> = candidates.iter().map(|c| self.licenses.title(c)).collect();
            let why = format!(
                "the release contradicts itself about the license of the {name}: {}",
                titles.join(" or ")
            );
            return (Truth::Unknown, why);
        }
        let asserted = license
            .decided_by
            .as_ref()
            .map(|claim| claim.evidence.strength);
        if *first == Truth::True && asserted.is_some_and(|strength| strength < test.evidence) {
            return (
                Truth::Unknown,
                format!("the license of the {name} is only {}", words(asserted)),
            );
        }
        (*first, why.clone())
    }

    /// Whether one expression passes every test that is given.
    fn passes(&self, test: &LicenseTest, expression: &Expression) -> (Truth, String) {
        let title = self.licenses.title(expression);
        let mut worst = (Truth::True, format!("{title} passes"));
        let mut consider = |truth: Truth, why: String| {
            if truth < worst.0 || (worst.0 == Truth::True && worst.1.ends_with(" passes")) {
                worst = (truth, why);
            }
        };
        if !test.recognized.is_empty() {
            let by = |lists: &[_]| {
                Truth::any(
                    lists
                        .iter()
                        .map(|list| self.licenses.recognized(expression, *list)),
                )
            };
            let mut truth = by(&test.recognized);
            let names: Vec<_> = test
                .recognized
                .iter()
                .map(|list| list_name(*list))
                .collect();
            let names = names.join(" or ");
            let mut why = match truth {
                Truth::True => format!("{title} is {names}"),
                Truth::False => format!("{title} is not {names}"),
                Truth::Unknown => format!("it is not known whether {title} is {names}"),
            };
            if truth != Truth::True && by(&test.arguable) == Truth::True {
                truth = Truth::Unknown;
                why = format!("{title} is not {names}, but is open by another list");
            }
            consider(truth, why);
        }
        if !test.ids.is_empty() {
            let truth = Truth::from(each_matches(expression, &test.ids));
            let word = if truth == Truth::True { "is" } else { "is not" };
            consider(truth, format!("{title} {word} on the list"));
        }
        if !test.not_ids.is_empty() {
            let truth = Truth::from(!some_matches(expression, &test.not_ids));
            let word = if truth == Truth::True { "is not" } else { "is" };
            consider(
                truth,
                format!("{title} {word} on the list of what is refused"),
            );
        }
        for freedom in &test.grants {
            let truth = self.licenses.grants(expression, *freedom);
            let verb = freedom.verb();
            let why = match truth {
                Truth::True => format!("{title} lets anyone {verb} it for any purpose"),
                Truth::False => format!("{title} does not let everyone {verb} it for any purpose"),
                Truth::Unknown => format!("it is not known how far {title} lets one {verb} it"),
            };
            consider(truth, why);
        }
        for (restrictions, decides) in [(&test.without, true), (&test.arguably_without, false)] {
            for restriction in restrictions {
                let has = self.licenses.has_restriction(expression, *restriction);
                let word = kebab(restriction);
                let why = match has {
                    Truth::True => format!("{title} has a restriction: {word}"),
                    Truth::False => format!("{title} has no restriction of the kind {word}"),
                    Truth::Unknown => format!("it is not known whether {title} restricts: {word}"),
                };
                let truth = if has == Truth::True && !decides {
                    Truth::Unknown
                } else {
                    !has
                };
                consider(truth, why);
            }
        }
        for condition in &test.without_conditions {
            let has = self.licenses.has_condition(expression, *condition);
            let word = kebab(condition);
            let why = match has {
                Truth::True => format!("{title} has a condition: {word}"),
                Truth::False => format!("{title} has no condition of the kind {word}"),
                Truth::Unknown => format!("it is not known whether {title} requires: {word}"),
            };
            consider(!has, why);
        }
        worst
    }

    fn prove_license(&self, test: &LicenseTest) -> Proof {
        let name = lower(test.license_of.name());
        let (truth, because) = self.license(test);
        let license = self
            .component(test.license_of)
            .map(|component| &component.license);
        let mut evidence: Vec<Evidence> = Vec::new();
        if let Some(license) = license {
            let disputing = license.others.iter().filter(|_| license.disputed);
            let claims = license
                .decided_by
                .iter()
                .chain(&license.inherited)
                .chain(disputing);
            for claim in claims {
                if evidence.len() < MOST_EVIDENCE && !evidence.contains(&claim.evidence) {
                    evidence.push(claim.evidence.clone());
                }
            }
        }
        let needs = if truth == Truth::Unknown {
            match license.map(|license| (license.state, license.disputed)) {
                Some((_, true)) => {
                    format!("the publisher must say which license holds for the {name}")
                }
                Some((LicenseState::Licensed, _)) => format!(
                    "a person must judge the terms of the {name}, or its facts must be added to \
                     knowledge/licenses/"
                ),
                Some((LicenseState::Unrecognized, _)) => {
                    format!("a person must read the terms of the {name}")
                }
                _ => format!(
                    "give overt the license of the {name}, or assert it in overt.toml under \
                     [components.{}]",
                    test.license_of.id()
                ),
            }
        } else {
            String::new()
        };
        let place = evidence
            .first()
            .map(|e| format!(" ({})", e.place()))
            .unwrap_or_default();
        let because = format!("{}: {because}{place}", test.license_of.name());
        leaf(requirement_of(test), truth, because, needs, evidence)
    }

    fn fact(&self, test: &FactTest) -> (Truth, Option<&overt_core::ScalarFact>) {
        let Some(fact) = self
            .release
            .facts
            .iter()
            .find(|fact| fact.name == test.fact)
        else {
            return (Truth::Unknown, None);
        };
        let number = fact.value.replace('_', "").parse::<f64>().ok();
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

    fn prove_fact(&self, test: &FactTest) -> Proof {
        let (truth, fact) = self.fact(test);
        let bounds = [
            test.is.as_ref().map(|value| format!("is {value}")),
            test.above.map(|bound| format!("is at least {bound:e}")),
            test.below.map(|bound| format!("is below {bound:e}")),
        ];
        let bounds: Vec<String> = bounds.into_iter().flatten().collect();
        let name = test.fact.replace('-', " ");
        let because = match fact {
            Some(fact) => format!("the {name} is {}", fact.value),
            None => format!("nothing says what the {name} is"),
        };
        let needs = if truth == Truth::Unknown {
            format!(
                "assert it in overt.toml: facts.{} = {{ value = …, link = \"…\" }}",
                test.fact
            )
        } else {
            String::new()
        };
        let evidence = fact
            .map(|fact| vec![fact.evidence.clone()])
            .unwrap_or_default();
        leaf(
            format!("the {name} {}", bounds.join(" and ")),
            truth,
            because,
            needs,
            evidence,
        )
    }

    /// A statement that is not found may stand in what was not read: its absence is unknown, unless
    /// the inventory is complete.
    fn says(&self, test: &SaysTest) -> Truth {
        let said = self
            .release
            .statements
            .iter()
            .any(|said| said.kind == test.says && said.component == test.of);
        match (said, self.release.inventory) {
            (true, _) => Truth::True,
            (false, Inventory::Complete) => Truth::False,
            (false, Inventory::Open) => Truth::Unknown,
        }
    }

    fn prove_says(&self, test: &SaysTest) -> Proof {
        let truth = self.says(test);
        let name = lower(test.of.name());
        let word = kebab(&test.says);
        let evidence: Vec<Evidence> = self
            .release
            .statements
            .iter()
            .filter(|said| said.kind == test.says && said.component == test.of)
            .map(|said| said.evidence.clone())
            .take(MOST_EVIDENCE)
            .collect();
        let because = match truth {
            Truth::True => format!("the publisher {word} the {name}"),
            _ => format!("nothing was found in which the publisher {word} the {name}"),
        };
        let needs = if truth == Truth::Unknown {
            format!("give overt the card or page that speaks of the {name}")
        } else {
            String::new()
        };
        leaf(
            format!("the publisher {word} the {name}"),
            truth,
            because,
            needs,
            evidence,
        )
    }

    /// Whether what is inherited from base models fails a license test by itself.
    pub(crate) fn base_fails(&self, test: &LicenseTest) -> bool {
        self.component(test.license_of)
            .and_then(|component| component.license.inherited_terms())
            .is_some_and(|inherited| self.passes(test, &inherited).0 == Truth::False)
    }
}

fn leaf(
    requirement: String,
    truth: Truth,
    because: String,
    needs: String,
    evidence: Vec<Evidence>,
) -> Proof {
    Proof {
        id: String::new(),
        requirement,
        truth,
        rule: NodeRule::Leaf,
        because,
        needs,
        evidence,
        children: Vec::new(),
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
        Status::Withheld => said.chain(files).collect(),
        _ => files.chain(said).collect(),
    };
    places.into_iter().take(MOST_EVIDENCE).cloned().collect()
}

fn needs_component(test: &ReleasedTest, status: Status) -> String {
    let name = lower(test.released.name());
    let id = test.released.id();
    match status {
        Status::Referenced => format!("get the {name} and give its folder to overt as well"),
        Status::PartlyReleased => format!(
            "a person must judge whether the {name} is complete; record it in overt.toml under \
             [components.{id}]"
        ),
        _ => format!(
            "give overt the folder that holds the {name}, or assert it in overt.toml under \
             [components.{id}]"
        ),
    }
}

/// What a license test asks, in a sentence.
fn requirement_of(test: &LicenseTest) -> String {
    let mut parts = Vec::new();
    if !test.recognized.is_empty() {
        let names: Vec<_> = test
            .recognized
            .iter()
            .map(|list| list_name(*list))
            .collect();
        parts.push(format!("is {}", names.join(" or ")));
    }
    if !test.ids.is_empty() {
        parts.push(format!("is one of {}", test.ids.join(", ")));
    }
    if !test.not_ids.is_empty() {
        parts.push(format!("is none of {}", test.not_ids.join(", ")));
    }
    if !test.grants.is_empty() {
        let verbs: Vec<_> = test.grants.iter().map(|freedom| freedom.verb()).collect();
        parts.push(format!(
            "lets anyone {} it for any purpose",
            verbs.join(", ")
        ));
    }
    let without: Vec<String> = test
        .without
        .iter()
        .chain(&test.arguably_without)
        .map(kebab)
        .chain(test.without_conditions.iter().map(kebab))
        .collect();
    if !without.is_empty() {
        parts.push(format!("has none of: {}", without.join(", ")));
    }
    format!(
        "the license of the {} {}",
        lower(test.license_of.name()),
        parts.join(" and ")
    )
}

/// A list in the words of a sentence: "is …".
fn list_name(list: overt_core::RecognitionList) -> &'static str {
    use overt_core::RecognitionList as List;
    match list {
        List::OsiApproved => "OSI-approved",
        List::FsfFree => "free by the FSF's list",
        List::OpenDefinition => "conformant to the Open Definition",
        List::DebianMain => "accepted in Debian main",
        List::BlueOak => "rated by the Blue Oak Council",
        List::MotOpen => "open by the Model Openness Tool's list",
        List::MotCode => "suited to code by the Model Openness Tool's list",
        List::MotData => "suited to data by the Model Openness Tool's list",
        List::MotDocument => "suited to documents by the Model Openness Tool's list",
    }
}

/// The stable id of a word of the vocabulary.
fn kebab(word: &impl serde::Serialize) -> String {
    serde_json::to_value(word)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}

fn words(strength: Option<Strength>) -> &'static str {
    strength.map_or("assumed", Strength::as_str)
}

/// Whether every license of some alternative is on the list.
fn each_matches(expression: &Expression, patterns: &[String]) -> bool {
    match expression {
        Expression::License(license) => patterns
            .iter()
            .any(|pattern| glob(pattern, license.id.as_str())),
        Expression::And(parts) => parts.iter().all(|part| each_matches(part, patterns)),
        Expression::Or(parts) => parts.iter().any(|part| each_matches(part, patterns)),
    }
}

/// Whether a license that cannot be avoided is on the list.
fn some_matches(expression: &Expression, patterns: &[String]) -> bool {
    match expression {
        Expression::License(license) => patterns
            .iter()
            .any(|pattern| glob(pattern, license.id.as_str())),
        Expression::And(parts) => parts.iter().any(|part| some_matches(part, patterns)),
        Expression::Or(parts) => parts.iter().all(|part| some_matches(part, patterns)),
    }
}

/// Whether a text fits a pattern in which `*` stands for anything; linear in both.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(first) = parts.next() else {
        return false;
    };
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(last) = pattern.rsplit('*').next().filter(|_| pattern.contains('*')) else {
        return rest.is_empty();
    };
    let middle: Vec<&str> = parts.collect();
    for part in middle.iter().take(middle.len().saturating_sub(1)) {
        match rest.find(part).and_then(|at| rest.get(at + part.len()..)) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn patterns_match_whole_ids() {
        assert!(glob("CC-BY-*", "CC-BY-4.0"));
        assert!(glob("*-only", "GPL-3.0-only"));
        assert!(glob("MIT", "MIT"));
        assert!(!glob("MIT", "MIT-0"));
        assert!(glob("a*b*c", "a1b2c"));
        assert!(!glob("a*b*c", "a1c2b"));
    }
}
