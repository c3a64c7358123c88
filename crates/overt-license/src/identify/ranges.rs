//! Sets of places as sorted ranges.

use smallvec::{SmallVec, smallvec};

/// Most sets have no more ranges than fit where the set is.
type Sorted = SmallVec<[(u32, u32); 2]>;

/// A set of places: ranges that are sorted, do not touch, and end before their second number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ranges(Sorted);

impl Ranges {
    pub(super) fn one(start: u32, end: u32) -> Self {
        if start < end {
            Self(smallvec![(start, end)])
        } else {
            Self::default()
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (u32, u32)> + '_ {
        self.0.iter().copied()
    }

    /// Every place, in order.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().flat_map(|(start, end)| *start..*end)
    }

    pub(super) fn len(&self) -> u32 {
        self.0.iter().map(|(start, end)| end - start).sum()
    }

    pub(super) fn start(&self) -> u32 {
        self.0.first().map_or(0, |range| range.0)
    }

    /// The place after the last.
    pub(super) fn end(&self) -> u32 {
        self.0.last().map_or(0, |range| range.1)
    }

    /// How far it reaches, gaps included.
    pub(super) fn reach(&self) -> u32 {
        self.end() - self.start()
    }

    /// How many places both have.
    pub(super) fn overlap(&self, other: &Self) -> u32 {
        if self.end() <= other.start() || other.end() <= self.start() {
            return 0;
        }
        // What lies before the other begins or after it ends is not looked at: one of the two is
        // often a word among a million.
        let (a, b) = (self.within(other), other.within(self));
        let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
        let mut shared = 0;
        while let (Some(left), Some(right)) = (a.peek(), b.peek()) {
            shared += left.1.min(right.1).saturating_sub(left.0.max(right.0));
            if left.1 <= right.1 {
                a.next();
            } else {
                b.next();
            }
        }
        shared
    }

    /// The ranges that reach into the reach of another set.
    fn within(&self, other: &Self) -> &[(u32, u32)] {
        let (start, end) = (other.start(), other.end());
        let from = self.0.partition_point(|range| range.1 <= start);
        let to = self.0.partition_point(|range| range.0 < end);
        self.0.get(from..to).unwrap_or_default()
    }

    pub(super) fn contains_all(&self, other: &Self) -> bool {
        self.start() <= other.start()
            && other.end() <= self.end()
            && self.overlap(other) == other.len()
    }

    pub(super) fn add(&mut self, other: &Self) {
        if other.is_empty() {
            return;
        }
        // What ends before the other begins stays as it is.
        let keep = self.0.partition_point(|range| range.1 < other.start());
        let mut rest: Sorted = self.0.drain(keep..).collect();
        rest.extend_from_slice(&other.0);
        rest.sort_unstable();
        for range in rest {
            match self.0.get_mut(keep..).and_then(<[_]>::last_mut) {
                Some(last) if range.0 <= last.1 => last.1 = last.1.max(range.1),
                _ => self.0.push(range),
            }
        }
    }

    /// How far apart: 0 if they overlap in reach, 1 if one follows the other at once.
    pub(super) fn distance(&self, other: &Self) -> u32 {
        if self.end() <= other.start() {
            other.start() - self.end() + 1
        } else if other.end() <= self.start() {
            self.start() - other.end() + 1
        } else {
            0
        }
    }

    /// Whether it begins after the other ends.
    pub(super) fn is_after(&self, other: &Self) -> bool {
        self.start() >= other.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_merge_overlap_and_contain() {
        let mut a = Ranges::one(0, 3);
        a.add(&Ranges::one(5, 8));
        assert_eq!((a.len(), a.reach()), (6, 8));
        let b = Ranges::one(2, 6);
        assert_eq!(a.overlap(&b), 2);
        assert!(!a.contains_all(&b));
        a.add(&b);
        assert_eq!(a, Ranges::one(0, 8));
        assert!(a.contains_all(&b));
        assert_eq!(a.distance(&Ranges::one(8, 9)), 1);
        assert!(Ranges::one(8, 9).is_after(&a));
    }
}
