//! The outbox and its relay as a queue: what is enqueued is handled by this process's handlers, in its order, over
//! failures, crashes and stops. On every store; what is around this file is its `world`.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{OUTBOX, Redelivery};
use catga::prelude::*;
use catga::store::Outbox;
use catga::store::outbox::{KeyState, OutboxMessage};
use catga::store::port::{Drains, Transacts as _, Writes as _};
use catga::testing::VirtualClock;
use catga_tests::{poll_once, scenarios};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::world::{Base, Main, counting};

scenarios! { 30:
    a1_payload_and_id_round_trip
    a2_unicode_empty_and_large_bodies
    a3_three_relays_hand_on_each_message_once
    a4_outboxes_are_isolated
    a6_refused_twice_it_is_handled_a_third_time
    a7_without_a_mark_it_comes_again_when_the_lease_has_ended
    a8_the_attempt_count_survives_another_relay
    a11_an_unknown_type_is_held_and_never_taken_for_done
    a12_undecodable_bytes_are_a_dead_letter_and_the_queue_goes_on
    a13_a_message_of_another_type_is_not_handled_as_this_one
    b1_fifo_per_key
    b2_order_is_kept_under_retry
    b3_order_is_kept_when_concurrency_changes
    b4_order_is_kept_after_a_crash
    b5_a_poisoned_key_does_not_hold_up_others
    b6_one_transactions_messages_keep_their_order
    c1_stopped_twice
    c2_stopped_while_it_waits_for_a_handler
    c3_ten_relays_are_stopped_at_once
    c4_stopped_and_started_again_mid_stream
    c6_started_after_it_was_stopped
    c7_stopped_in_the_error_path
    c8_a_stop_that_is_given_up
    c9_paused_under_pressure_then_resumed
    d1_tried_again_at_once
    d2_tried_again_after_a_delay_and_counted
    d4_the_class_decides
    d5_a_failure_that_cannot_be_marked_comes_again
    d6_nothing_of_a_failed_attempt_leaks
    d10_a_panic_is_contained_and_the_relay_lives
}

/// Enqueues all of it in one transaction.
#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Put {
    works: Vec<Work>,
}

#[command(key = line)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Work {
    line: u32,
    number: u32,
    text: String,
}

/// Of another type, with the same fields.
#[command(key = line)]
#[derive(Clone, Serialize, Deserialize)]
struct Other {
    line: u32,
    number: u32,
    text: String,
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct PutOther;

fn work(line: u32, number: u32) -> Work {
    Work { line, number, text: format!("{line}/{number}") }
}

struct Desk;

#[handler]
impl Desk {
    async fn put(&self, cmd: Put, cx: &mut Context<impl Enqueues<Work>>) -> Result<(), Error> {
        for work in cmd.works {
            cx.enqueue(work).await.map_err(Error::refused)?;
        }
        Ok(())
    }

    async fn put_other(&self, _: PutOther, cx: &mut Context<impl Enqueues<Other>>) -> Result<(), Error> {
        let other = Other { line: 1, number: 9, text: "another".into() };
        cx.enqueue(other).await.map(drop).map_err(Error::refused)
    }
}

/// What becomes of an attempt: of a work, for the how many-th time.
type Plan = fn(&Work, u32) -> Option<Class>;

struct Hands {
    plan: Plan,
    /// Each attempt, with the id of its message.
    tried: Mutex<Vec<(u64, u32)>>,
    done: Mutex<Vec<Work>>,
    spoiled: Mutex<Vec<Work>>,
    others: AtomicUsize,
    running: AtomicUsize,
    /// Handlers stand still while it is taken.
    gate: tokio::sync::Semaphore,
}

#[handler]
impl Hands {
    async fn work(&self, mut cmd: Work, cx: &mut Context<impl Scope>) -> Result<(), Error> {
        self.tried.lock().unwrap().push((cx.message_id().get(), cx.attempt()));
        self.running.fetch_add(1, SeqCst);
        let _open = self.gate.acquire().await.unwrap();
        self.running.fetch_sub(1, SeqCst);
        assert!(cmd.text != "panic", "it panics");
        if let Some(class) = (self.plan)(&cmd, cx.attempt()) {
            // What it has done to its message is gone with the attempt.
            cmd.text.clear();
            (cmd.line, cmd.number) = (u32::MAX, u32::MAX);
            self.spoiled.lock().unwrap().push(cmd);
            return Err(Error::refused(Failure::new("hands.fail", class)));
        }
        self.done.lock().unwrap().push(cmd);
        Ok(())
    }

