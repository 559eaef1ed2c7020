//! Relays that renew what they have, while its time goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::{Store, Table};
use catga::testing::VirtualClock;
use serde::{Deserialize, Serialize};
use shuttle::{future, thread};

use crate::engine::{LEASE, Main, POSTS, ROUNDS, interleaved, store};

#[command]
#[derive(Serialize, Deserialize)]
struct Pay {
    number: u32,
}

#[event(key = key)]
#[derive(Serialize, Deserialize)]
struct Paid {
    key: u32,
    number: u32,
}

/// What was paid: by key and place.
const PAYMENTS: Table<(u32, u64), u32> = Table::new("payments");

struct Ledger {
    clock: VirtualClock,
}

#[handler]
impl Ledger {
    async fn pay(&self, command: Pay, cx: &mut Context<impl Publishes<Paid>>) -> Result<(), Error> {
        let number = command.number;
        cx.publish(Paid { key: number % 2, number }).await.map_err(Error::refused)
    }

    /// It works for longer than its relay has the key without a renewal.
    async fn on_paid(&self, event: &Paid, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        self.clock.sleep(LEASE + LEASE / 2).await;
        let (first, last) = ((event.key, 0), (event.key, u64::MAX));
        let rows = PAYMENTS.range(cx.tx(), first..=last).await.map_err(Failure::from_error)?;
        PAYMENTS.put(cx.tx(), &(event.key, rows.len() as u64), &event.number).map_err(Failure::from_error)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Vault {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db), events: Transactional(self.db))]
    ledger: Ledger,
    db: Store<Main>,
}

/// Two relays, whose time goes on while they renew and settle, and may end their leases meanwhile.
fn race_of_renewals(lost: &AtomicU32) {
    let clock = VirtualClock::new();
    let ledger = Ledger { clock: clock.clone() };
    let vault = Arc::new(Vault { ledger, db: store(&clock, false), clock });
    for number in 0..POSTS {
        future::block_on(vault.send(Pay { number })).unwrap();
    }
    let (stop, running) = (Arc::new(Cancel::new()), Arc::new(AtomicU32::new(2)));
    let relays: Vec<_> = (0..2)
        .map(|_| {
            let (vault, stop, running) = (Arc::clone(&vault), Arc::clone(&stop), Arc::clone(&running));
            thread::spawn(move || {
                let relay = Relay::new(&vault.db).outbox(OUTBOX.lease(LEASE)).look_every(LEASE / 8).concurrency(2);
                let stats = future::block_on(relay.run::<Vault, _>(&*vault, &stop));
                running.fetch_sub(1, SeqCst);
                stats
            })
        })
        .collect();
    while running.load(SeqCst) > 0 {
        if OUTBOX.backlog(&vault.db).unwrap() == 0 {
            stop.cancel();
        }
        vault.clock.advance_to_next();
        thread::yield_now();
    }
    let stats: Vec<_> = relays.into_iter().map(|relay| relay.join().unwrap()).collect();
    // Whoever has handled one has renewed its key before.
    assert!(stats.iter().map(|stats| stats.delivered).sum::<u64>() >= POSTS.into(), "{stats:?}");
    lost.fetch_add(u32::from(stats.iter().any(|stats| stats.lost > 0)), SeqCst);
    assert_eq!(OUTBOX.backlog(&vault.db).unwrap(), 0);
    let rows = future::block_on(async { PAYMENTS.range(&mut vault.db.begin().unwrap(), ..).await.unwrap() });
    for key in 0..2 {
        let of_key = rows.iter().filter(|((of, _), _)| *of == key).map(|(_, number)| *number);
        assert!(of_key.eq((0..POSTS).filter(|number| number % 2 == key)), "each once, in order: {rows:?}");
    }
}

#[test]
fn renewals_that_are_raced_by_the_end_of_their_lease_do_nothing_twice() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    interleaved(|| race_of_renewals(&LOST), ROUNDS / 6);
    assert!(LOST.load(SeqCst) > 0, "leases have ended");
}
