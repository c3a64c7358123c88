//! Pickles, disassembled without executing anything.
//!
//! The opcodes are those of `pickletools` (protocols 0 to 5). A machine keeps symbolic
//! values in a flat arena: what a pickle would call is noted, never called. Time, memory and depth
//! are bounded by the budget; nothing here recurses.

mod imports;
mod machine;
mod torch;

pub use imports::{Import, ImportSafety};
pub use machine::{Machine, Object, ObjectId, run};
pub(crate) use torch::{read_legacy, read_zip};

#[cfg(test)]
pub(crate) mod tests;
