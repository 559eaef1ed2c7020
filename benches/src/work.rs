use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

/// What the counter of every handler starts at.
pub const SEED: u64 = 7;

/// A counter that starts at [`SEED`].
pub fn seed() -> AtomicU64 {
    AtomicU64::new(SEED)
}

/// What every handler awaits: it reads an atomic and answers with the sum.
///
/// `#[inline(never)]` on an `async fn` means the function that makes its future, not the poll, so the
/// poll is written by hand. It is never inlined, and what it answers hangs on the atomic: no optimizer
/// can fold a handler into its caller, or see that it never waits.
pub fn work(seed: &AtomicU64, q: u64) -> Work<'_> {
    Work { seed, q }
}

/// What [`work`] returns.
#[must_use = "a future does nothing until it is awaited"]
pub struct Work<'a> {
    seed: &'a AtomicU64,
    q: u64,
}

impl Future for Work<'_> {
    type Output = u64;

    #[inline(never)]
    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        match self.seed.load(Ordering::Relaxed) {
            u64::MAX => Poll::Pending,
            seed => Poll::Ready(seed.wrapping_add(self.q)),
        }
    }
}

/// The sum of what so many operations answer, with `0, 1, 2, ..` as their questions.
pub fn sum(times: u64) -> u64 {
    (0..times).fold(0, |sum: u64, q| sum.wrapping_add(SEED + q))
}
