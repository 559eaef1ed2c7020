//! C: a relay is stopped and started at any moment, and nothing is lost by it.

use std::pin::pin;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::prelude::*;
use catga_tests::{poll_once, scenarios};
use futures_util::future::join_all;

use super::super::world::counting;
use super::shop::{SOUND, Shop, lines, shop, work};

scenarios! { 8:
    c1_stopped_twice
    c2_stopped_while_it_waits_for_a_handler
    c3_ten_relays_are_stopped_at_once
    c4_stopped_and_started_again_mid_stream
    c6_started_after_it_was_stopped
    c7_stopped_in_the_error_path
    c8_a_stop_that_is_given_up
    c9_paused_under_pressure_then_resumed
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
