//! How fast a relay drains the outbox where a million rows wait, beside one where there are no more than are drained.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use catga::prelude::*;
use catga::store::writer::Inline;
use catga::store::{Durable, Store, StoreOptions};
use catga_benches::turns::{Taken, compare};
use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Runtime};

use crate::{Shown, folder};

/// How many wait.
const BACKLOG: u64 = 1_000_000;
/// How many are drained in a slice.
const SLICE: u64 = 8_192;
/// How many are written in one transaction.
const AT_ONCE: u64 = 8_192;

struct Main;

#[command]
#[derive(Serialize, Deserialize)]
struct Fill {
    events: u64,
}

#[event]
#[derive(Serialize, Deserialize)]
struct Noted {
    number: u64,
    text: String,
}

struct Desk;

#[handler]
impl Desk {
    async fn fill(&self, command: Fill, cx: &mut Context<impl Publishes<Noted>>) -> Result<(), Error> {
        for number in 0..command.events {
            let text = "what was noted, in some words that a row may well have".to_owned();
            cx.publish(Noted { number, text }).await.map_err(Error::refused)?;
        }
        Ok(())
    }
}

/// Stops the relay when so many have come.
#[derive(Default)]
struct Ear {
    left: AtomicU64,
    stop: Mutex<Arc<Cancel>>,
}

#[handler]
impl Ear {
    fn on_noted(&self, event: &Noted) {
        assert!(!event.text.is_empty());
        if self.left.fetch_sub(1, SeqCst) == 1 {
            self.stop.lock().expect("nobody panics").cancel();
        }
    }
}

#[mediator(serves)]
struct Notes {
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    ear: Ear,
    #[state]
    db: Store<Main>,
}

impl Notes {
    fn new(at: &Path, name: &str) -> Self {
        Self::with(Durable::open(at.join(name)).expect("a file"), Store::<Main>::options())
    }

    fn with(engine: Durable, options: StoreOptions) -> Self {
        let db = Store::with(engine, options.max_age(std::time::Duration::from_secs(60))).expect("a store");
        Self { desk: Desk, ear: Ear::default(), db }
    }

    fn fill(&self, runtime: &Runtime, mut events: u64) {
        while events > 0 {
            let now = events.min(AT_ONCE);
            runtime.block_on(self.send(Fill { events: now })).expect("room for all");
            events -= now;
        }
    }

    /// Drains so many, and the few more that were begun when they had come.
    fn drain(&self, runtime: &Runtime, relay: &Relay<Main>, events: u64) -> Taken {
        let stop = Arc::new(Cancel::new());
        *self.ear.stop.lock().expect("nobody panics") = Arc::clone(&stop);
        self.ear.left.store(events, SeqCst);
        let before = relay.stats().delivered;
        let taken = Taken::by(0, || {
            runtime.block_on(relay.run::<Notes, _>(self, &stop));
        });
        Taken { done: relay.stats().delivered - before, ..taken }
    }
}

/// A file with so many that wait.
pub(crate) fn fill(at: &Path, events: u64) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    Notes::new(at, "a.store").fill(&runtime, events);
}

/// Drains so many of such a file, on one thread.
pub(crate) fn counted(at: &Path, events: u64) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let engine = Durable::options().verify(false).open(at.join("a.store")).expect("a file");
    let notes = Notes::with(engine, Store::<Main>::options().writer(Inline));
    notes.drain(&runtime, &Relay::new(&notes.db), events);
}

pub(crate) fn shown(runtime: &Runtime) -> Vec<Shown> {
    let at = folder();
    let (empty, full) = (Notes::new(at.path(), "empty"), Notes::new(at.path(), "full"));
    let (of_empty, of_full) = (Relay::new(&empty.db), Relay::new(&full.db));
    full.fill(runtime, BACKLOG);
    let compared = compare(
        SLICE,
        |each| {
            // To the last one: what is left over would be a backlog.
            let waiting = runtime.block_on(of_empty.backlog()).expect("a count");
            empty.fill(runtime, each - waiting);
            empty.drain(runtime, &of_empty, each)
        },
        |each| {
            let waiting = runtime.block_on(of_full.backlog()).expect("a count");
            full.fill(runtime, BACKLOG - waiting);
            full.drain(runtime, &of_full, each)
        },
    );
    let what = "outbox: drained with 1 000 000 rows of backlog, beside an empty one";
    vec![Shown::of(what, &compared).at_least(&format!("{what}: times its speed"), compared.speed, 0.9)]
}
