//! The queue of `crossbeam-queue`: its source as the library is built with it, but that its atomics are the checker's, which
//! turns to another thread before and after each of their steps. `build.rs` takes it.

pub(crate) use array_queue::ArrayQueue;

#[allow(warnings, clippy::all, reason = "it is another crate's")]
mod array_queue {
    include!(concat!(env!("OUT_DIR"), "/array_queue.rs"));
}

/// What it takes from `crossbeam-utils`.
mod utils {
    use std::ops::{Deref, DerefMut};

    /// Who waits for another lets it go on.
    pub(super) struct Backoff;

    impl Backoff {
        pub(super) fn new() -> Self {
            Self
        }

        pub(super) fn spin(&self) {
            shuttle::hint::spin_loop();
        }

        pub(super) fn snooze(&self) {
            shuttle::thread::yield_now();
        }
    }

    /// Where it lies in memory is no matter here.
    pub(super) struct CachePadded<T>(T);

    impl<T> CachePadded<T> {
        pub(super) fn new(value: T) -> Self {
            Self(value)
        }
    }

    impl<T> Deref for CachePadded<T> {
        type Target = T;

        fn deref(&self) -> &T {
            &self.0
        }
    }

    impl<T> DerefMut for CachePadded<T> {
        fn deref_mut(&mut self) -> &mut T {
            &mut self.0
        }
    }
}
