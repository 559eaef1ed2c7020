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

    /// The id of what follows from this one, by a number: the same each time. Ids that are made are below 2^63, and these
    /// are not.
    ///
    /// Source: the finalizer of SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators",
    /// OOPSLA 2014.
    pub(crate) const fn following(self, number: u64) -> Self {
        let mixed = self.0.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        Self((((mixed ^ (mixed >> 31)) << 2) >> 2) | (1 << 63))
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
