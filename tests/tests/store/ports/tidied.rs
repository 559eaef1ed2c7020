//! What is forgotten: in parts, and nothing that is new.

use std::sync::Arc;
use std::time::Duration;

use catga::store::outbox::{Fate, Marked};
use catga::store::port::{Drains as _, Ended, Settled};
use catga::store::writer::Inline;
use catga::store::{Begun, Effects, ErrorKind, Outbox, Store};
use catga::testing::VirtualClock;

use super::messages::message;
use super::watched::{Notes, Watched};
use super::world::{LETTERS, OUTBOX};
use crate::engines::{Make, store};
use crate::suite::{block_on, kind, scenarios};

scenarios! {
    an_answer_that_is_new_is_not_forgotten_with_an_old_one,
    a_handler_is_forgotten_in_parts,
}

fn watched(make: Make<'_>) -> (Store, Arc<Notes>, VirtualClock) {
    let (clock, notes) = (VirtualClock::new(), Arc::new(Notes::default()));
    let engine = Arc::new(Watched { inner: make(), notes: Arc::clone(&notes) });
    (store(engine, Store::<()>::options().writer(Inline).clock(clock.clone())), notes, clock)
}

const CARD: Effects = Effects::new("card").retention(Duration::from_secs(60));
const CALL: (&[u8], u64) = (b"message", 0);

async fn answer(store: &Store, answer: &[u8]) {
    let Begun::First(claim) = CARD.begin(store, CALL, b"request", 1).await.unwrap() else { panic!("it was called") };
    CARD.end(store, CALL, claim, Ended::Answered(answer.to_vec())).await.unwrap();
}

/// While one looks for what is old, another forgets it, and a late attempt calls and is answered anew.
fn an_answer_that_is_new_is_not_forgotten_with_an_old_one(make: Make<'_>) {
    let (store, notes, clock) = watched(make);
    block_on(async {
        answer(&store, b"old").await;
        clock.advance(Duration::from_secs(61));
        let other = store.clone();
        let meanwhile = move || {
            std::thread::spawn(move || {
                block_on(async {
                    assert_eq!(CARD.trim(&other, 9).await.unwrap(), 1);
                    answer(&other, b"new").await;
                });
            })
            .join()
            .unwrap();
        };
        *notes.then.lock().unwrap() = Some(Box::new(meanwhile));
        assert_eq!(kind(CARD.trim(&store, 9).await), Some(ErrorKind::Conflict));
        assert_eq!(CARD.begin(&store, CALL, b"request", 2).await.unwrap(), Begun::Done(b"new".to_vec()));
        // And is, in its turn.
        clock.advance(Duration::from_secs(61));
        assert_eq!(CARD.trim(&store, 9).await.unwrap(), 1);
        assert_eq!(CARD.trim(&store, 9).await.unwrap(), 0);
        answer(&store, b"newer").await;
    });
}

const EVENTS: u64 = 600;

fn a_handler_is_forgotten_in_parts(make: Make<'_>) {
    let (store, notes, _) = watched(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        for id in 0..EVENTS {
            OUTBOX.add(&mut tx, &message(&format!("{id}"), id)).unwrap();
        }
        tx.commit().await.unwrap();
        let failed = |key| {
            let fate = Fate::Again { after: Duration::ZERO, error: "busy".into() };
            let marked = Marked { key, published: 0, fate };
            Settled { marked, letter: None, forgotten: Vec::new(), heard: vec!["mail", "stock"] }
        };
        let claimed = OUTBOX.relay(1).claim(&store, EVENTS as usize).await.unwrap();
        let settled: Vec<Settled> = claimed.into_iter().map(failed).collect();
        store.settle_keys(&OUTBOX, &LETTERS, &settled).await.unwrap();

        notes.scans.lock().unwrap().clear();
        assert_eq!(Outbox::forget_handler(&store, "mail", 10).await.unwrap(), 10);
        let read: usize = notes.scans.lock().unwrap().drain(..).map(|(_, rows)| rows).sum();
        assert!(read < EVENTS as usize, "{read} were read for ten");
        assert_eq!(Outbox::forget_handler(&store, "mail", usize::MAX).await.unwrap(), EVENTS as usize - 10);
        assert_eq!(Outbox::forget_handler(&store, "mail", usize::MAX).await.unwrap(), 0);
        assert_eq!(Outbox::forget_handler(&store, "nobody", 1).await.unwrap(), 0);
        let most = notes.scans.lock().unwrap().drain(..).map(|(limit, _)| limit).max();
        assert!(most <= Some(1_000), "{most:?} at once");
        for id in 0..EVENTS {
            assert_eq!(store.heard(id).await.unwrap(), ["stock"]);
        }
    });
}
