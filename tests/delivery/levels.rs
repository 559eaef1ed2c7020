//! How full an outbox is and how old, and who is told. On every store; what is around this file is its `world`.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::error::Classify as _;
use catga::message::MessageInfo;
use catga::prelude::*;
use catga::store::outbox::{KeyState, OutboxLimits, OutboxMessage};
use catga::store::port::{Drains, Transacts as _, Writes as _};
use catga::store::{Outbox, Scheduler};
use catga_tests::scenarios;
use serde::{Deserialize, Serialize};

use super::world::{Base, counting};

scenarios! { 6:
    lag_is_the_age_of_the_oldest
    keys_are_looked_at_page_by_page
    a_relay_tells_a_meter
    a_key_that_is_parked_leaves_the_outbox_to_others
    what_a_relay_delivers_has_a_reserve_of_each_key
    a_schedule_that_is_full_refuses_what_is_for_later
}

async fn add(db: &Base, key: &str, id: u64) {
    let mut tx = db.begin_tx(&[]).await.unwrap();
    let message = OutboxMessage { id, name: "placed".into(), key: key.into(), body: vec![1] };
    tx.add(&OUTBOX, &message).await.unwrap();
    tx.commit_tx().await.unwrap();
}

async fn lag_is_the_age_of_the_oldest() {
    let (_place, db, clock) = counting().await;
    let relay = Relay::new(&db);
    assert_eq!((relay.lag().await.unwrap(), relay.backlog().await.unwrap()), (Duration::ZERO, 0));
    // Neither the first nor the last by its key, nor the last of its key.
    for (id, key) in ["e", "i", "a", "e"].into_iter().enumerate() {
        add(&db, key, id as u64).await;
        clock.advance(Duration::from_secs(10));
    }
    assert_eq!((relay.lag().await.unwrap(), relay.backlog().await.unwrap()), (Duration::from_secs(40), 4));
}

async fn keys_are_looked_at_page_by_page() {
    let (_place, db, clock) = counting().await;
    let mut times = Vec::new();
    for (id, key) in ["b", "d", "a", "c", "e"].into_iter().enumerate() {
        times.push((key, catga::time::Clock::unix_ms(&clock)));
        add(&db, key, id as u64).await;
        clock.advance(Duration::from_secs(1));
    }
    times.sort_unstable();
    let (mut after, mut seen) = (None::<Vec<u8>>, Vec::new());
    loop {
        let page = Drains::oldest(&db, &OUTBOX, after.as_deref(), 2).await.unwrap();
        seen.extend(page.added_ms);
        assert_eq!(page.now_ms, catga::time::Clock::unix_ms(&clock));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let oldest_of = |keys: &[(&str, u64)]| keys.iter().map(|(_, added)| *added).min().unwrap();
    assert_eq!(seen, times.chunks(2).map(oldest_of).collect::<Vec<_>>());
}

#[command]
#[derive(Serialize, Deserialize)]
struct Place {
    number: u32,
}

#[event(key = number)]
#[derive(Serialize, Deserialize)]
struct Placed {
    number: u32,
}

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, cmd: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        cx.publish(Placed { number: cmd.number }).await.map_err(Error::refused)
    }
}

#[derive(Default)]
struct Mail(AtomicU32);

#[handler]
impl Mail {
    fn on_placed(&self, _: &Placed) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// On the system's time; its store is not.
#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    mail: Mail,
    db: Base,
}

/// What a meter was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(&'static str, u64)>>>);

impl Meter for Told {
    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {}

    fn level(&self, name: &'static str, level: u64) {
        self.0.lock().unwrap().push((name, level));
    }
}

impl Told {
    fn of(&self, name: &str) -> Vec<u64> {
        self.0.lock().unwrap().iter().filter(|(known, _)| *known == name).map(|(_, level)| *level).collect()
    }
}

