//! Three-valued logic after Kleene.
//!
//! What could not be read must never decide a rule, so every comparison answers one of three
//! values and the connectives keep the third one alive unless the others settle the matter.

use std::ops::Not;

/// The answer of a comparison.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// The evidence does not decide it.
    Unknown,
}

impl Truth {
    /// False if either is false, true if both are true.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// True if either is true, false if both are false.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !((!self).and(!other))
    }

    /// Whether this is [`Truth::True`].
    #[must_use]
    pub fn is_true(self) -> bool {
        self == Self::True
    }

    /// Whether this is [`Truth::False`].
    #[must_use]
    pub fn is_false(self) -> bool {
        self == Self::False
    }

    /// Whether this is [`Truth::Unknown`].
    #[must_use]
    pub fn is_unknown(self) -> bool {
        self == Self::Unknown
    }

    /// The conjunction of all; true for none.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::True, Self::and)
    }

    /// The disjunction of all; false for none.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        parts.into_iter().fold(Self::False, Self::or)
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

impl From<Option<bool>> for Truth {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Unknown, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{self, False, True, Unknown};

    const ALL: [Truth; 3] = [True, False, Unknown];

    #[test]
    fn false_settles_a_conjunction_and_true_a_disjunction() {
        for other in ALL {
            assert_eq!(False.and(other), False);
            assert_eq!(True.or(other), True);
        }
        assert_eq!(True.and(Unknown), Unknown);
        assert_eq!(False.or(Unknown), Unknown);
    }

    #[test]
    fn connectives_commute_and_obey_de_morgan() {
        for a in ALL {
            assert_eq!(!!a, a);
            for b in ALL {
                assert_eq!(a.and(b), b.and(a));
                assert_eq!(a.or(b), b.or(a));
                assert_eq!(!(a.and(b)), (!a).or(!b));
            }
        }
    }

    #[test]
    fn nothing_is_all_true_and_none_true() {
        assert_eq!(Truth::all([]), True);
        assert_eq!(Truth::any([]), False);
    }
}
