use core::cell::Cell;

/// How often values may lie within values.
pub(super) const DEPTH: usize = 128;

/// What a decode may take: a format without limits of its own reads through [`Bounded`](super::bounded::Bounded),
/// which asks here.
pub(super) struct Bounds {
    left: Cell<usize>,
    items: usize,
}

/// More than [`DEPTH`]: what is left after that many were refused.
const REFUSED: usize = usize::MAX;

impl Bounds {
    /// Those of so many bytes: a collection has no more items than bytes that are there, whatever it claims.
    #[inline]
    pub(super) const fn of(bytes: &[u8]) -> Self {
        Self { left: Cell::new(DEPTH), items: bytes.len() }
    }

    /// Goes one deeper, or refuses to.
    #[inline]
    pub(super) fn enter(&self) -> bool {
        match self.left.get() {
            0 | REFUSED => {
                self.left.set(REFUSED);
                false
            }
            left => {
                self.left.set(left - 1);
                true
            }
        }
    }

    /// Comes back. What failed inside does not, as nothing is read after it.
    #[inline]
    pub(super) fn leave(&self) {
        if self.left.get() != REFUSED {
            self.left.set(self.left.get() + 1);
        }
    }

    /// Whether it was too deep.
    #[cold]
    pub(super) fn refused(&self) -> bool {
        self.left.get() == REFUSED
    }

    /// What is believed of a claim.
    #[inline]
    pub(super) fn items(&self, claimed: Option<usize>) -> Option<usize> {
        claimed.map(|claimed| claimed.min(self.items))
    }
}
