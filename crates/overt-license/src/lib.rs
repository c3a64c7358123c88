//! Which license a text is, what it says, and what may be built on it.

mod compat;
mod diff;
mod explain;
mod facts;
mod identify;
pub mod index;
mod resolve;
mod terms;

pub use compat::{
    Compatibility, CompatibilityVerdict, Conflict, How, Suggestion, compat, compat_any, suggest,
};
pub use diff::{TextDifference, canonical_text, diff};
pub use explain::{
    Act, Answer, Circumstances, ClauseChange, ClauseKind, CommonTerms, Copyleft, FreedomChange,
    LicenseFilter, LicensePage, LicenseSummary, PageClause, Purpose, TermsDifference, UseAnswer,
    UseCase, ask, common_terms, difference, list, locate, page, page_of_file, pages_of_file,
    use_case, use_cases,
};
pub use facts::{all, facts, file_id, read_facts};
pub use identify::{
    ClauseHit, Identification, LicenseMatch, MODIFIED_PREFIX, MatchKind, Modification, Passage,
    TextNature, UNKNOWN_LICENSE, UnknownText, identify, identify_named, identify_with, text_of,
};
pub use resolve::{Resolution, canonical_id, resolve};
pub use terms::{
    AlternativeTerms, ExceptionEffect, FreedomKind, LicenseChoice, LicensedClause,
    MOST_ALTERNATIVES, Terms, alternatives, exception_effect, freedom, has_condition,
    has_restriction, is_known, osi_approved, recognized, terms,
};
