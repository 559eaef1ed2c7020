//! What one program does not know and another does, while both run, and where the store was out of order when one began.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::outbox::KeyState;
use catga::store::writer::Inline;
use catga::store::{Answer, Engine, Identity, Member, Memory, Snapshot, Store, StoreError, StoreOptions};
use catga::testing::VirtualClock;
use catga::time::SystemRandom;
use catga_tests::{drive, poll_once};
use serde::{Deserialize, Serialize};

use crate::bank::{Backing, Main};

macro_rules! programs {
    ($($program:ident $set:ident: $post:ident $posted:ident;)*) => {$(
        #[command]
        #[derive(Serialize, Deserialize)]
        struct $post;

        #[event]
        #[derive(Serialize, Deserialize)]
        struct $posted;

        #[derive(Default)]
        struct $set {
            heard: AtomicU32,
        }

        #[handler]
        impl $set {
            async fn post(&self, _: $post, cx: &mut Context<impl Publishes<$posted>>) -> Result<(), Error> {
                cx.publish($posted).await.map_err(Error::refused)
            }

            fn on_posted(&self, _: &$posted) {
                self.heard.fetch_add(1, SeqCst);
            }
        }

        #[mediator(serves, clock = self.clock, timer = self.clock)]
        struct $program {
            clock: VirtualClock,
            #[pipeline(commands: Transactional(self.db))]
            set: $set,
            db: Store<Main>,
        }

        impl $program {
            fn over(db: &Store<Main>, clock: &VirtualClock) -> Self {
                Self { clock: clock.clone(), set: $set::default(), db: db.clone() }
            }
        }
    )*};
}

programs! {
    Old Letters: PostLetter LetterPosted;
    New Parcels: PostParcel ParcelPosted;
}

on_every_engine! {
    l13_two_programs_at_once_deliver_each_what_it_knows
}

const EACH: u32 = 40;

/// Waits, for a minute at most, until nothing is left.
async fn drained(db: &Store<Main>, clock: &VirtualClock) {
    for _ in 0..60 {
        if OUTBOX.backlog(db).unwrap() == 0 {
            return;
        }
        clock.sleep(Duration::from_secs(1)).await;
    }
}

/// Each holds some of what the other knows, long after that has begun.
async fn l13_two_programs_at_once_deliver_each_what_it_knows(on: Backing) {
    let clock = VirtualClock::new();
    let db = on.simulated(&clock);
    let (old, new) = (Old::over(&db, &clock), New::over(&db, &clock));
    let (one, other, stop) = (Relay::new(&db), Relay::new(&db), Cancel::new());
    let posted = async {
        clock.sleep(Duration::from_secs(1)).await;
        for _ in 0..EACH {
            old.send(PostLetter).await.unwrap();
            new.send(PostParcel).await.unwrap();
        }
        drained(&db, &clock).await;
        stop.cancel();
    };
    let all = async { tokio::join!(one.run::<Old, _>(&old, &stop), other.run::<New, _>(&new, &stop), posted) };
    let ((one, other, ()), _) = tokio::task::unconstrained(drive(&clock, all)).await;
    assert!(one.held + other.held > 0, "nobody has held what is another's");
    assert_eq!(OUTBOX.backlog(&db).unwrap(), 0, "{one:?} {other:?}");
    assert_eq!((old.set.heard.into_inner(), new.set.heard.into_inner()), (EACH, EACH));
    assert_eq!((one.delivered, other.delivered), (EACH.into(), EACH.into()));
}

/// A program looks at what it has held itself once: it would not know it the next time.
#[tokio::test]
async fn what_a_program_has_held_itself_it_leaves() {
    let clock = VirtualClock::new();
    let db = Backing::Memory.simulated(&clock);
    let (old, new) = (Old::over(&db, &clock), New::over(&db, &clock));
    drive(&clock, new.send(PostParcel)).await.0.unwrap();
    let (relay, stop) = (Relay::new(&db), Cancel::new());
    let waiting = async {
        clock.sleep(Duration::from_secs(60)).await;
        stop.cancel();
    };
    let both = async { tokio::join!(relay.run::<Old, _>(&old, &stop), waiting) };
    tokio::task::unconstrained(drive(&clock, both)).await;
    assert_eq!((relay.stats().held, OUTBOX.backlog(&db).unwrap()), (1, 1));
}

/// A store that cannot be read while it is out of order.
struct Unreadable {
    memory: Arc<Memory>,
    is_sick: Arc<AtomicBool>,
    error: StoreError,
}

impl Engine for Unreadable {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        match self.is_sick.load(SeqCst) {
            true => Err(self.error.clone()),
            false => self.memory.snapshot(),
        }
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        self.memory.commit(group)
    }

    fn identity(&self) -> Identity {
        self.memory.identity()
    }

    fn head(&self) -> u64 {
        self.memory.head()
    }
}

#[tokio::test]
async fn what_is_held_is_found_after_an_outage_at_the_start() {
    let (clock, memory, is_sick) = (VirtualClock::new(), Arc::new(Memory::new(&SystemRandom)), Arc::default());
    let options = || StoreOptions::default().writer(Inline).clock(clock.clone());
    let db: Store<Main> = Store::with(Arc::clone(&memory), options()).unwrap();
    let (old, new) = (Old::over(&db, &clock), New::over(&db, &clock));
    new.send(PostParcel).await.unwrap();
    let (relay, stop) = (Relay::new(&db), Cancel::new());
    let held = async {
        while !OUTBOX.keys(&db, None, 9).unwrap().iter().any(|key| key.state == KeyState::Held) {
            clock.sleep(Duration::from_millis(10)).await;
        }
        stop.cancel();
    };
    drive(&clock, async { tokio::join!(relay.run::<Old, _>(&old, &stop), held) }).await;

    let crowded: Store = Store::with(Memory::new(&SystemRandom), StoreOptions::default().most_waiting(0)).unwrap();
    let error = crowded.begin().unwrap_err();
    let sick: Store<Main> =
        Store::with(Unreadable { memory, is_sick: Arc::clone(&is_sick), error }, options()).unwrap();
    let (app, relay, stop) = (New::over(&sick, &clock), Relay::new(&sick), Cancel::new());
    is_sick.store(true, SeqCst);
    let mut running = Box::pin(relay.run::<New, _>(&app, &stop));
    for _ in 0..100 {
        assert!(poll_once(&mut running).await.is_pending());
        clock.advance(Duration::from_millis(10));
    }
    assert!(relay.stats().store_errors > 0);
    is_sick.store(false, SeqCst);
    let delivered = async {
        drained(&db, &clock).await;
        stop.cancel();
    };
    drive(&clock, async { tokio::join!(running, delivered) }).await;
    assert_eq!((app.set.heard.into_inner(), OUTBOX.backlog(&db).unwrap()), (1, 0));
}
