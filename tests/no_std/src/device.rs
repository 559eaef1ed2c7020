//! What a device has: a counter of milliseconds, and a loop that polls.

use core::future::Future;
use core::pin::{Pin, pin};
use core::sync::atomic::{AtomicU64, Ordering};
use core::task::{Context, Poll, Waker};
use core::time::Duration;

use catga::time::{Clock, Instant, Timer};

/// A counter that stands for a hardware timer's.
pub struct Ticks(AtomicU64);

impl Ticks {
    pub const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    pub fn now_ms(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub fn forward(&self, by: Duration) {
        self.0.fetch_add(by.as_millis() as u64, Ordering::Relaxed);
    }
}

impl Clock for Ticks {
    fn now(&self) -> Instant {
        Instant::after_origin(Duration::from_millis(self.now_ms()))
    }

    fn unix_ms(&self) -> u64 {
        self.now_ms()
    }
}

/// A timer over the counter.
pub struct Alarm<'a>(pub &'a Ticks);

impl<'a> Timer for Alarm<'a> {
    type Sleep = Sleep<'a>;

    fn sleep(&self, duration: Duration) -> Sleep<'a> {
        Sleep { ticks: self.0, until_ms: self.0.now_ms() + duration.as_millis() as u64 }
    }
}

pub struct Sleep<'a> {
    ticks: &'a Ticks,
    until_ms: u64,
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.ticks.now_ms() >= self.until_ms { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Runs a future to its end; every time that it waits, a millisecond passes.
pub fn block_on<F: Future>(ticks: &Ticks, future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return output;
        }
        ticks.forward(Duration::from_millis(1));
    }
}