async fn a_relay_tells_a_meter() {
    let (_place, db, clock) = counting().await;
    let app = Shop { orders: Orders, mail: Mail::default(), db };
    for number in 0..3 {
        app.send(Place { number }).await.unwrap();
        clock.advance(Duration::from_secs(10));
    }
    let (told, stop) = (Told::default(), Cancel::new());
    let relay = Relay::new(&app.db).meter(told.clone());
    let emptied = async {
        while told.of("catga.outbox.backlog").last() != Some(&0) {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<Shop, _>(&app, &stop), emptied);
    let (backlogs, lags) = (told.of("catga.outbox.backlog"), told.of("catga.outbox.lag"));
    assert_eq!((backlogs.first(), backlogs.last()), (Some(&3), Some(&0)));
    assert!(backlogs.is_sorted_by(|before, after| before >= after), "{backlogs:?}");
    assert_eq!((lags.first(), lags.last()), (Some(&30_000), Some(&0)));
    assert_eq!(app.mail.0.load(SeqCst), 3);
}

const NARROW: Outbox = Outbox::new("narrow").limits(OutboxLimits { rows: 100, per_key: 4, ..OutboxLimits::DEFAULT });

/// Fails for the first number until it is cured.
#[derive(Default)]
struct Picky {
    is_cured: AtomicU32,
    heard: AtomicU32,
}

#[handler]
impl Picky {
    fn on_placed(&self, event: &Placed) -> Result<(), Failure> {
        if event.number == 1 && self.is_cured.load(SeqCst) == 0 {
            return Err(Failure::new("picky", Class::Permanent));
        }
        self.heard.fetch_add(1, SeqCst);
        Ok(())
    }
}

#[mediator(serves)]
struct Narrow {
    #[pipeline(commands: Transactional(self.db).outbox(NARROW))]
    orders: Orders,
    picky: Picky,
    db: Base,
}

impl Narrow {
    /// Relays until so many rows are left.
    async fn relay(&self, left: u64) {
        let (relay, stop) = (Relay::new(&self.db).outbox(NARROW), Cancel::new());
        let drained = async {
            while relay.backlog().await.unwrap() > left {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Self, _>(self, &stop), drained);
    }

    /// Places until that is refused; how often it was not.
    async fn fill(&self, number: u32) -> u32 {
        let mut placed = 0;
        loop {
            match self.send(Place { number }).await {
                Ok(()) => placed += 1,
                Err(refused) => {
                    assert_eq!((refused.code(), refused.class()), ("catga.store.overloaded", Class::Transient));
                    return placed;
                }
            }
        }
    }
}

async fn a_key_that_is_parked_leaves_the_outbox_to_others() {
    let (_place, db, clock) = counting().await;
    let app = Narrow { orders: Orders, picky: Picky::default(), db };
    assert_eq!(app.fill(1).await, 4);
    for number in 2..5 {
        app.send(Place { number }).await.unwrap();
    }
    app.relay(4).await;
    assert_eq!(app.picky.heard.load(SeqCst), 3);
    clock.advance(Duration::from_secs(1));
    assert_eq!(app.fill(1).await, 0, "it is parked");
    assert_eq!(app.fill(2).await, 4, "and another is not");
    app.relay(4).await;
    let keys = app.db.key_states(&NARROW, None, 9).await.unwrap();
    let [parked] = &keys[..] else { panic!("{keys:?}") };
    assert_eq!(parked.state, KeyState::Parked);
    app.picky.is_cured.store(1, SeqCst);
    app.db.resume_key(&NARROW, &parked.key).await.unwrap();
    app.relay(0).await;
    assert_eq!(app.picky.heard.load(SeqCst), 11);
    clock.advance(Duration::from_secs(1));
    assert_eq!(app.fill(1).await, 4);
}

#[event(key = number)]
#[derive(Serialize, Deserialize)]
struct Billed {
    number: u32,
}

#[command(key = number)]
#[derive(Serialize, Deserialize)]
struct Remind {
    number: u32,
}

/// Publishes once more under the key that it is relieved of, and is to remind of it later.
#[derive(Default)]
struct Bills(AtomicU32);

#[handler]
impl Bills {
    async fn place(
        &self,
        cmd: Place,
        cx: &mut Context<impl Publishes<Placed> + Enqueues<Remind>>,
    ) -> Result<(), Error> {
        let Place { number } = cmd;
        cx.enqueue_after(Remind { number }, Duration::from_secs(60)).await.map_err(Error::refused)?;
        cx.publish(Placed { number }).await.map_err(Error::refused)
    }

    async fn on_placed(&self, event: &Placed, cx: &mut Context<impl Publishes<Billed>>) -> Result<(), Failure> {
        cx.publish(Billed { number: event.number }).await.map_err(Failure::from_error)
    }

    fn on_billed(&self, _: &Billed) {
        self.0.fetch_add(1, SeqCst);
    }
}

struct Reminders(AtomicU32);

#[handler]
impl Reminders {
    fn remind(&self, _: Remind) {
        self.0.fetch_add(1, SeqCst);
    }
}

#[mediator(serves)]
struct Reserve {
    #[pipeline(commands: Transactional(self.db).outbox(NARROW), events: Transactional(self.db).outbox(NARROW))]
    bills: Bills,
    reminders: Reminders,
    db: Base,
}

async fn what_a_relay_delivers_has_a_reserve_of_each_key() {
    let (_place, db, clock) = counting().await;
    let app = Reserve { bills: Bills::default(), reminders: Reminders(AtomicU32::new(0)), db };
    while app.send(Place { number: 1 }).await.is_ok() {}
    assert_eq!(app.db.backlog(&NARROW).await.unwrap(), 4);
    // The reminders are due, and find the key full; what was taken in moves there all the same.
    clock.advance(Duration::from_secs(61));
    let (relay, stop) = (Relay::new(&app.db).outbox(NARROW), Cancel::new());
    let drained = async {
        while relay.backlog().await.unwrap() > 0 || app.reminders.0.load(SeqCst) < 4 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    let (stats, ()) = tokio::join!(relay.run::<Reserve, _>(&app, &stop), drained);
    assert_eq!((stats.delivered, stats.retried, stats.given_up, stats.store_errors), (12, 0, 0, 0));
    assert_eq!((app.bills.0.load(SeqCst), app.reminders.0.load(SeqCst)), (4, 4));
}

const FEW: Scheduler = Scheduler::new("few").limit(3);

#[command]
#[derive(Serialize, Deserialize)]
struct Postpone {
    number: u32,
}

struct Postpones;

#[handler]
impl Postpones {
    async fn postpone(&self, cmd: Postpone, cx: &mut Context<impl Enqueues<Place>>) -> Result<(), Error> {
        let later = cx.enqueue_after(Place { number: cmd.number }, Duration::from_secs(10)).await;
        later.map(drop).map_err(Error::refused)
    }
}

/// On the system's time; its store is not.
#[mediator(serves)]
struct Late {
    #[pipeline(commands: Transactional(self.db).schedule(FEW))]
    postpones: Postpones,
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    mail: Mail,
    db: Base,
}

async fn a_schedule_that_is_full_refuses_what_is_for_later() {
    let (_place, db, clock) = counting().await;
    let app = Late { postpones: Postpones, orders: Orders, mail: Mail::default(), db };
    for number in 0..3 {
        app.send(Postpone { number }).await.unwrap();
    }
    let refused = app.send(Postpone { number: 3 }).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.store.overloaded", Class::Transient));
    clock.advance(Duration::from_secs(10));
    let (relay, stop) = (Relay::new(&app.db).schedule(FEW), Cancel::new());
    let heard = async {
        while app.mail.0.load(SeqCst) < 3 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<Late, _>(&app, &stop), heard);
    app.send(Postpone { number: 3 }).await.unwrap();
}
