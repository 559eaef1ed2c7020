//! A relay, and messages that fail.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX, Redelivery};
use catga::prelude::*;
use catga::store::Store;
use catga::store::outbox::KeyState;
use catga::testing::VirtualClock;
use catga::transport::memory::Memory as Wire;
use catga::transport::{Delivers as _, Delivery as _, Endpoint, Subscription as _};
use catga_tests::drive;
use serde::{Deserialize, Serialize};

use crate::bank::{Backing, BankError, Main};

/// Puts these into the outbox, in one transaction.
#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Post {
    keyed: Vec<(u32, Does)>,
    single: Vec<Does>,
}

/// What is done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Does {
    Well(u32),
    /// Until the wall's clock is there, in seconds from the beginning.
    Outage(u64),
    /// Until it is cured.
    Poison(u32),
    PanicOnce,
}

#[event(key = key)]
#[derive(Clone, Serialize, Deserialize)]
struct Keyed {
    key: u32,
    does: Does,
}

#[command(error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Single(Does);

/// Only the office of today knows it.
#[event]
#[derive(Clone, Serialize, Deserialize)]
struct Novel;

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct PostNovel;

struct Posts;

#[handler]
impl Posts {
    async fn post(&self, cmd: Post, cx: &mut Context<impl Publishes<Keyed> + Enqueues<Single>>) -> Result<(), Error> {
        for (key, does) in cmd.keyed {
            cx.publish(Keyed { key, does }).await.map_err(Error::refused)?;
        }
        for does in cmd.single {
            cx.enqueue(Single(does)).await.map_err(Error::refused)?;
        }
        Ok(())
    }
}

struct Novelties;

#[handler]
impl Novelties {
    async fn post(&self, _: PostNovel, cx: &mut Context<impl Publishes<Novel>>) -> Result<(), Error> {
        cx.publish(Novel).await.map_err(Error::refused)
    }

    fn on_novel(&self, _: &Novel) {}
}

#[derive(Default)]
struct Desk {
    clock: VirtualClock,
    done: Mutex<Vec<(Does, u64, u32)>>,
    panics: AtomicU32,
    cured: AtomicU32,
    stop: Cancel,
    until: AtomicU32,
}

impl Desk {
    fn work(&self, does: Does, id: u64, attempt: u32) -> Result<(), BankError> {
        match does {
            Does::Outage(until) if self.secs() < until => return Err(BankError::Busy),
            Does::Poison(number) if number != self.cured.load(SeqCst) => return Err(BankError::Declined),
            Does::PanicOnce if self.panics.fetch_add(1, SeqCst) == 0 => panic!("once"),
            _ => {}
        }
        self.done.lock().unwrap().push((does, id, attempt));
        if self.until.fetch_sub(1, SeqCst) == 1 {
            self.stop.cancel();
        }
        Ok(())
    }

    fn secs(&self) -> u64 {
        (self.clock.unix_ms() - VirtualClock::new().unix_ms()) / 1_000
    }

    fn done(&self) -> Vec<Does> {
        self.done.lock().unwrap().iter().map(|(does, ..)| *does).collect()
    }
}

#[handler]
impl Desk {
    fn on_keyed(&self, event: &Keyed, cx: &mut Context<impl Scope>) -> Result<(), Failure> {
        self.work(event.does, cx.message_id().get(), cx.attempt()).map_err(Failure::from_error)
    }

