//! Whether the license of a component passes a test.

use overt_core::{
    Evidence, Expression, Inventory, LicenseConclusion, LicenseState, Proof, Strength, Truth,
};

use super::atom::{Atom, atoms, names, requirement_of};
use super::{Leaf, MOST_EVIDENCE, kebab, leaf, lower};
use crate::definition::LicenseTest;
use crate::evaluate::LicenseKnowledge;

/// What decided a test, or what is missing.
pub(super) enum Ground {
    /// Nothing is known of the component.
    NoComponent,
    /// What the base model's license adds fails by itself.
    Inherited(Expression),
    /// Somebody says that there is none.
    Unlicensed,
    /// There are terms that overt does not know.
    Unrecognized,
    /// What is written decides nothing.
    Undecided(String),
    /// Parts of the component stand under different licenses.
    Several(Vec<Expression>),
    /// Nothing was found.
    NotFound,
    /// A complete inventory records none.
    NotRecorded,
    /// The candidates give different answers.
    Disputed(Vec<Expression>),
    /// The evidence is weaker than the definition asks.
    Weak(Strength),
    /// It was compared with a list as it is written.
    Written(String),
    /// This expression decided.
    Decided(Expression),
}

/// Whether an expression passes every question of a test.
pub(crate) fn passes(
    test: &LicenseTest,
    expression: &Expression,
    licenses: &dyn LicenseKnowledge,
) -> Truth {
    let mut worst = Truth::True;
    for atom in atoms(test) {
        worst = worst.and(atom.truth(expression, licenses));
        if worst == Truth::False {
            break;
        }
    }
    worst
}

