//! How many of many follow a convention.

use std::fmt::{Display, Formatter, Result};

/// How many of many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that follow.
    pub of: usize,
    /// All.
    pub all: usize,
}

impl Share {
    /// Counts those for which something holds.
    pub fn count<T>(items: impl IntoIterator<Item = T>, holds: impl Fn(&T) -> bool) -> Self {
        let mut share = Self::default();
        for item in items {
            share.all += 1;
            share.of += usize::from(holds(&item));
        }
        share
    }

    /// Tells whether so many follow that those that do not are exceptions.
    pub fn is_convention(self) -> bool {
        self.all > 0 && self.of * 10 >= self.all * 9
    }

    /// Tells whether so few follow that it is the convention not to.
    pub fn is_unusual(self) -> bool {
        self.all > 0 && self.of * 2 < self.all
    }
}

impl Display for Share {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{} of {}", self.of, self.all)
    }
}
