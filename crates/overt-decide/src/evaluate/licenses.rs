//! What must be known of licenses to decide.

use overt_core::{Condition, Expression, RecognitionList, Restriction, Truth};
use overt_license::{FreedomKind, PageClause};

/// Answers about license expressions, in three values.
pub trait LicenseKnowledge: Sync {
    /// Whether a list recognizes the expression.
    fn recognized(&self, expression: &Expression, list: RecognitionList) -> Truth;
    /// Whether the restriction binds whoever uses it.
    fn has_restriction(&self, expression: &Expression, restriction: Restriction) -> Truth;
    /// Whether the condition binds whoever uses it.
    fn has_condition(&self, expression: &Expression, condition: Condition) -> Truth;
    /// Whether the freedom is granted for any purpose.
    fn grants(&self, expression: &Expression, freedom: FreedomKind) -> Truth;
    /// What is asked in return for mere use.
    fn price_of_use(&self, expression: &Expression) -> Vec<PageClause>;
    /// What the license is called, for sentences.
    fn title(&self, expression: &Expression) -> String;
}

/// The facts of `knowledge/licenses/`.
#[derive(Clone, Copy, Debug, Default)]
pub struct EmbeddedLicenses;

impl LicenseKnowledge for EmbeddedLicenses {
    fn recognized(&self, expression: &Expression, list: RecognitionList) -> Truth {
        overt_license::recognized(expression, list)
    }

    fn has_restriction(&self, expression: &Expression, restriction: Restriction) -> Truth {
        overt_license::has_restriction(expression, restriction)
    }

    fn has_condition(&self, expression: &Expression, condition: Condition) -> Truth {
        overt_license::has_condition(expression, condition)
    }

    fn grants(&self, expression: &Expression, freedom: FreedomKind) -> Truth {
        overt_license::freedom(expression, freedom)
    }

    fn price_of_use(&self, expression: &Expression) -> Vec<PageClause> {
        overt_license::price_of_use(expression)
    }

    fn title(&self, expression: &Expression) -> String {
        let mut text = expression.to_string();
        for license in expression.licenses() {
            if license.id.is_reference()
                && let Some(facts) = overt_license::facts(&license.id)
            {
                text = text.replace(license.id.as_str(), &facts.name);
            }
        }
        text
    }
}
