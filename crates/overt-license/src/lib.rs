//! Which license a text is, what it says, and what may be built on it.
//!
//! The crate works offline, opens no file and holds no license text: an embedded index knows the
//! words of some 40,000 texts, notices and references as numbers only, and what each license says stands
//! as facts with the places of their clauses. It has four doors:
//!
//! | to know | ask |
//! |---|---|
//! | which licenses stand in a file, where, and what was changed in them | [`identify`], [`diff`] |
//! | which license a name, a tag or an address means | [`resolve`] |
//! | what a license grants, limits, requires and risks | [`facts`], [`terms`], [`page`], [`ask`] |
//! | whether one license may be put on what was built from another | [`compat`], [`suggest`] |
//!
//! What is no known license is never named as one: it is unknown, with its nearest relative, the
//! passages that differ, and the clauses that it has.
//!
//! ```
//! use overt_license::{MatchKind, identify};
//!
//! let found = identify(b"// SPDX-License-Identifier: Apache-2.0 OR MIT\nfn main() {}\n");
//! let [only] = found.matches.as_slice() else { panic!("one match") };
//! assert_eq!(only.license.to_string(), "Apache-2.0 OR MIT");
//! assert_eq!((only.how, only.lines), (MatchKind::Tag, (1, 1)));
//!
//! // A license text with a sentence of its own is that license no more.
//! let mit = spdx::license_id("MIT").map_or("", |id| id.text());
//! let changed = format!("{mit}\nThe Software must not be used for commercial purposes.\n");
//! let found = identify(changed.as_bytes());
//! assert_ne!(found.expression.map(|is| is.to_string()).as_deref(), Some("MIT"));
//! ```
//!
//! Texts come from strangers: reading them never panics, its work and memory are bounded by the
//! length of the text, and where a bound is met the answer says so among its problems.

mod compat;
mod diff;
mod explain;
mod facts;
mod html;
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
    price_of_use, use_case, use_cases,
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