impl Leaf<'_> {
    pub(super) fn license(&self, test: &LicenseTest) -> Truth {
        self.license_by(test, &mut |expression| {
            passes(test, expression, self.licenses)
        })
        .0
    }

    /// Whether the license passes, given the answer for one expression.
    pub(crate) fn license_truth(
        &self,
        test: &LicenseTest,
        passes: &mut dyn FnMut(&Expression) -> Truth,
    ) -> Truth {
        // The usual case needs no candidates and no reasons.
        if let Some(component) = self.component(test.license_of)
            && let Some(expression) = &component.license.expression
            && component.license.state == LicenseState::Licensed
            && !component.license.disputed
            && component.license.inherited.is_empty()
            && test.written_in.is_none()
            && test.evidence == Strength::Asserted
        {
            return passes(expression);
        }
        self.license_by(test, passes).0
    }

    fn license_by(
        &self,
        test: &LicenseTest,
        passes: &mut dyn FnMut(&Expression) -> Truth,
    ) -> (Truth, Ground) {
        let Some(component) = self.component(test.license_of) else {
            return (Truth::Unknown, Ground::NoComponent);
        };
        let license = &component.license;
        let candidates = license.candidates();
        if license.state == LicenseState::Unlicensed && !license.disputed {
            return (Truth::False, Ground::Unlicensed);
        }
        if let Some(list) = &test.written_in
            && let Some(written) = written(test, license)
        {
            let listed = self
                .lists
                .get(list)
                .is_some_and(|list| list.contains(&written));
            let others = if candidates.is_empty() {
                Truth::True
            } else {
                candidates
                    .iter()
                    .map(&mut *passes)
                    .fold(Truth::True, Truth::and)
            };
            return (Truth::from(listed).and(others), Ground::Written(written));
        }
        if candidates.is_empty() {
            return self.without_candidates(test, license, passes);
        }
        // Nothing was written alike everywhere: each candidate is looked for by its id.
        let listed = |expression: &Expression| {
            test.written_in.as_ref().map_or(Truth::True, |list| {
                let names = self.lists.get(list);
                Truth::from(names.is_some_and(|names| names.contains(&expression.to_string())))
            })
        };
        let answers: Vec<Truth> = candidates
            .iter()
            .map(|expression| listed(expression).and(passes(expression)))
            .collect();
        let first = answers.first().copied().unwrap_or(Truth::Unknown);
        // A claim that cannot be read may say anything; it cannot save what every other one refuses.
        let unread = license.disputed
            && first == Truth::True
            && license
                .others
                .iter()
                .any(|claim| claim.expression.is_none());
        if unread || answers.iter().any(|answer| *answer != first) {
            return (Truth::Unknown, Ground::Disputed(candidates));
        }
        let strength = license
            .decided_by
            .as_ref()
            .map(|claim| claim.evidence.strength);
        if let Some(strength) = strength
            && first == Truth::True
            && strength < test.evidence
        {
            return (Truth::Unknown, Ground::Weak(strength));
        }
        let ground = candidates
            .into_iter()
            .next()
            .map_or(Ground::NotFound, Ground::Decided);
        (first, ground)
    }

    fn without_candidates(
        &self,
        test: &LicenseTest,
        license: &LicenseConclusion,
        passes: &mut dyn FnMut(&Expression) -> Truth,
    ) -> (Truth, Ground) {
        if let Some(inherited) = license.inherited_terms()
            && passes(&inherited) == Truth::False
        {
            return (Truth::False, Ground::Inherited(inherited));
        }
        let complete = self.release.inventory == Inventory::Complete;
        match license.state {
            LicenseState::Unlicensed => (Truth::False, Ground::Unlicensed),
            LicenseState::Unrecognized => (Truth::Unknown, Ground::Unrecognized),
            _ if several(license).len() > 1 => (Truth::Unknown, Ground::Several(several(license))),
            // Somebody looked, and what they wrote down says nothing.
            _ if let Some(claim) = &license.decided_by => {
                (Truth::Unknown, Ground::Undecided(claim.written.clone()))
            }
            _ if complete && !test.unrecorded_is_open => (Truth::False, Ground::NotRecorded),
            _ => (Truth::Unknown, Ground::NotFound),
        }
    }

    /// Whether what is inherited from base models fails a license test by itself.
    pub(crate) fn base_fails(&self, test: &LicenseTest) -> bool {
        self.component(test.license_of)
            .and_then(|component| component.license.inherited_terms())
            .is_some_and(|inherited| passes(test, &inherited, self.licenses) == Truth::False)
    }

    pub(super) fn prove_license(&self, test: &LicenseTest) -> Proof {
        let (truth, ground) = self.license_by(test, &mut |expression| {
            passes(test, expression, self.licenses)
        });
        let license = self
            .component(test.license_of)
            .map(|component| &component.license);
        let evidence = license.map(claims).unwrap_or_default();
        let place = evidence
            .first()
            .map(|evidence| format!(" ({})", evidence.place()))
            .unwrap_or_default();
        let because = self.because(test, truth, &ground);
        let because = format!("{}: {because}{place}", test.license_of.name());
        let needs = if truth == Truth::Unknown {
            let first = evidence.first().map(Evidence::place);
            needs(test, &ground, self.licenses, first.as_deref())
        } else {
            String::new()
        };
        leaf(requirement_of(test), truth, because, needs, evidence)
    }

    fn because(&self, test: &LicenseTest, truth: Truth, ground: &Ground) -> String {
        let name = lower(test.license_of.name());
        match ground {
            Ground::NoComponent => format!("nothing is known of the {name}"),
            Ground::Inherited(expression) => {
                let why = self.worst(test, expression);
                format!("{why}, which travels with the base model")
            }
            Ground::Unlicensed => format!("the {name} has no license"),
            Ground::Unrecognized => {
                format!("the {name} is under terms that are no license that overt knows")
            }
            Ground::Undecided(written) => {
                format!("`{written}` is recorded for the {name}, which may mean that nobody looked")
            }
            Ground::Several(parts) => {
                let titles: Vec<_> = parts.iter().map(|one| self.licenses.title(one)).collect();
                format!(
                    "several folders hold {name}, under different licenses: {}",
                    titles.join(", ")
                )
            }
            Ground::NotFound => format!("no license was found for the {name}"),
            Ground::NotRecorded => format!("no license is recorded for the {name}"),
            Ground::Disputed(candidates) => {
                let titles: Vec<_> = candidates.iter().map(|c| self.licenses.title(c)).collect();
                let titles = titles.join(" or ");
                format!("the release contradicts itself about the license of the {name}: {titles}")
            }
            Ground::Weak(strength) => {
                format!("the license of the {name} is only {}", strength.as_str())
            }
            Ground::Written(written) if truth == Truth::True => {
                format!("`{written}` is on the list")
            }
            Ground::Written(written) => format!("`{written}` is not on the list"),
            Ground::Decided(expression) if test.written_in.is_some() => {
                let on = if truth == Truth::True { "on" } else { "not on" };
                format!("`{expression}` is {on} the list")
            }
            Ground::Decided(expression) => self.worst(test, expression),
        }
    }

    /// The first question that has the worst answer, in a sentence. Of licenses that apply together
    /// the one that decides is named.
    fn worst(&self, test: &LicenseTest, expression: &Expression) -> String {
        let worst = passes(test, expression, self.licenses);
        if let Expression::And(parts) = expression
            && worst != Truth::True
            && let Some(one) = parts
                .iter()
                .find(|part| passes(test, part, self.licenses) == worst)
        {
            let others = parts.len() - 1;
            let apply = if others == 1 { "applies" } else { "apply" };
            let others = if others == 1 {
                "another license".to_owned()
            } else {
                format!("{others} other licenses")
            };
            return format!(
                "{} ({others} {apply} together with it)",
                self.worst(test, one)
            );
        }
        let title = self.licenses.title(expression);
        atoms(test)
            .find(|atom| atom.truth(expression, self.licenses) == worst)
            .map_or_else(
                || format!("{title} passes"),
                |atom| atom.because(&title, expression, self.licenses),
            )
    }
}