    fn other(&self, _: Other) {
        self.others.fetch_add(1, SeqCst);
    }
}

/// On the store's time, which stands still: a lease ends when the clock is moved. It waits by the system's.
#[mediator(serves, clock = self.clock)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    hands: Hands,
    db: Base,
}

fn shop(db: &Base, clock: &VirtualClock, plan: Plan) -> Shop {
    let hands = Hands {
        plan,
        tried: Mutex::default(),
        done: Mutex::default(),
        spoiled: Mutex::default(),
        others: AtomicUsize::new(0),
        running: AtomicUsize::new(0),
        gate: tokio::sync::Semaphore::new(1_000),
    };
    Shop { clock: clock.clone(), desk: Desk, hands, db: db.clone() }
}

const SOUND: Plan = |_, _| None;

impl Shop {
    async fn put(&self, works: impl IntoIterator<Item = Work>) {
        self.send(Put { works: works.into_iter().collect() }).await.unwrap();
    }

    fn done(&self) -> usize {
        self.hands.done.lock().unwrap().len()
    }

    fn relay(&self) -> Relay<Main, Base> {
        let again = Redelivery::attempts(u32::MAX).base(Duration::ZERO).cap(Duration::ZERO);
        Relay::new(&self.db).redelivery(again).look_every(Duration::from_millis(1))
    }

    /// Relays until that holds.
    async fn run(&self, relay: &Relay<Main, Base>, holds: impl Fn(&Self) -> bool) {
        let stop = Cancel::new();
        let waits = async {
            while !holds(self) {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Self, _>(self, &stop), waits);
    }

    async fn drain(&self) {
        let relay = self.relay();
        let stop = Cancel::new();
        let waits = async {
            while relay.backlog().await.unwrap() > 0 {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Self, _>(self, &stop), waits);
    }

    /// Everything was done once, each line in its order; and how often something came again.
    #[track_caller]
    fn all_in_order(&self, lines: u32, each: u32) -> usize {
        let mut by_line = BTreeMap::<u32, Vec<u32>>::new();
        let mut again = 0;
        for Work { line, number, .. } in &*self.hands.done.lock().unwrap() {
            let seen = by_line.entry(*line).or_default();
            if seen.contains(number) {
                again += 1;
            } else {
                seen.push(*number);
            }
        }
        assert_eq!(by_line, (0..lines).map(|line| (line, (0..each).collect())).collect());
        again
    }
}

fn lines(lines: u32, each: u32) -> impl Iterator<Item = Work> {
    (0..each).flat_map(move |number| (0..lines).map(move |line| work(line, number)))
}

async fn a1_payload_and_id_round_trip() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, attempt| (attempt == 1).then_some(Class::Transient));
    app.put([work(1, 1), work(2, 2)]).await;
    app.drain().await;
    let done: Vec<u32> = app.hands.done.lock().unwrap().iter().map(|work| work.number).collect();
    assert_eq!(done.iter().copied().collect::<BTreeSet<_>>(), [1, 2].into());
    assert!(app.hands.done.lock().unwrap().iter().all(|one| *one == work(one.line, one.number)));
    let tried = app.hands.tried.lock().unwrap().clone();
    let ids: BTreeSet<u64> = tried.iter().map(|(id, _)| *id).collect();
    assert_eq!((tried.len(), ids.len()), (4, 2), "each attempt at a message has its id");
}

async fn a2_unicode_empty_and_large_bodies() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    let texts = ["", "\0", "ü\u{10ffff}🎉", &"x".repeat(1 << 20)];
    app.put((0..).zip(texts).map(|(number, text)| Work { line: 1, number, text: text.into() })).await;
    app.drain().await;
    let done = app.hands.done.lock().unwrap();
    assert!(done.iter().map(|work| &work.text[..]).eq(texts), "{:?}", done.len());
}

