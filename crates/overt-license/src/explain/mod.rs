//! Licenses in plain words: clause by clause, use by use, and what changed between two of them.

mod ask;
mod clause;
mod common;
mod difference;
mod effect;
mod list;
mod locate;
mod page;
mod price;
mod text;
mod use_case;

pub use ask::{Answer, Circumstances, UseAnswer, ask};
pub(crate) use ask::{Bite, bite, unknown};
pub use clause::{ClauseKind, PageClause};
pub use common::{CommonTerms, common_terms};
pub use difference::{ClauseChange, FreedomChange, TermsDifference, difference};
pub(crate) use effect::of_restriction;
pub use effect::{Act, Purpose};
pub use list::{Copyleft, LicenseFilter, LicenseSummary, list};
pub use locate::locate;
pub use page::{LicensePage, page, page_of_file, pages_of_file};
pub use price::price_of_use;
pub(crate) use text::wrap;
pub use use_case::{UseCase, use_case, use_cases};
