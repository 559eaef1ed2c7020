use core::fmt;

#[cfg(feature = "durable")]
use super::error::{ErrorKind, StoreError};
use crate::time::Random;

/// Who a store is: the same for as long as its file lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Drawn when the store was made.
    pub id: StoreId,
    /// How often it was restored from a backup, or opened as a copy of its file. Sequences begin with it, so they never
    /// go back.
    pub epoch: u16,
}

#[cfg(feature = "durable")]
impl Identity {
    /// The same store, of an epoch above its own and above this one.
    pub(crate) fn later(self, above: u16) -> Result<Self, StoreError> {
        let epoch = self.epoch.max(above).checked_add(1);
        let epoch = epoch.ok_or_else(|| StoreError::new(ErrorKind::TooLarge, "the store was restored too often"))?;
        Ok(Self { epoch, ..self })
    }
}

/// The number of a store, drawn by chance when it was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreId(pub(crate) u128);

impl StoreId {
    /// The number of a new store.
    pub(crate) fn drawn(random: &dyn Random) -> Self {
        Self((u128::from(random.next()) << 64) | u128::from(random.next()))
    }

    /// Its two halves folded into one.
    #[cfg(feature = "wire")]
    pub(crate) const fn folded(self) -> u64 {
        (self.0 >> 64) as u64 ^ self.0 as u64
    }
}

impl fmt::Display for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for StoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StoreId({self})")
    }
}

/// How many bits of a sequence count commits; the epoch stands above them.
pub(crate) const COUNTER_BITS: u32 = 48;

/// The sequence that everything of this epoch is above.
pub(crate) const fn first_of(epoch: u16) -> u64 {
    (epoch as u64) << COUNTER_BITS
}

/// The epoch that a sequence is of.
#[cfg(feature = "durable")]
pub(crate) const fn epoch_of(sequence: u64) -> u16 {
    (sequence >> COUNTER_BITS) as u16
}
