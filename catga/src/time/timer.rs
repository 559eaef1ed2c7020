use core::future::{Future, Pending, pending};
use core::time::Duration;

/// How a mediator waits: the port behind `#[mediator(timer = self.timer)]`.
#[diagnostic::on_unimplemented(
    message = "CATGA013: `{Self}` is no timer, and this needs one",
    label = "cannot wait",
    note = "name a field that implements `Timer`: `#[mediator(timer = self.timer)]`"
)]
// No implementation is recommended: a list of them is longer than the rest of the message.
pub trait Timer: Send + Sync {
    /// Whether it can wait at all; where it cannot, a behavior that waits does not compile.
    const WAITS: bool = true;

    /// A wait that has begun.
    type Sleep: Future<Output = ()> + Send;

    /// Begins to wait; the wait ends `duration` after this call, not after its first poll.
    fn sleep(&self, duration: Duration) -> Self::Sleep;
}

#[diagnostic::do_not_recommend]
impl<T: Timer + ?Sized> Timer for &T {
    const WAITS: bool = T::WAITS;
    type Sleep = T::Sleep;

    fn sleep(&self, duration: Duration) -> T::Sleep {
        (**self).sleep(duration)
    }
}

#[cfg(feature = "alloc")]
#[diagnostic::do_not_recommend]
impl<T: Timer + ?Sized> Timer for alloc::sync::Arc<T> {
    const WAITS: bool = T::WAITS;
    type Sleep = T::Sleep;

    fn sleep(&self, duration: Duration) -> T::Sleep {
        (**self).sleep(duration)
    }
}

/// No timer: the default without the feature `tokio`. A behavior that waits does not compile with it.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTimer;

#[diagnostic::do_not_recommend]
impl Timer for NoTimer {
    const WAITS: bool = false;
    type Sleep = Pending<()>;

    fn sleep(&self, _: Duration) -> Pending<()> {
        pending()
    }
}

/// Tokio's timer; it needs a runtime with its time enabled around the first wait.
#[cfg(feature = "tokio")]
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioTimer;

#[cfg(feature = "tokio")]
#[diagnostic::do_not_recommend]
impl Timer for TokioTimer {
    type Sleep = tokio::time::Sleep;

    fn sleep(&self, duration: Duration) -> tokio::time::Sleep {
        tokio::time::sleep(duration)
    }
}
