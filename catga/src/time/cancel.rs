use portable_atomic::{AtomicBool, Ordering};

/// A caller's word that it no longer wants the answer.
///
/// It reaches everything that the message sets off: what is sent from its handlers is refused with
/// `Error::Cancelled`, a retry does not begin, and a handler may ask, or wait for it. Nothing is cut
/// off in the middle: to do that, drop the future.
///
/// ```
/// # use catga::time::Cancel;
/// let cancel = Cancel::new();
/// assert!(!cancel.is_cancelled());
/// cancel.cancel();
/// assert!(cancel.is_cancelled());
/// ```
#[derive(Debug, Default)]
pub struct Cancel {
    cancelled: AtomicBool,
    #[cfg(feature = "std")]
    waiting: std::sync::Mutex<Waiting>,
}

impl Cancel {
    /// Not cancelled yet.
    pub const fn new() -> Self {
        Self {
            cancelled: AtomicBool::new(false),
            #[cfg(feature = "std")]
            waiting: std::sync::Mutex::new(Waiting { wakers: alloc::vec::Vec::new() }),
        }
    }

    /// Cancels, for good.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        #[cfg(feature = "std")]
        for waker in core::mem::take(&mut self.lock().wakers).into_iter().flatten() {
            waker.wake();
        }
    }

    /// Whether it was cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::SeqCst)
    }
}

#[cfg(feature = "std")]
pub use waiting::Cancelled;
#[cfg(feature = "std")]
use waiting::Waiting;

#[cfg(feature = "std")]
mod waiting {
    use core::pin::Pin;
    use core::task::{Context, Poll, Waker};
    use std::sync::{MutexGuard, PoisonError};

    use super::Cancel;

    /// The tasks that wait, each at a place of its own until it is dropped.
    #[derive(Debug, Default)]
    pub(super) struct Waiting {
        pub(super) wakers: alloc::vec::Vec<Option<Waker>>,
    }

    impl Cancel {
        /// Waits until it is cancelled. Cancel safe; any number of tasks may wait.
        pub fn cancelled(&self) -> Cancelled<'_> {
            Cancelled { cancel: self, place: None }
        }

        pub(super) fn lock(&self) -> MutexGuard<'_, Waiting> {
            // A panic cannot leave the list half changed: a waker that panics is out of it already.
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
        }
    }

    /// What [`Cancel::cancelled`] returns.
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is awaited"]
    pub struct Cancelled<'a> {
        cancel: &'a Cancel,
        place: Option<usize>,
    }

    impl Future for Cancelled<'_> {
        type Output = ();

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
            let cancel = self.cancel;
            let mut waiting = cancel.lock();
            // Under the lock: `cancel` sets the flag first, so it is seen here or this waker is there.
            if cancel.is_cancelled() {
                return Poll::Ready(());
            }
            let place = *self.place.get_or_insert_with(|| {
                let free = waiting.wakers.iter().position(Option::is_none);
                free.unwrap_or_else(|| {
                    waiting.wakers.push(None);
                    waiting.wakers.len() - 1
                })
            });
            if let Some(waker) = waiting.wakers.get_mut(place) {
                match waker {
                    Some(waker) => waker.clone_from(cx.waker()),
                    None => *waker = Some(cx.waker().clone()),
                }
            }
            Poll::Pending
        }
    }

    impl Drop for Cancelled<'_> {
        fn drop(&mut self) {
            if let Some(place) = self.place
                && let Some(waker) = self.cancel.lock().wakers.get_mut(place)
            {
                *waker = None;
            }
        }
    }
}
