//! The words of `overt`.
//!
//! Pure, serializable domain types that every other room shares: where evidence comes from
//! ([`Evidence`]), the parts of a release ([`ComponentKind`], [`Component`]), license expressions
//! ([`Expression`]) and what licenses say ([`LicenseFacts`]), what was assembled ([`Release`]),
//! three-valued logic ([`Truth`]) and argued verdicts ([`Verdict`], [`Proof`]).
//!
//! This crate does no I/O, starts no threads and keeps no state.

mod budget;
mod component;
mod contradiction;
mod evidence;
mod expression;
mod lineage;
mod problem;
mod proof;
mod release;
mod statement;
mod terms;
mod truth;

pub use budget::{Budget, BudgetExceeded};
pub use component::{Artifact, Component, ComponentKind, ComponentType, Status};
pub use contradiction::{Contradiction, Severity};
pub use evidence::{Evidence, Method, Span, Strength};
pub use expression::{Expression, ExpressionError, LicenseId, SimpleLicense};
pub use lineage::{LineageEdge, Relation};
pub use problem::{Problem, ProblemKind};
pub use proof::{Effort, Mender, NodeRule, Proof, Remedy, RemedyStep, StepKind};
pub use release::{
    AttributionRule, Inventory, LicenseClaim, LicenseConclusion, LicenseState, Release, ScalarFact,
    Source, SourceKind,
};
pub use statement::{Statement, StatementKind};
pub use terms::{
    Aliases, Clause, Condition, FactDepth, Freedom, Freedoms, Grant, LicenseCategory, LicenseFacts,
    Recognition, RecognitionList, Recognized, Restriction, Risk, Scope, Trigger,
};
pub use truth::{Truth, Verdict};
