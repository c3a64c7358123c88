//! Three-valued logic (strong Kleene): what is not known is never taken for false.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A truth value of strong Kleene logic.
///
/// The order `False < Unknown < True` makes conjunction the minimum and disjunction the maximum.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Truth {
    /// Evidence shows that it does not hold.
    False,
    /// The evidence at hand does not decide it.
    Unknown,
    /// Evidence shows that it holds.
    True,
}

impl Truth {
    /// Conjunction: false if either is false, true if both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Disjunction: true if either is true, false if both are false.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Conjunction of all values; of none, [`Truth::True`].
    pub fn all(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(Self::True, Self::and)
    }

    /// Disjunction of all values; of none, [`Truth::False`].
    pub fn any(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().fold(Self::False, Self::or)
    }

    /// True if at least `k` values are true, false if fewer than `k` could still be.
    pub fn at_least(k: usize, values: impl IntoIterator<Item = Self>) -> Self {
        let (mut holds, mut possible) = (0_usize, 0_usize);
        for value in values {
            match value {
                Self::True => {
                    holds += 1;
                    possible += 1;
                }
                Self::Unknown => possible += 1,
                Self::False => {}
            }
        }
        if holds >= k {
            Self::True
        } else if possible >= k {
            Self::Unknown
        } else {
            Self::False
        }
    }

    /// Whether the value is known, that is, not [`Truth::Unknown`].
    pub fn is_known(self) -> bool {
        self != Self::Unknown
    }
}

/// Negation: exchanges true and false and keeps unknown.
impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// A [`Truth`] in the words of a report: does the release meet what was asked?
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Evidence shows that it does not meet the requirement.
    Fails,
    /// The evidence does not decide it.
    Undetermined,
    /// Evidence shows that it meets the requirement.
    Meets,
}

impl Verdict {
    /// The word that reports print.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::Undetermined => "undetermined",
            Self::Meets => "meets",
        }
    }
}

impl From<Truth> for Verdict {
    fn from(truth: Truth) -> Self {
        match truth {
            Truth::False => Self::Fails,
            Truth::Unknown => Self::Undetermined,
            Truth::True => Self::Meets,
        }
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    const VALUES: [Truth; 3] = [False, Unknown, True];

    #[test]
    fn unknown_is_absorbed_only_by_what_decides() {
        assert_eq!(Unknown.and(False), False);
        assert_eq!(Unknown.and(True), Unknown);
        assert_eq!(Unknown.or(True), True);
        assert_eq!(Unknown.or(False), Unknown);
        assert_eq!(!Unknown, Unknown);
    }

    #[test]
    fn the_laws_of_de_morgan_absorption_and_distribution_hold() {
        for a in VALUES {
            assert_eq!(!!a, a);
            for b in VALUES {
                assert_eq!(!a.and(b), (!a).or(!b));
                assert_eq!(!a.or(b), (!a).and(!b));
                assert_eq!(a.and(a.or(b)), a);
                assert_eq!(a.or(a.and(b)), a);
                for c in VALUES {
                    assert_eq!(a.and(b.or(c)), a.and(b).or(a.and(c)));
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                }
            }
        }
    }

    #[test]
    fn at_least_agrees_with_all_and_any() {
        for a in VALUES {
            for b in VALUES {
                assert_eq!(Truth::at_least(2, [a, b]), Truth::all([a, b]));
                assert_eq!(Truth::at_least(1, [a, b]), Truth::any([a, b]));
                assert_eq!(Truth::at_least(0, [a, b]), True);
                assert_eq!(Truth::at_least(3, [a, b]), False);
            }
        }
    }
}
