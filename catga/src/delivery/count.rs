use portable_atomic::{AtomicU64, Ordering};

/// One number of what a consumer or a relay says of itself.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    /// One more.
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// One more as long as it is not dropped.
    pub(super) fn counted(&self) -> Counted<'_> {
        self.add();
        Counted(self)
    }
}

/// One that is counted as long as this is there.
pub(super) struct Counted<'c>(&'c Count);

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}
