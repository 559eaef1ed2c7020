//! A subscriber of one thread, in a program with others.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, LazyLock};
use std::thread;

use tracing::span::{Attributes, Record};
use tracing::subscriber::{DefaultGuard, NoSubscriber, set_default};
use tracing::{Dispatch, Event, Id, Metadata, Subscriber};

/// While there is one subscriber in a program, `tracing` asks the thread that comes to a callsite first, and keeps the
/// answer for all: that of another test, which has none. Of two it asks both.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::default()));

/// It hears this thread, as long as the guard lives.
pub fn subscribed(subscriber: impl Subscriber + Send + Sync) -> DefaultGuard {
    LazyLock::force(&ANOTHER);
    set_default(subscriber)
}

struct Counts(Arc<AtomicU32>);

impl Subscriber for Counts {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {
        self.0.fetch_add(1, SeqCst);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn it_hears_what_a_thread_without_one_has_said_first() {
    let say = || tracing::info!("said");
    let count = Arc::new(AtomicU32::new(0));
    let _guard = subscribed(Counts(Arc::clone(&count)));
    thread::spawn(say).join().unwrap();
    assert_eq!(count.load(SeqCst), 0, "that is another's");
    say();
    assert_eq!(count.load(SeqCst), 1);
}
