//! Definitions of openness as data: `knowledge/definitions/<id>/<version>/definition.toml`.

mod condition;
mod node;
mod parse;
mod policy;
mod schema;
mod shipped;

pub use node::{
    AgreeOf, AllOf, AnyOf, AtLeastOf, BuiltFromTest, ContradictionTest, FactTest, LicenseTest,
    MeetsOf, Node, NotOf, ReleasedTest, SaysTest, ThereTest, WhenThen,
};
pub use parse::{DefinitionError, parse};
pub use policy::{Exception, Rules};
pub use schema::{Confidence, Definition, DefinitionStatus, Grade, Requirement, Score, Warning};
pub use shipped::{definition, definitions};
