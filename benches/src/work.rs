use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll};

/// What the counter of every handler starts at.
pub const SEED: u64 = 7;

/// A counter that starts at [`SEED`].
pub fn seed() -> AtomicU64 {
    AtomicU64::new(SEED)
}

/// The body of every handler: it reads an atomic and answers with the sum.
///
/// There is a branch that is never taken, in which it waits, and which is long. So no optimizer sees
/// that a handler is always ready, and none thinks it small enough to be inlined, as long as something
/// else refers to it too: see [`out_of_line`]. That is how a handler of an application stands to its
/// caller; `#[inline(never)]` on an `async fn` says it of the function that makes its future, and not of
/// its poll.
#[macro_export]
macro_rules! work {
    ($seed:expr, $q:expr) => {{
        let mut seed = $seed.load(::std::sync::atomic::Ordering::Relaxed);
        while seed == u64::MAX {
            seed = $crate::__long!(seed; 0 1 2 3 4 5 6 7);
            $crate::work::Wait::default().await;
        }
        seed.wrapping_add($q)
    }};
}

/// Eight times eight steps that cannot be folded.
#[doc(hidden)]
#[macro_export]
macro_rules! __long {
    ($value:expr; $($step:literal)*) => {{
        let mut value = $value;
        $(value = $crate::__step!(value; $step 1 2 3 4 5 6 7);)*
        value
    }};
}

#[doc(hidden)]
#[macro_export]
macro_rules! __step {
    ($value:expr; $($step:literal)*) => {{
        let mut value = $value;
        $(value = ::std::hint::black_box(value ^ $step);)*
        value
    }};
}

/// Keeps a handler's poll out of its callers: a second reference to it, from a vtable, ends the rule that
/// what has one caller is inlined, however long it is.
pub fn out_of_line<F: Future>(handler: F) {
    let handler: &dyn Future<Output = F::Output> = &handler;
    black_box(handler);
}

/// A wait of one poll.
#[derive(Default)]
pub struct Wait {
    is_over: bool,
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_over {
            return Poll::Ready(());
        }
        self.is_over = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// The sum of what so many operations answer, with `0, 1, 2, ..` as their questions.
pub fn sum(times: u64) -> u64 {
    (0..times).fold(0, |sum: u64, q| sum.wrapping_add(SEED + q))
}