async fn a3_three_relays_hand_on_each_message_once() {
    let (place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    let others = [shop(&place.at(&clock).await, &clock, SOUND), shop(&place.at(&clock).await, &clock, SOUND)];
    app.put(lines(20, 3)).await;
    let relays = [app.relay(), others[0].relay(), others[1].relay()];
    let stop = Cancel::new();
    let waits = async {
        while relays[0].backlog().await.unwrap() > 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(
        relays[0].run::<Shop, _>(&app, &stop),
        relays[1].run::<Shop, _>(&others[0], &stop),
        relays[2].run::<Shop, _>(&others[1], &stop),
        waits
    );
    for other in &others {
        app.hands.done.lock().unwrap().append(&mut other.hands.done.lock().unwrap());
    }
    let done: BTreeSet<(u32, u32)> = app.hands.done.lock().unwrap().iter().map(|w| (w.line, w.number)).collect();
    assert_eq!((app.done(), done.len()), (60, 60), "each once, by one of them");
}

async fn a4_outboxes_are_isolated() {
    const SIDE: Outbox = Outbox::new("side");
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    let mut tx = db.begin_tx(&[]).await.unwrap();
    let message = OutboxMessage { id: 1, name: "x".into(), key: vec![1], body: vec![1] };
    tx.add(&SIDE, &message).await.unwrap();
    tx.commit_tx().await.unwrap();
    app.put([work(0, 0)]).await;
    app.drain().await;
    assert_eq!((app.done(), Drains::backlog(&db, &SIDE).await.unwrap()), (1, 1));
}

async fn a6_refused_twice_it_is_handled_a_third_time() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, attempt| (attempt < 3).then_some(Class::Transient));
    app.put([work(0, 0)]).await;
    app.drain().await;
    let attempts: Vec<u32> = app.hands.tried.lock().unwrap().iter().map(|(_, attempt)| *attempt).collect();
    assert_eq!((attempts, app.all_in_order(1, 1)), (vec![1, 2, 3], 0));
}

/// Runs a relay until a handler stands still in it, and drops it there.
async fn crash(app: &Shop, relay: &Relay<Main, Base>) {
    assert!(relay.backlog().await.unwrap() > 0, "nothing is left to stand still at");
    let closed = app.hands.gate.acquire_many(1_000).await.unwrap();
    let stop = Cancel::new();
    {
        let mut running = pin!(relay.run::<Shop, _>(app, &stop));
        while app.hands.running.load(SeqCst) == 0 {
            assert!(poll_once(&mut running).await.is_pending());
            tokio::task::yield_now().await;
        }
    }
    app.hands.running.store(0, SeqCst);
    drop(closed);
}

async fn a7_without_a_mark_it_comes_again_when_the_lease_has_ended() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put([work(0, 0)]).await;
    crash(&app, &app.relay()).await;
    clock.advance(Duration::from_millis(29_999));
    assert_eq!(Drains::claim_keys(&db, &mut OUTBOX.relay(9), 10).await.unwrap(), [], "not before");
    clock.advance(Duration::from_millis(1));
    app.drain().await;
    assert_eq!(app.all_in_order(1, 1), 0);
    let tried = app.hands.tried.lock().unwrap().clone();
    assert_eq!((tried.len(), tried[0].0), (2, tried[1].0), "the same message");
}

async fn a8_the_attempt_count_survives_another_relay() {
    let (place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, _| Some(Class::Transient));
    app.put([work(0, 0)]).await;
    app.run(&app.relay(), |app| app.hands.tried.lock().unwrap().len() >= 2).await;
    let known = app.hands.tried.lock().unwrap().len() as u32;
    let other = shop(&place.at(&clock).await, &clock, SOUND);
    other.drain().await;
    let tried = other.hands.tried.lock().unwrap().clone();
    assert_eq!(tried, [(app.hands.tried.lock().unwrap()[0].0, known + 1)], "it is counted on");
}

/// A row that is no message of ours.
async fn add_bytes(db: &Base, key: &[u8], id: u64, body: Vec<u8>) {
    let mut tx = db.begin_tx(&[]).await.unwrap();
    let message = OutboxMessage { id, name: "strange".into(), key: key.into(), body };
    tx.add(&OUTBOX, &message).await.unwrap();
    tx.commit_tx().await.unwrap();
}

