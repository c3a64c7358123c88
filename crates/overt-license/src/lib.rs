//! Which license a text is, what it says, and what may be built on it.

mod facts;
mod resolve;
mod terms;

pub use facts::{all, facts, file_id, read_facts};
pub use resolve::{Resolution, canonical_id, resolve};
pub use terms::{
    AlternativeTerms, ExceptionEffect, FreedomKind, LicenseChoice, LicensedClause,
    MOST_ALTERNATIVES, Terms, alternatives, exception_effect, freedom, has_condition,
    has_restriction, is_known, osi_approved, recognized, terms,
};
