use core::fmt;

use super::{Layout, Parts};

/// A 64-bit id: of a message, or of what it belongs to.
///
/// It is a number in memory and on the wire, and is written in decimal without allocation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Id(u64);

impl Id {
    /// No id: what a mediator without an id source gives out, and the cause of what has none.
    pub const NIL: Self = Self(0);

    /// The id with this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Whether this is [`Id::NIL`].
    pub const fn is_nil(self) -> bool {
        self.0 == 0
    }

    /// Takes a snowflake apart again; `L` is the layout that it was made with.
    pub const fn parts<L: Layout>(self) -> Parts {
        Parts::of::<L>(self.0)
    }
}

impl From<u64> for Id {
    fn from(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.0)
    }
}