/// The bytes of a row that is there, with its name on the wire made another.
async fn a11_an_unknown_type_is_held_and_never_taken_for_done() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    let mut body = Vec::new();
    let key = catga::envelope::WireKey::of("a message of nobody's");
    let envelope = catga::envelope::Envelope::new(
        catga::envelope::Kind::Command,
        catga::id::Id::new(5),
        key,
        catga::codec::CodecId(1),
    );
    envelope.encode(&mut body).unwrap();
    add_bytes(&db, &[1, 9], 5, body).await;
    app.put([work(0, 0)]).await;
    let relay = app.relay();
    app.run(&relay, |app| app.done() == 1 && relay.stats().held > 0).await;
    let keys = Drains::key_states(&db, &OUTBOX, None, 10).await.unwrap();
    assert!(keys.iter().any(|key| key.key == [1, 9] && key.state == KeyState::Held), "{keys:?}");
    assert_eq!(relay.backlog().await.unwrap(), 1);
}

async fn a12_undecodable_bytes_are_a_dead_letter_and_the_queue_goes_on() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    // Without a key, as that would be parked.
    add_bytes(&db, &[0, 9], 5, vec![1, 2, 3]).await;
    app.put([work(0, 0)]).await;
    let relay = app.relay();
    app.run(&relay, |app| app.done() == 1 && relay.stats().given_up == 1).await;
    assert_eq!(relay.backlog().await.unwrap(), 0);
}

async fn a13_a_message_of_another_type_is_not_handled_as_this_one() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.send(PutOther).await.unwrap();
    app.drain().await;
    assert_eq!((app.hands.others.load(SeqCst), app.done()), (1, 0));
}

async fn b1_fifo_per_key() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    for number in 0..64 {
        app.put((0..16).map(|line| work(line, number))).await;
    }
    app.drain().await;
    assert_eq!(app.all_in_order(16, 64), 0);
}

async fn b2_order_is_kept_under_retry() {
    let (_place, db, clock) = counting().await;
    let plan: Plan = |work, attempt| ((work.line + work.number) % 5 == 0 && attempt < 4).then_some(Class::Transient);
    let app = shop(&db, &clock, plan);
    app.put(lines(8, 12)).await;
    app.drain().await;
    assert_eq!(app.all_in_order(8, 12), 0);
}

async fn b3_order_is_kept_when_concurrency_changes() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put(lines(12, 10)).await;
    for (concurrency, until) in [(1, 20), (12, 80), (2, 120)] {
        let relay = app.relay().concurrency(concurrency);
        app.run(&relay, |app| app.done() >= until).await;
    }
    assert_eq!(app.all_in_order(12, 10), 0);
}

async fn b4_order_is_kept_after_a_crash() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    for round in 0..3 {
        app.put((round * 10..round * 10 + 10).flat_map(|number| (0..6).map(move |line| work(line, number)))).await;
        crash(&app, &app.relay()).await;
        clock.advance(Duration::from_secs(30));
        let many = app.done() + 20;
        app.run(&app.relay(), |app| app.done() >= many).await;
    }
    app.drain().await;
    assert_eq!(app.all_in_order(6, 30), 0, "what was standing still had not begun");
}

async fn b5_a_poisoned_key_does_not_hold_up_others() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |work, _| (work.line == 3 && work.number == 1).then_some(Class::Permanent));
    app.put(lines(5, 4)).await;
    let relay = app.relay();
    app.run(&relay, |app| app.done() == 17 && relay.stats().given_up == 1).await;
    let parked = Drains::key_states(&db, &OUTBOX, None, 10).await.unwrap();
    assert!(matches!(&parked[..], [key] if key.state == KeyState::Parked && key.attempts == 1), "{parked:?}");
    assert_eq!(relay.backlog().await.unwrap(), 3, "the poisoned one and what is behind it");
}

async fn b6_one_transactions_messages_keep_their_order() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put((0..200).map(|number| work(0, number))).await;
    app.drain().await;
    assert_eq!(app.all_in_order(1, 200), 0);
}

async fn c1_stopped_twice() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put([work(0, 0)]).await;
    let (relay, stop) = (app.relay(), Cancel::new());
    stop.cancel();
    stop.cancel();
    for _ in 0..2 {
        let stats = relay.run::<Shop, _>(&app, &stop).await;
        assert_eq!((stats.delivered, app.done()), (0, 0), "whoever was told to stop begins nothing");
    }
    app.drain().await;
    assert_eq!(app.all_in_order(1, 1), 0);
}

