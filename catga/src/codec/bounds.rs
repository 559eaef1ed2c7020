use core::cell::Cell;

use super::depth::DEPTH;

/// What a decode may take. MessagePack's reader has limits of its own and knows nothing of these: it reads through
/// [`Bounded`](super::bounded::Bounded), which asks here.
pub(super) struct Bounds {
    left: Cell<usize>,
    refused: Cell<bool>,
    items: usize,
}

impl Bounds {
    /// Those of so many bytes: a collection has no more items than bytes that are there, whatever it claims.
    #[inline]
    pub(super) const fn of(bytes: &[u8]) -> Self {
        Self { left: Cell::new(DEPTH), refused: Cell::new(false), items: bytes.len() }
    }

    /// Goes one deeper, or refuses to.
    #[inline]
    pub(super) fn enter(&self) -> bool {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                true
            }
            None => {
                self.refused.set(true);
                false
            }
        }
    }

    /// Comes back.
    #[inline]
    pub(super) fn leave(&self) {
        self.left.set(self.left.get() + 1);
    }

    /// Whether it was too deep.
    #[cold]
    pub(super) fn refused(&self) -> bool {
        self.refused.get()
    }

    /// What is believed of a claim.
    #[inline]
    pub(super) fn items(&self, claimed: Option<usize>) -> Option<usize> {
        claimed.map(|claimed| claimed.min(self.items))
    }
}
