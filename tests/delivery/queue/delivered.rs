//! A: what is enqueued is handled, as it was, once.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::Outbox;
use catga::store::outbox::{KeyState, OutboxMessage};
use catga::store::port::{Drains, Transacts as _, Writes as _};
use catga_tests::scenarios;

use super::super::world::{Base, counting};
use super::shop::{PutOther, SOUND, Shop, Work, crash, lines, shop, work};

scenarios! { 10:
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
}

/// A row that is no message of ours.
async fn add_bytes(db: &Base, key: &[u8], id: u64, body: Vec<u8>) {
    let mut tx = db.begin_tx(&[]).await.unwrap();
    let message = OutboxMessage { id, name: "strange".into(), key: key.into(), body };
    tx.add(&OUTBOX, &message).await.unwrap();
    tx.commit_tx().await.unwrap();
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
