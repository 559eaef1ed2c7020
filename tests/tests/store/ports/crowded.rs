//! As many commits wait as the store takes: what comes in is refused, and what goes out goes on.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use catga::store::outbox::Fate;
use catga::store::port::{Drains as _, Ended, Remembers as _, Settled, Transacts as _};
use catga::store::writer::Manual;
use catga::store::{Begun, Claiming, Effects, ErrorKind, Lease, Recorded, Store, StoreError, Transaction};
use catga::testing::VirtualClock;

use super::messages::{ids, marked, message};
use super::world::{EFFECTS, LETTERS, OUTBOX, PAY};
use crate::engines::{Make, store};
use crate::suite::{kind, poll, scenarios};

scenarios! {
    what_was_begun_ends_however_many_commits_wait,
}

const CARD: Effects = Effects::new("card");
const CALL: (&[u8], u64) = (b"message", 0);
const LEASE: Duration = Duration::from_secs(10);

type Task<'t> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + 't>>;

/// Runs it, and the commits that it waits for.
fn ended<F: Future>(writer: &Manual, work: F) -> F::Output {
    let mut work = Box::pin(work);
    loop {
        if let Poll::Ready(output) = poll(&mut work) {
            return output;
        }
        assert_eq!(writer.commit_one(), 1, "it waits for its commit");
    }
}

/// Hands its commit over.
fn begun<'t>(work: impl Future<Output = Result<(), StoreError>> + 't) -> Task<'t> {
    let mut work: Task<'t> = Box::pin(work);
    let polled = poll(&mut work);
    assert!(polled.is_pending(), "{polled:?}");
    work
}

async fn put(mut tx: Transaction, name: String) -> Result<(), StoreError> {
    EFFECTS.put(&mut tx, &name, &1)?;
    tx.commit().await.map(drop)
}

fn what_was_begun_ends_however_many_commits_wait(make: Make<'_>) {
    let writer = Manual::default();
    let options = Store::<()>::options().writer(writer.clone()).clock(VirtualClock::new()).most_waiting(3);
    let store = store(make(), options);
    let mut tx = store.begin().unwrap();
    for id in 1..4 {
        OUTBOX.add(&mut tx, &message(&format!("{id}"), id)).unwrap();
    }
    ended(&writer, tx.commit()).unwrap();
    let mut claimed = ended(&writer, OUTBOX.relay(1).claim(&store, 2)).unwrap();
    let mut lease = ended(&writer, Lease::acquire(&store, "leader", 1, LEASE)).unwrap();
    let Claiming::Yours(pay) = ended(&writer, PAY.claim(&store, b"k", 7, 1)).unwrap() else { panic!("it has run") };
    let card = ended(&writer, CARD.begin(&store, CALL, b"q", 1)).unwrap();
    let Begun::First(card) = card else { panic!("it was called") };
    let first = claimed.remove(0);
    let done = [Settled { marked: marked(first, 1, Fate::GoOn), letter: None, forgotten: vec![], heard: vec![] }];

    let mut tasks: Vec<Task<'_>> =
        (0..3).map(|number| begun(put(store.begin().unwrap(), format!("{number}")))).collect();
    let refused = |kind: Option<ErrorKind>| assert_eq!(kind, Some(ErrorKind::Overloaded));
    refused(kind(store.begin()));
    refused(kind(ended(&writer, store.takes_in(&OUTBOX, None))));
    refused(kind(ended(&writer, PAY.claim(&store, b"other", 7, 1))));
    refused(kind(ended(&writer, Lease::acquire(&store, "other", 1, LEASE))));
    // Each of these is handed over behind those that wait.
    let reply = Recorded { codec: "text".into(), schema: 7, reply: b"ok".to_vec() };
    tasks.push(begun(store.settle_keys(&OUTBOX, &LETTERS, &done)));
    tasks.push(begun(OUTBOX.renew(&store, &mut claimed[0])));
    tasks.push(begun(lease.renew(&store, LEASE)));
    tasks.push(begun(PAY.renew(&store, b"k", pay)));
    tasks.push(begun(CARD.renew(&store, CALL, card)));
    tasks.push(begun(CARD.end(&store, CALL, card, Ended::Undone)));
    tasks.push(begun(store.keep_reply(&PAY, b"k", pay, reply)));
    tasks.push(begun(async {
        assert_eq!(ids(&OUTBOX.relay(2).claim(&store, 9).await?), [3]);
        Ok(())
    }));
    tasks.push(begun(async { put(store.begin_drain().await?, "handled".into()).await }));
    refused(kind(store.begin()));
    while writer.commit_one() > 0 {}
    for task in tasks {
        ended(&writer, task).unwrap();
    }
    store.begin().unwrap();
    assert_eq!(OUTBOX.backlog(&store).unwrap(), 2);
}
