//! The single questions that a license test asks of an expression.

use overt_core::{Condition, Expression, RecognitionList, Restriction, Truth};
use overt_license::FreedomKind;

use super::{kebab, lower};
use crate::definition::LicenseTest;
use crate::evaluate::LicenseKnowledge;
use crate::pattern::{each_matches, some_matches};

/// One question.
#[derive(Clone, Copy)]
pub(super) enum Atom<'t> {
    /// Do these lists recognize it; is it arguable where those do?
    Recognized(&'t [RecognitionList], &'t [RecognitionList]),
    /// Is it one of these?
    OneOf(&'t [String]),
    /// Is it none of these?
    NoneOf(&'t [String]),
    /// Does it grant this freedom for any purpose?
    Grants(FreedomKind),
    /// Is it without this restriction; does having it decide?
    Without(Restriction, bool),
    /// Is it without this condition?
    WithoutCondition(Condition),
}

/// The questions of a test, in the order of its fields.
pub(super) fn atoms(test: &LicenseTest) -> impl Iterator<Item = Atom<'_>> {
    let recognized =
        (!test.recognized.is_empty()).then_some(Atom::Recognized(&test.recognized, &test.arguable));
    let one_of = (!test.ids.is_empty()).then_some(Atom::OneOf(&test.ids));
    let none_of = (!test.not_ids.is_empty()).then_some(Atom::NoneOf(&test.not_ids));
    let grants = test.grants.iter().map(|freedom| Atom::Grants(*freedom));
    let without = test.without.iter().map(|kind| Atom::Without(*kind, true));
    let arguably = test
        .arguably_without
        .iter()
        .map(|kind| Atom::Without(*kind, false));
    let conditions = test
        .without_conditions
        .iter()
        .map(|condition| Atom::WithoutCondition(*condition));
    recognized
        .into_iter()
        .chain(one_of)
        .chain(none_of)
        .chain(grants)
        .chain(without)
        .chain(arguably)
        .chain(conditions)
}

impl Atom<'_> {
    /// The answer.
    pub(super) fn truth(self, expression: &Expression, licenses: &dyn LicenseKnowledge) -> Truth {
        let any = |lists: &[RecognitionList]| {
            Truth::any(
                lists
                    .iter()
                    .map(|list| licenses.recognized(expression, *list)),
            )
        };
        match self {
            Self::Recognized(lists, arguable) => match any(lists) {
                Truth::False if any(arguable) == Truth::True => Truth::Unknown,
                truth => truth,
            },
            Self::OneOf(ids) => Truth::from(each_matches(expression, ids)),
            Self::NoneOf(ids) => Truth::from(!some_matches(expression, ids)),
            Self::Grants(freedom) => licenses.grants(expression, freedom),
            Self::Without(restriction, decides) => {
                match !licenses.has_restriction(expression, restriction) {
                    Truth::False if !decides => Truth::Unknown,
                    truth => truth,
                }
            }
            Self::WithoutCondition(condition) => !licenses.has_condition(expression, condition),
        }
    }

    /// The answer in a sentence; `title` is what the license is called.
    pub(super) fn because(
        self,
        title: &str,
        expression: &Expression,
        licenses: &dyn LicenseKnowledge,
    ) -> String {
        let truth = self.truth(expression, licenses);
        match self {
            Self::Recognized(lists, arguable) => {
                let names = names(lists);
                let refused = truth == Truth::Unknown
                    && lists
                        .iter()
                        .all(|list| licenses.recognized(expression, *list) == Truth::False)
                    && arguable
                        .iter()
                        .any(|list| licenses.recognized(expression, *list) == Truth::True);
                match truth {
                    Truth::True => format!("{title} is {names}"),
                    Truth::False => format!("{title} is not {names}"),
                    Truth::Unknown if refused => {
                        format!("{title} is not {names}, but is open by another list")
                    }
                    Truth::Unknown => format!("it is not known whether {title} is {names}"),
                }
            }
            Self::OneOf(_) if truth == Truth::True => format!("{title} is on the list"),
            Self::OneOf(_) => format!("{title} is not on the list"),
            Self::NoneOf(_) if truth == Truth::True => {
                format!("{title} is not on the list of what is refused")
            }
            Self::NoneOf(_) => format!("{title} is on the list of what is refused"),
            Self::Grants(freedom) => {
                let verb = freedom.verb();
                match truth {
                    Truth::True => format!("{title} lets anyone {verb} it for any purpose"),
                    Truth::False => {
                        format!("{title} does not let everyone {verb} it for any purpose")
                    }
                    Truth::Unknown => format!("it is not known how far {title} lets one {verb} it"),
                }
            }
            Self::Without(restriction, _) => {
                let word = kebab(&restriction);
                match licenses.has_restriction(expression, restriction) {
                    Truth::True => format!("{title} has a restriction: {word}"),
                    Truth::False => format!("{title} has no restriction of the kind {word}"),
                    Truth::Unknown => format!("it is not known whether {title} restricts: {word}"),
                }
            }
            Self::WithoutCondition(condition) => {
                let word = kebab(&condition);
                match truth {
                    Truth::False => format!("{title} has a condition: {word}"),
                    Truth::True => format!("{title} has no condition of the kind {word}"),
                    Truth::Unknown => format!("it is not known whether {title} requires: {word}"),
                }
            }
        }
    }
}

pub(super) fn names(lists: &[RecognitionList]) -> String {
    lists
        .iter()
        .map(|list| list_name(*list))
        .collect::<Vec<_>>()
        .join(" or ")
}

/// What a license test asks, in a sentence.
pub(super) fn requirement_of(test: &LicenseTest) -> String {
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
    if let Some(list) = &test.written_in {
        parts.push(format!("is on the definition's list `{list}`"));
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
fn list_name(list: RecognitionList) -> &'static str {
    use RecognitionList as List;
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
