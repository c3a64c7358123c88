//! Definitions as data: verdicts with proofs and remedies.
//!
//! ```no_run
//! # fn release() -> overt_core::Release { unimplemented!() }
//! use overt_decide::{EmbeddedLicenses, definition, evaluate};
//!
//! if let Some(osaid) = definition("osaid-1.0") {
//!     let evaluation = evaluate(&release(), osaid, &EmbeddedLicenses);
//!     for reason in &evaluation.reasons {
//!         eprintln!("{}: {}", evaluation.verdict, reason.because);
//!     }
//! }
//! ```

mod definition;
mod evaluate;
mod freedoms;
pub mod mot;
mod remedy;

pub use definition::{
    Confidence, Definition, DefinitionError, DefinitionStatus, FactTest, LicenseTest, Node,
    ReleasedTest, Requirement, SaysTest, definition, definitions, parse,
};
pub use evaluate::{EmbeddedLicenses, Evaluation, LicenseKnowledge, Reason, evaluate, verdict};
pub use freedoms::{ComponentFreedoms, FreedomAnswer, freedoms};
