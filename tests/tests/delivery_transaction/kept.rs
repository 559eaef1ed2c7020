//! A relay that keeps its key while a handler works, and one that cannot.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::writer::{Inline, Manual, Writer};
use catga::store::{Engine, Memory, Store, StoreOptions};
use catga::testing::VirtualClock;
use catga::time::SystemRandom;
use catga_tests::poll_once;
use serde::{Deserialize, Serialize};

use crate::bank::Main;
use crate::sick::Sick;

const LEASE: Duration = Duration::from_secs(8);

#[command]
#[derive(Serialize, Deserialize)]
struct Place(Does);

/// What is done with it.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Does {
    /// It takes so many seconds.
    Takes(u64),
    /// Until it is told to end, and then no more.
    Listens,
}

#[event(key = key)]
#[derive(Serialize, Deserialize)]
struct Placed {
    key: u32,
    does: Does,
}

struct Desk {
    clock: VirtualClock,
    notes: Arc<Mutex<Vec<String>>>,
    name: &'static str,
}

impl Desk {
    fn note(&self, what: &str) {
        self.notes.lock().unwrap().push(format!("{} {what}", self.name));
    }
}

#[handler]
impl Desk {
    async fn place(&self, cmd: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        cx.publish(Placed { key: 1, does: cmd.0 }).await.map_err(Error::refused)
    }

    async fn on_placed(&self, event: &Placed, cx: &mut Context<impl Scope>) {
        self.note("begins");
        match event.does {
            Does::Takes(secs) => self.clock.sleep(Duration::from_secs(secs)).await,
            Does::Listens if self.name == "first" => {
                cx.cancel().unwrap().cancelled().await;
                self.note("is told");
                std::future::pending::<()>().await;
            }
            Does::Listens => {}
        }
        self.note("is done");
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    db: Store<Main>,
}

type Notes = Arc<Mutex<Vec<String>>>;

fn shop(name: &'static str, engine: impl Engine, writer: impl Writer, clock: &VirtualClock, notes: &Notes) -> Shop {
    let options = StoreOptions::default().writer(writer).clock(clock.clone());
    let desk = Desk { clock: clock.clone(), notes: Arc::clone(notes), name };
    Shop { clock: clock.clone(), desk, db: Store::with(engine, options).unwrap() }
}

type Running<'r> = Pin<Box<dyn Future<Output = catga::delivery::RelayStats> + Send + 'r>>;

fn relaying<'r>(relay: &'r Relay<Main>, shop: &'r Shop, stop: &'r Cancel) -> Running<'r> {
    Box::pin(relay.run::<Shop, _>(shop, stop))
}

/// As far as it goes by itself.
async fn go(running: &mut Running<'_>) {
    for _ in 0..20 {
        assert!(poll_once(running).await.is_pending(), "it has ended");
    }
}

#[tokio::test]
async fn a_handler_goes_on_while_its_key_is_renewed() {
    let (clock, writer, notes) = (VirtualClock::new(), Manual::default(), Notes::default());
    let app = shop("first", Memory::new(&SystemRandom), writer.clone(), &clock, &notes);
    let mut placing = Box::pin(app.send(Place(Does::Takes(6))));
    while poll_once(&mut placing).await.is_pending() {
        writer.commit_one();
    }
    let (relay, stop) = (Relay::new(&app.db).outbox(OUTBOX.lease(LEASE)), Cancel::new());
    let mut running = relaying(&relay, &app, &stop);
    while notes.lock().unwrap().is_empty() {
        go(&mut running).await;
        writer.commit_one();
    }
    // The renewal is handed over, and nobody commits it yet: the handler may have what that waits for.
    clock.advance(LEASE / 2);
    go(&mut running).await;
    assert!(writer.waiting() > 0, "it is renewed");
    clock.advance(Duration::from_secs(2));
    go(&mut running).await;
    assert_eq!(*notes.lock().unwrap(), ["first begins", "first is done"]);
    stop.cancel();
    while poll_once(&mut running).await.is_pending() {
        writer.commit_one();
    }
    assert_eq!((relay.stats().delivered, relay.stats().lost), (1, 0));
    assert_eq!(OUTBOX.backlog(&app.db).unwrap(), 0);
}

#[tokio::test]
async fn a_relay_that_cannot_reach_its_store_ends_with_its_lease() {
    let (clock, notes, is_sick) = (VirtualClock::new(), Notes::default(), Arc::<AtomicBool>::default());
    let memory = Arc::new(Memory::new(&SystemRandom));
    let cut_off = Sick { memory: Arc::clone(&memory), is_sick: Arc::clone(&is_sick) };
    let first = shop("first", cut_off, Inline, &clock, &notes);
    let second = shop("second", memory, Inline, &clock, &notes);
    for _ in 0..2 {
        first.send(Place(Does::Listens)).await.unwrap();
    }
    let (stop, never) = (Cancel::new(), Cancel::new());
    let relay = Relay::new(&first.db).outbox(OUTBOX.lease(LEASE));
    let mut running = relaying(&relay, &first, &never);
    go(&mut running).await;
    assert_eq!(*notes.lock().unwrap(), ["first begins"]);
    is_sick.store(true, SeqCst);

    let other = Relay::new(&second.db).outbox(OUTBOX.lease(LEASE));
    let mut taking_over = relaying(&other, &second, &stop);
    for _ in 0..16 {
        assert_eq!(*notes.lock().unwrap(), ["first begins"]);
        assert_eq!(relay.stats().lost, 0);
        clock.advance(LEASE / 16);
        go(&mut running).await;
        go(&mut taking_over).await;
    }
    // In the order of the key, whose first the one relay does not handle any more.
    let expected =
        ["first begins", "first is told", "second begins", "second is done", "second begins", "second is done"];
    for _ in 0..10 {
        clock.advance(Duration::from_millis(100));
        go(&mut taking_over).await;
    }
    assert_eq!(*notes.lock().unwrap(), expected);
    assert_eq!((relay.stats().delivered, relay.stats().lost), (0, 1));
    stop.cancel();
    assert_eq!(taking_over.await.delivered, 2);
    assert_eq!(OUTBOX.backlog(&second.db).unwrap(), 0);
}