/// The license as a list of names is asked for it: as written, if the test says so of such claims,
/// else its expression.
fn written(test: &LicenseTest, license: &LicenseConclusion) -> Option<String> {
    let as_written = license
        .decided_by
        .as_ref()
        .filter(|claim| test.verbatim.as_deref() == Some(claim.evidence.method.as_ref()));
    match as_written {
        Some(claim) => Some(claim.written.clone()),
        None if license.disputed => None,
        None => license.candidates().first().map(ToString::to_string),
    }
}

/// The different licenses that claims name where none of them was concluded.
fn several(license: &LicenseConclusion) -> Vec<Expression> {
    let mut found: Vec<Expression> = Vec::new();
    for claim in license.decided_by.iter().chain(&license.others) {
        if let Some(expression) = &claim.expression
            && !found.contains(expression)
        {
            found.push(expression.clone());
        }
    }
    found
}

/// The claims that count, the deciding one first.
fn claims(license: &LicenseConclusion) -> Vec<Evidence> {
    let open = license.state == LicenseState::Unknown;
    let disputing = license.others.iter().filter(|_| license.disputed || open);
    let mut evidence: Vec<Evidence> = Vec::new();
    for claim in license
        .decided_by
        .iter()
        .chain(&license.inherited)
        .chain(disputing)
    {
        if evidence.len() < MOST_EVIDENCE && !evidence.contains(&claim.evidence) {
            evidence.push(claim.evidence.clone());
        }
    }
    evidence
}

/// Which evidence would decide the test, and how to supply it.
fn needs(
    test: &LicenseTest,
    ground: &Ground,
    licenses: &dyn LicenseKnowledge,
    place: Option<&str>,
) -> String {
    let name = lower(test.license_of.name());
    let id = test.license_of.id();
    let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
    match ground {
        Ground::Disputed(_) => format!(
            "the publisher must say everywhere alike which license holds for the {name}; the places \
             that disagree are named above"
        ),
        Ground::Decided(expression) => {
            let title = licenses.title(expression);
            match open_question(test, expression, licenses) {
                Some(Atom::Recognized(lists, _)) => format!(
                    "a person must judge whether {title} may count as {}: read its text{place} and \
                     what `overt license explain` says of it",
                    names(lists)
                ),
                Some(Atom::Without(restriction, false)) => format!(
                    "a person must judge whether its clauses on {} are compatible: `overt license \
                     explain` names them in {title}",
                    kebab(&restriction)
                ),
                _ => format!(
                    "a person must read {title}{place}, or its facts must be added as a file in \
                     knowledge/licenses/"
                ),
            }
        }
        Ground::Unrecognized => format!(
            "a person must read the terms of the {name}{place}; `overt license identify` says which \
             license they come near to"
        ),
        Ground::Weak(_) => format!("give overt the license text that stands with the {name}"),
        Ground::Several(_) => format!(
            "give overt only the folder of the {name} in question, or say which license governs it \
             in overt.toml: components.{id} = {{ license = \"…\", link = \"…\" }}"
        ),
        _ => format!(
            "give overt the file that states the license of the {name}, or say where it stands in \
             overt.toml: components.{id} = {{ license = \"…\", link = \"…\" }}"
        ),
    }
}

/// The first question of a test that is open for this license.
fn open_question<'t>(
    test: &'t LicenseTest,
    expression: &Expression,
    licenses: &dyn LicenseKnowledge,
) -> Option<Atom<'t>> {
    atoms(test).find(|atom| atom.truth(expression, licenses) == Truth::Unknown)
}
