//! D: what fails is tried again, as it was, and counted.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX, Redelivery};
use catga::prelude::*;
use catga::store::outbox::KeyState;
use catga::store::port::{Drains, Operates};
use catga_tests::scenarios;

use super::super::world::counting;
use super::shop::{Plan, SOUND, Shop, Work, lines, shop, work};

scenarios! { 6:
    d1_tried_again_at_once
    d2_tried_again_after_a_delay_and_counted
    d4_the_class_decides
    d5_a_failure_that_cannot_be_marked_comes_again
    d6_nothing_of_a_failed_attempt_leaks
    d10_a_panic_is_contained_and_the_relay_lives
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
        // It claims nothing more itself, and another has it by now, who ends without a word. What it was claiming just then
        // it lets go; time does not pass meanwhile, or that would be lost, too.
        stop.cancel();
        let mut other = OUTBOX.relay(9);
        clock.advance(Duration::from_secs(30));
        while Drains::claim_keys(&db, &mut other, 10).await.unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        drop(closed);
    };
    let (stats, ()) = tokio::join!(relay.run::<Shop, _>(&app, &stop), taken);
    assert_eq!((stats.lost, app.done()), (1, 0), "that it failed is the other one's to say");
    let parked = Drains::key_states(&db, &OUTBOX, None, 10).await.unwrap();
    // No mark of the one that has lost it: it is neither parked, nor counted, nor among the dead letters.
    let states: Vec<(KeyState, u32)> = parked.iter().map(|key| (key.state, key.attempts)).collect();
    assert_eq!(states, [(KeyState::Claimed, 0)], "{parked:?}");
    assert_eq!(relay.backlog().await.unwrap(), 1);
    assert_eq!(Operates::letters(&db, &DEAD, None, 9).await.unwrap(), []);
    clock.advance(Duration::from_secs(30));
    let sound = shop(&db, &clock, SOUND);
    sound.drain().await;
    assert_eq!(sound.all_in_order(1, 1), 0);
    assert_eq!(sound.hands.tried.lock().unwrap()[0].1, 1, "of the failure nobody has heard, so nobody counts it");
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