async fn c2_stopped_while_it_waits_for_a_handler() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put(lines(4, 2)).await;
    let closed = app.hands.gate.acquire_many(1_000).await.unwrap();
    let (relay, stop) = (app.relay(), Cancel::new());
    let ends = async {
        while app.hands.running.load(SeqCst) < 4 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        drop(closed);
    };
    let (stats, ()) = tokio::join!(relay.run::<Shop, _>(&app, &stop), ends);
    assert_eq!((stats.delivered, app.done()), (4, 4), "what was begun ends first, and nothing else begins");
    assert_eq!(relay.backlog().await.unwrap(), 4, "and is marked");
    app.drain().await;
    assert_eq!(app.all_in_order(4, 2), 0);
}

async fn c3_ten_relays_are_stopped_at_once() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put(lines(10, 4)).await;
    let (relays, stop): (Vec<_>, _) = ((0..10).map(|_| app.relay().concurrency(1)).collect(), Cancel::new());
    let ends = async {
        while app.done() < 7 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    let running = join_all(relays.iter().map(|relay| relay.run::<Shop, _>(&app, &stop)));
    let (stats, ()) = tokio::join!(running, ends);
    let delivered: u64 = stats.iter().map(|stats| stats.delivered).sum();
    assert_eq!(delivered, app.done() as u64);
    // What nobody had begun was given back: the clock stands still, and no lease would end.
    app.drain().await;
    assert_eq!(app.all_in_order(10, 4), 0);
}

async fn c4_stopped_and_started_again_mid_stream() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    let relay = app.relay();
    for round in 0..6 {
        app.put((0..5).map(|line| work(line, round))).await;
        let until = app.done() + 3;
        app.run(&relay, |app| app.done() >= until).await;
    }
    app.drain().await;
    assert_eq!(app.all_in_order(5, 6), 0);
}

async fn c7_stopped_in_the_error_path() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, attempt| (attempt == 1).then_some(Class::Transient));
    app.put(lines(3, 2)).await;
    let closed = app.hands.gate.acquire_many(1_000).await.unwrap();
    let (relay, stop) = (app.relay(), Cancel::new());
    let ends = async {
        while app.hands.running.load(SeqCst) < 3 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        drop(closed);
    };
    let (stats, ()) = tokio::join!(relay.run::<Shop, _>(&app, &stop), ends);
    assert_eq!((stats.retried, stats.given_up), (3, 0), "that they failed is marked");
    app.drain().await;
    assert_eq!(app.all_in_order(3, 2), 0);
    let attempts = app.hands.tried.lock().unwrap().iter().map(|(_, attempt)| *attempt).max();
    assert_eq!(attempts, Some(2), "and counted");
}

async fn c9_paused_under_pressure_then_resumed() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    let relay = app.relay();
    app.put(lines(4, 5)).await;
    app.run(&relay, |app| app.done() >= 6).await;
    let paused = app.done();
    // It goes on coming in while nobody delivers.
    app.put((5..30).flat_map(|number| (0..4).map(move |line| work(line, number)))).await;
    assert_eq!((app.done(), relay.backlog().await.unwrap()), (paused, 120 - paused as u64));
    app.run(&relay, |app| app.done() == 120).await;
    assert_eq!(app.all_in_order(4, 30), 0);
}

async fn c6_started_after_it_was_stopped() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    let relay = app.relay();
    for round in 0..4 {
        let stopped = Cancel::new();
        stopped.cancel();
        relay.run::<Shop, _>(&app, &stopped).await;
        app.put([work(0, round)]).await;
        app.run(&relay, |app| app.done() > round as usize).await;
    }
    assert_eq!((app.all_in_order(1, 4), relay.backlog().await.unwrap()), (0, 0));
}

async fn c8_a_stop_that_is_given_up() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put(lines(3, 2)).await;
    let closed = app.hands.gate.acquire_many(1_000).await.unwrap();
    let (relay, stop) = (app.relay(), Cancel::new());
    {
        let mut running = pin!(relay.run::<Shop, _>(&app, &stop));
        while app.hands.running.load(SeqCst) < 3 {
            assert!(poll_once(&mut running).await.is_pending());
            tokio::task::yield_now().await;
        }
        stop.cancel();
        for _ in 0..10 {
            assert!(poll_once(&mut running).await.is_pending(), "it waits for what was begun");
            tokio::task::yield_now().await;
        }
        // Whoever has waited for it waits no longer.
    }
    drop(closed);
    clock.advance(Duration::from_secs(30));
    app.drain().await;
    assert_eq!(app.all_in_order(3, 2), 0);
}

