use core::sync::atomic::{AtomicUsize, Ordering};

use super::Arc;

/// So many of something there may be.
#[derive(Debug)]
pub(in crate::transport) struct Quota {
    left: AtomicUsize,
}

/// One of them, until it is dropped.
#[derive(Debug)]
pub(in crate::transport) struct Share(Arc<Quota>);

impl Quota {
    #[allow(dead_code, reason = "a server over a wire needs it")]
    pub(in crate::transport) fn new(most: usize) -> Self {
        Self { left: AtomicUsize::new(most) }
    }

    /// One more; nothing where there are as many as there may be.
    pub(in crate::transport) fn take(self: &Arc<Self>) -> Option<Share> {
        // The count alone is shared; nothing is read because of it.
        let taken = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        taken.ok().map(|_| Share(Arc::clone(self)))
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.0.left.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_never_more_than_it_says() {
        let quota = Arc::new(Quota::new(2));
        let (first, second) = (quota.take(), quota.take());
        assert!(first.is_some() && second.is_some());
        assert!(quota.take().is_none());
        drop(first);
        let third = quota.take();
        assert!(third.is_some() && quota.take().is_none());
    }
}
