//! Bounds on what a parser may spend on one input.

use thiserror::Error;

/// How much one hostile input may cost its parser.
///
/// A parser takes a `Budget` by value or mutable reference, charges what it reads, and stops with a
/// [`BudgetExceeded`] problem instead of growing without bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Bytes that may still be read or decompressed.
    pub bytes: u64,
    /// Items (keys, tensors, rows, lines kept) that may still be produced.
    pub items: u64,
    /// Nesting that may still be entered.
    pub depth: u32,
}

impl Budget {
    /// The budget for one text or configuration file: 32 MiB, one million items, 128 levels.
    pub const TEXT: Self = Self {
        bytes: 32 << 20,
        items: 1_000_000,
        depth: 128,
    };
    /// The budget for one weight file's header: 128 MiB, four million items, 64 levels.
    pub const HEADER: Self = Self {
        bytes: 128 << 20,
        items: 4_000_000,
        depth: 64,
    };

    /// Charges `bytes`.
    pub fn charge_bytes(&mut self, bytes: u64) -> Result<(), BudgetExceeded> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or(BudgetExceeded::Bytes)?;
        Ok(())
    }

    /// Charges `items`.
    pub fn charge_items(&mut self, items: u64) -> Result<(), BudgetExceeded> {
        self.items = self.items.checked_sub(items).ok_or(BudgetExceeded::Items)?;
        Ok(())
    }

    /// Enters one level of nesting; [`Budget::leave`] gives it back.
    pub fn enter(&mut self) -> Result<(), BudgetExceeded> {
        self.depth = self.depth.checked_sub(1).ok_or(BudgetExceeded::Depth)?;
        Ok(())
    }

    /// Leaves one level of nesting.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_add(1);
    }
}

/// Which bound an input went past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BudgetExceeded {
    /// More bytes than a file of its kind may take.
    #[error("more bytes than a file of this kind may take")]
    Bytes,
    /// More items than a file of its kind may hold.
    #[error("more items than a file of this kind may hold")]
    Items,
    /// Nested more deeply than a file of its kind may be.
    #[error("nested more deeply than a file of this kind may be")]
    Depth,
}