    fn single(&self, cmd: Single, cx: &mut Context<impl Scope>) -> Result<(), BankError> {
        self.work(cmd.0, cx.message_id().get(), cx.attempt())
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Office {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    posts: Posts,
    desk: Desk,
    db: Store<Main>,
}

/// The office of a newer program.
#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Newer {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    novelties: Novelties,
    desk: Desk,
    db: Store<Main>,
}

fn office(on: &Backing) -> Office {
    let clock = VirtualClock::new();
    let desk = Desk { clock: clock.clone(), ..Desk::default() };
    Office { posts: Posts, desk, db: on.simulated(&clock), clock }
}

impl Office {
    /// Posts, and relays until so many are done; then what was begun ends.
    async fn relay(&self, relay: &Relay<Main>, post: Post, done: u32) {
        self.desk.until.store(done, SeqCst);
        let work = async {
            self.send(post).await.unwrap();
            relay.run::<Self, _>(self, &self.desk.stop).await;
        };
        // It is one poll of the runtime's task, whose budget would end within the hour.
        tokio::task::unconstrained(drive(&self.clock, work)).await;
    }
}

on_every_engine! {
    f6_a_poisoned_message_parks_its_key_alone
    f6_or_goes_to_the_dead_letters_and_its_key_goes_on
    d7_a_dead_letter_is_replayed_once_with_its_id
    d3_attempts_that_have_an_end_end
    f7_an_outage_of_an_hour_is_not_terminal
    d10_a_panic_is_contained
    l13_what_this_program_does_not_know_is_held_for_one_that_does
    what_is_forwarded_arrives_at_the_transport_in_order
    published_rows_are_kept_for_the_retention
}

async fn f6_a_poisoned_message_parks_its_key_alone(on: Backing) {
    let app = office(&on);
    let keyed =
        vec![(1, Does::Well(1)), (1, Does::Poison(9)), (1, Does::Well(2)), (2, Does::Well(3)), (3, Does::Well(4))];
    let relay = Relay::new(&app.db);
    app.relay(&relay, Post { keyed, single: vec![] }, 3).await;
    let mut done = app.desk.done();
    done.sort_by_key(|does| format!("{does:?}"));
    assert_eq!(done, [Does::Well(1), Does::Well(3), Does::Well(4)]);
    // What is behind the poison waits; what was poisoned may be looked at.
    let stop = Cancel::new();
    drive(&app.clock, async {
        let settled = async {
            while !OUTBOX.keys(&app.db, None, 9).unwrap().iter().any(|key| key.state == KeyState::Parked) {
                app.clock.sleep(Duration::from_secs(1)).await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Office, _>(&app, &stop), settled);
    })
    .await;
    let parked = OUTBOX.keys(&app.db, None, 9).unwrap();
    assert_eq!((parked.len(), parked[0].state, parked[0].attempts), (1, KeyState::Parked, 1));
    assert!(parked[0].error.contains("Declined"), "{}", parked[0].error);
    assert_eq!(relay.backlog().await.unwrap(), 2);
    // Cured and resumed, it goes on in order.
    let app =
        Office { desk: Desk { clock: app.clock.clone(), cured: 9.into(), until: 2.into(), ..Desk::default() }, ..app };
    drive(&app.clock, async {
        OUTBOX.resume(&app.db, &parked[0].key).await.unwrap();
        relay.run::<Office, _>(&app, &app.desk.stop).await;
    })
    .await;
    assert_eq!(app.desk.done(), [Does::Poison(9), Does::Well(2)]);
    assert_eq!(relay.backlog().await.unwrap(), 0);
}

async fn f6_or_goes_to_the_dead_letters_and_its_key_goes_on(on: Backing) {
    let app = office(&on);
    let keyed = vec![(1, Does::Poison(9)), (1, Does::Well(2))];
    let relay = Relay::new(&app.db).skip_poisoned();
    app.relay(&relay, Post { keyed, single: vec![] }, 1).await;
    assert_eq!(app.desk.done(), [Does::Well(2)]);
    let letters = DEAD.list(&app.db, None, 9).unwrap();
    assert_eq!((letters.len(), relay.backlog().await.unwrap(), relay.stats().given_up), (1, 0, 1));
    let (_, letter) = &letters[0];
    assert_eq!((letter.name.as_str(), letter.attempts), ("Keyed", 1));
    assert!(letter.errors.iter().any(|error| error.contains("Declined")), "{:?}", letter.errors);
}

async fn d7_a_dead_letter_is_replayed_once_with_its_id(on: Backing) {
    let app = office(&on);
    let relay = Relay::new(&app.db);
    // A message without a key has no place in an order to wait at.
    let single = vec![Does::Poison(9), Does::Well(1)];
    app.relay(&relay, Post { keyed: vec![], single }, 1).await;
    let letters = DEAD.list(&app.db, None, 9).unwrap();
    assert_eq!((letters.len(), relay.backlog().await.unwrap()), (1, 0));
    let (at, letter) = &letters[0];
    let app =
        Office { desk: Desk { clock: app.clock.clone(), cured: 9.into(), until: 1.into(), ..Desk::default() }, ..app };
    drive(&app.clock, async {
        relay.replay(*at).await.unwrap();
        assert_eq!(relay.replay(*at).await.unwrap_err().kind(), catga::store::ErrorKind::Missing);
        relay.run::<Office, _>(&app, &app.desk.stop).await;
    })
    .await;
    assert_eq!(*app.desk.done.lock().unwrap(), [(Does::Poison(9), letter.id, 1)], "once, with its id");
    assert_eq!((DEAD.list(&app.db, None, 9).unwrap().len(), relay.backlog().await.unwrap()), (0, 0));
}

async fn d3_attempts_that_have_an_end_end(on: Backing) {
    let app = office(&on);
    let relay = Relay::new(&app.db).redelivery(Redelivery::attempts(3)).skip_poisoned();
    let keyed = vec![(1, Does::Outage(u64::MAX)), (1, Does::Well(1))];
    app.relay(&relay, Post { keyed, single: vec![] }, 1).await;
    let letters = DEAD.list(&app.db, None, 9).unwrap();
    assert_eq!((letters.len(), letters[0].1.attempts, relay.stats().retried), (1, 3, 2));
}

async fn f7_an_outage_of_an_hour_is_not_terminal(on: Backing) {
    let app = office(&on);
    let relay = Relay::new(&app.db).look_every(Duration::from_secs(5));
    let post = Post { keyed: vec![(1, Does::Outage(3_600)), (1, Does::Well(2))], single: vec![Does::Outage(3_600)] };
    app.relay(&relay, post, 3).await;
    assert_eq!((app.desk.done().len(), relay.backlog().await.unwrap(), relay.stats().given_up), (3, 0, 0));
    assert!((3_600..3_700).contains(&app.desk.secs()), "soon after its end, at {}", app.desk.secs());
    let done = app.desk.done.lock().unwrap();
    assert!(done.iter().any(|(.., attempt)| *attempt > 60), "{done:?}");
}

async fn d10_a_panic_is_contained(on: Backing) {
    let app = office(&on);
    let relay = Relay::new(&app.db);
    app.relay(&relay, Post { keyed: vec![], single: vec![Does::PanicOnce, Does::Well(1)] }, 2).await;
    let done = app.desk.done();
    assert_eq!((done.len(), relay.stats().retried, relay.backlog().await.unwrap()), (2, 1, 0));
}

async fn l13_what_this_program_does_not_know_is_held_for_one_that_does(on: Backing) {
    let app = office(&on);
    let (clock, db) = (app.clock.clone(), app.db.clone());
    let desk = Desk { clock: clock.clone(), ..Desk::default() };
    let newer = Newer { clock, novelties: Novelties, desk, db };
    drive(&app.clock, newer.send(PostNovel)).await.0.unwrap();
    let older = Relay::new(&app.db);
    app.relay(&older, Post { keyed: vec![(1, Does::Well(1))], single: vec![] }, 1).await;
    let held = OUTBOX.keys(&app.db, None, 9).unwrap();
    assert_eq!((held.len(), held[0].state, older.stats().held), (1, KeyState::Held, 1));
    assert!(DEAD.list(&app.db, None, 9).unwrap().is_empty());
    let (relay, stop) = (Relay::new(&app.db), Cancel::new());
    drive(&app.clock, async {
        let delivered = async {
            while relay.backlog().await.unwrap() > 0 {
                newer.clock.sleep(Duration::from_secs(1)).await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Newer, _>(&newer, &stop), delivered);
    })
    .await;
    assert_eq!((relay.stats().delivered, relay.stats().held), (1, 0));
}

async fn what_is_forwarded_arrives_at_the_transport_in_order(on: Backing) {
    let app = office(&on);
    let wire = Wire::default();
    let mut there = wire.subscribe(Endpoint::new("Office"), "office").await.unwrap();
    let post = Post { keyed: (0..3).map(|n| (7, Does::Well(n))).collect(), single: vec![] };
    let (relay, stop) = (Relay::new(&app.db), Cancel::new());
    let (ids, _) = drive(&app.clock, async {
        app.send(post).await.unwrap();
        let arriving = async {
            let mut ids = Vec::new();
            for _ in 0..3 {
                let delivery = there.next().await.unwrap().unwrap();
                ids.push((delivery.parcel().id, delivery.parcel().key.is_some()));
                delivery.ack().await.unwrap();
            }
            while relay.backlog().await.unwrap() > 0 {
                app.clock.sleep(Duration::from_secs(1)).await;
            }
            stop.cancel();
            ids
        };
        tokio::join!(relay.forward::<Office, _, _>(&app, &wire, &stop), arriving).1
    })
    .await;
    assert!(ids.iter().all(|(_, keyed)| *keyed));
    assert_eq!((ids.len(), relay.stats().delivered, relay.backlog().await.unwrap()), (3, 3, 0));
}

async fn published_rows_are_kept_for_the_retention(on: Backing) {
    let app = office(&on);
    let outbox = OUTBOX.retention(Duration::from_secs(60));
    let relay = Relay::new(&app.db).outbox(outbox);
    app.relay(&relay, Post { keyed: vec![(1, Does::Well(1))], single: vec![] }, 1).await;
    assert_eq!(outbox.published(&app.db, 9).unwrap().len(), 1);
    let stop = Cancel::new();
    let begun = app.desk.secs();
    drive(&app.clock, async {
        let forgotten = async {
            while !outbox.published(&app.db, 9).unwrap().is_empty() {
                app.clock.sleep(Duration::from_secs(1)).await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Office, _>(&app, &stop), forgotten);
    })
    .await;
    assert!((60..65).contains(&(app.desk.secs() - begun)), "after {} s", app.desk.secs() - begun);
}
