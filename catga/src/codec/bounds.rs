use core::cell::Cell;

/// How often values may lie within values.
pub(super) const DEPTH: usize = 128;

/// What a decode may take: a format without limits of its own reads through [`Bounded`](super::bounded::Bounded),
/// which asks here. `ALL` of them; otherwise those are left out that the format has itself, as MessagePack's
/// reader has: how deep lists and maps lie in each other (but not enums), and items that take no bytes.
pub(super) struct Bounds<const ALL: bool> {
    left: Cell<usize>,
    refused: Cell<bool>,
    items: usize,
    steps: Cell<usize>,
}

/// How many items may come for a byte, and besides: some take no byte at all, and a list of those could claim
/// any number of them.
const STEPS: usize = 64;
const STEPS_BESIDES: usize = 1024;

impl<const ALL: bool> Bounds<ALL> {
    /// Those of so many bytes: a collection has no more items than bytes that are there, whatever it claims.
    #[inline]
    pub(super) const fn of(bytes: &[u8]) -> Self {
        let items = bytes.len();
        let steps = items.saturating_mul(STEPS).saturating_add(STEPS_BESIDES);
        Self { left: Cell::new(DEPTH), refused: Cell::new(false), items, steps: Cell::new(steps) }
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

    /// Goes on to the next item, or refuses to.
    #[inline]
    pub(super) fn step(&self) -> bool {
        let left = self.steps.get().checked_sub(1);
        self.steps.set(left.unwrap_or_default());
        left.is_some()
    }

    /// What is believed of a claim.
    #[inline]
    pub(super) fn items(&self, claimed: Option<usize>) -> Option<usize> {
        claimed.map(|claimed| claimed.min(self.items))
    }
}
