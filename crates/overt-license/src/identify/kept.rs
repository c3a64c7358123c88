//! Matches in order, of which any may be taken out without moving the others.

use super::found::Found;

/// No place.
const NONE: usize = usize::MAX;

/// Matches in the order of places; each knows its neighbors that are still there.
pub(super) struct Kept {
    found: Vec<Option<Found>>,
    before: Vec<usize>,
    after: Vec<usize>,
}

impl Kept {
    pub(super) fn new(found: Vec<Found>) -> Self {
        let count = found.len();
        Self {
            before: (0..count)
                .map(|at| at.checked_sub(1).unwrap_or(NONE))
                .collect(),
            after: (1..=count)
                .map(|at| if at < count { at } else { NONE })
                .collect(),
            found: found.into_iter().map(Some).collect(),
        }
    }

    /// The place of the first, before any was taken out.
    pub(super) fn first(&self) -> Option<usize> {
        (!self.found.is_empty()).then_some(0)
    }

    pub(super) fn get(&self, at: usize) -> Option<&Found> {
        self.found.get(at)?.as_ref()
    }

    /// The place of the one before.
    pub(super) fn before(&self, at: usize) -> Option<usize> {
        self.before.get(at).copied().filter(|at| *at != NONE)
    }

    /// The place of the one after.
    pub(super) fn after(&self, at: usize) -> Option<usize> {
        self.after.get(at).copied().filter(|at| *at != NONE)
    }

    /// Takes one out.
    pub(super) fn take(&mut self, at: usize) -> Option<Found> {
        let (before, after) = (self.before(at), self.after(at));
        if let Some(next) = before.and_then(|before| self.after.get_mut(before)) {
            *next = after.unwrap_or(NONE);
        }
        if let Some(previous) = after.and_then(|after| self.before.get_mut(after)) {
            *previous = before.unwrap_or(NONE);
        }
        self.found.get_mut(at)?.take()
    }

    pub(super) fn into_vec(self) -> Vec<Found> {
        self.found.into_iter().flatten().collect()
    }
}
