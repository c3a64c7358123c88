//! Definitions as data: verdicts with proofs and remedies.
//!
//! ```no_run
//! use overt_decide::{EmbeddedLicenses, definition, evaluate};
//!
//! fn show(release: &overt_core::Release) {
//!     if let Some(osaid) = definition("osaid-1.0") {
//!         let evaluation = evaluate(release, osaid, &EmbeddedLicenses);
//!         for reason in &evaluation.reasons {
//!             eprintln!("{}: {}", evaluation.verdict, reason.because);
//!         }
//!     }
//! }
//! ```

mod compare;
mod definition;
mod evaluate;
mod freedoms;
mod pattern;
mod plan;
mod policy;
pub mod record;
mod remedy;
mod repair;
mod yaml;

pub use compare::{
    ComparedComponent, ComparedDefinition, Comparison, ComponentState, Nearest, compare,
    compare_on, nearest,
};
pub use definition::{
    AgreeOf, AllOf, AnyOf, AtLeastOf, BuiltFromTest, Confidence, ContradictionTest, Definition,
    DefinitionError, DefinitionStatus, Exception, FactTest, Grade, LicenseTest, MeetsOf, Node,
    NotOf, ReleasedTest, Requirement, Rules, SaysTest, Score, ThereTest, Warning, WhenThen,
    definition, definitions, parse,
};
pub use evaluate::{
    EmbeddedLicenses, Evaluation, GradeProgress, GradeReached, LicenseKnowledge, Reason,
    ScoreRange, evaluate, evaluate_on, explain_requirement, verdict,
};
pub use freedoms::{ComponentFreedoms, FreedomAnswer, freedoms, release_freedoms};
pub use plan::Plan;
pub use policy::{Tolerable, init_policy, pin};
pub use remedy::{Change, PlannedRemedy, apply, remedies};
pub use repair::{Declared, Edit, Folder, Refusal, Repair, Wanted, repair};
