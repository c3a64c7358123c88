//! Definitions of openness as data: `knowledge/definitions/<id>/<version>/definition.toml`.

mod node;
mod parse;
mod schema;
mod shipped;

pub use node::{FactTest, LicenseTest, Node, ReleasedTest, SaysTest};
pub use parse::{DefinitionError, parse};
pub use schema::{Confidence, Definition, DefinitionStatus, Requirement};
pub use shipped::{definition, definitions};