async fn d1_tried_again_at_once() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, attempt| (attempt < 6).then_some(Class::Transient));
    app.put([work(0, 0)]).await;
    // The clock stands still: without a wait it is tried again.
    app.drain().await;
    assert_eq!((app.all_in_order(1, 1), app.hands.tried.lock().unwrap().len()), (0, 6));
}

async fn d2_tried_again_after_a_delay_and_counted() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, attempt| (attempt < 4).then_some(Class::Transient));
    app.put([work(0, 0)]).await;
    let hour = Duration::from_secs(3_600);
    let again = Redelivery::attempts(u32::MAX).base(hour).cap(hour);
    let relay = Relay::new(&db).redelivery(again).look_every(Duration::from_millis(1));
    for attempt in 1..=4_u64 {
        app.run(&relay, |_| relay.stats().retried + relay.stats().delivered >= attempt).await;
        assert_eq!(app.hands.tried.lock().unwrap().len() as u64, attempt, "not before its time");
        clock.advance(hour);
    }
    let attempts: Vec<u32> = app.hands.tried.lock().unwrap().iter().map(|(_, attempt)| *attempt).collect();
    assert_eq!((attempts, app.all_in_order(1, 1)), (vec![1, 2, 3, 4], 0));
    assert_eq!((relay.stats().retried, relay.stats().delivered, relay.stats().given_up), (3, 1, 0));
}

async fn d4_the_class_decides() {
    let (_place, db, clock) = counting().await;
    let plan: Plan = |work, attempt| {
        let classes = [Class::Transient, Class::Conflict, Class::Unknown, Class::Permanent];
        (attempt == 1).then(|| classes[work.line as usize])
    };
    let app = shop(&db, &clock, plan);
    app.put((0..4).map(|line| work(line, 0))).await;
    let relay = app.relay();
    app.run(&relay, |app| app.done() == 3 && relay.stats().given_up == 1).await;
    let done: BTreeSet<u32> = app.hands.done.lock().unwrap().iter().map(|work| work.line).collect();
    assert_eq!((done, relay.stats().retried), ([0, 1, 2].into(), 3), "what is permanent is not tried again");
}

async fn d5_a_failure_that_cannot_be_marked_comes_again() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, attempt| (attempt == 1).then_some(Class::Permanent));
    app.put([work(0, 0)]).await;
    let closed = app.hands.gate.acquire_many(1_000).await.unwrap();
    let (relay, stop) = (app.relay(), Cancel::new());
    let taken = async {
        while app.hands.running.load(SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        // It claims nothing more itself, and another has it by now, who ends without a word.
        stop.cancel();
        let mut other = OUTBOX.relay(9);
        loop {
            clock.advance(Duration::from_secs(30));
            if Drains::claim_keys(&db, &mut other, 10).await.unwrap().len() == 1 {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(closed);
    };
    let (stats, ()) = tokio::join!(relay.run::<Shop, _>(&app, &stop), taken);
    assert_eq!((stats.lost, app.done()), (1, 0), "that it failed is the other one's to say");
    let parked = Drains::key_states(&db, &OUTBOX, None, 10).await.unwrap();
    assert!(parked.iter().all(|key| key.state == KeyState::Claimed), "{parked:?}");
    clock.advance(Duration::from_secs(30));
    let sound = shop(&db, &clock, SOUND);
    sound.drain().await;
    assert_eq!(sound.all_in_order(1, 1), 0);
}

async fn d6_nothing_of_a_failed_attempt_leaks() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |_, attempt| (attempt < 4).then_some(Class::Transient));
    app.put([work(3, 7)]).await;
    app.drain().await;
    assert_eq!(app.hands.spoiled.lock().unwrap().len(), 3);
    assert_eq!(*app.hands.done.lock().unwrap(), [work(3, 7)], "each attempt has the message as it was");
}

async fn d10_a_panic_is_contained_and_the_relay_lives() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put([Work { line: 9, number: 0, text: "panic".into() }]).await;
    app.put(lines(3, 2)).await;
    let relay = app.relay();
    app.run(&relay, |app| app.done() == 6 && relay.stats().given_up + relay.stats().retried > 0).await;
    assert_eq!(relay.backlog().await.unwrap(), 1, "what panics is not taken for done");
    app.put([work(0, 2), work(1, 2), work(2, 2)]).await;
    app.run(&relay, |app| app.done() == 9).await;
    assert_eq!(app.all_in_order(3, 3), 0);
}
