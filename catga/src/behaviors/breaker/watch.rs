use super::breaker::Circuit;

/// Who is told when a [`CircuitBreaker`](super::CircuitBreaker) turns: the port over an alarm, a log, a metric.
///
/// Each turn is told once, after it is made, by the call that made it, or by whoever isolates or closes the breaker
/// by hand. Two that follow each other closely may be told at once, or in another order; what it does now is
/// [asked](super::CircuitBreaker::circuit). The end of the time that a breaker stays open is no turn of its own: the
/// first call after it is, which passes as a probe.
///
/// ```
/// use std::sync::Mutex;
/// use std::time::Duration;
///
/// use catga::behaviors::{Circuit, Watch};
/// use catga::prelude::*;
///
/// #[derive(Default)]
/// struct Alarm(Mutex<Vec<Circuit>>);
///
/// impl Watch for Alarm {
///     fn turned(&self, _from: Circuit, to: Circuit) {
///         self.0.lock().unwrap().push(to);
///     }
/// }
///
/// #[query(reply = u8)]
/// struct Rate;
///
/// struct Rates { breaker: CircuitBreaker<Alarm> }
///
/// #[handler]
/// #[pipeline(self.breaker, Timeout::millis(5))]
/// impl Rates {
///     async fn rate(&self, _query: Rate) -> u8 { std::future::pending().await }
/// }
///
/// #[mediator]
/// struct App { rates: Rates }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let breaker = CircuitBreaker::new(1, Duration::from_secs(30)).watched_by(Alarm::default());
/// let app = App { rates: Rates { breaker } };
/// assert_eq!(app.send(Rate).await, Err(Error::Timeout));
/// assert_eq!(*app.rates.breaker.watch().0.lock().unwrap(), [Circuit::Open]);
/// # }
/// ```
pub trait Watch: Send + Sync {
    /// It did the one, and does the other now. This runs in the call that made it turn, so it must not wait, and it
    /// should not panic: the call would, and where it has panicked already, the program ends.
    fn turned(&self, from: Circuit, to: Circuit);
}

/// Nobody.
impl Watch for () {
    #[inline]
    fn turned(&self, _: Circuit, _: Circuit) {}
}

macro_rules! behind {
    ($(#[$gate:meta])? $pointer:ty) => {
        $(#[$gate])?
        impl<W: Watch + ?Sized> Watch for $pointer {
            #[inline]
            fn turned(&self, from: Circuit, to: Circuit) {
                (**self).turned(from, to);
            }
        }
    };
}

behind!(&W);
behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<W>);
