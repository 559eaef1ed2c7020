//! A lock whose store is out of order for a while.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::writer::Inline;
use catga::store::{Answer, Clash, Engine, Identity, Member, Memory, Snapshot, Store, StoreError, StoreOptions};
use catga::testing::VirtualClock;
use catga::time::SystemRandom;
use catga_tests::{drive, poll_once};

use crate::memory::lock::office::{LEASE, Office, Then, over, taken, work};

/// A store that takes no commits while it is out of order.
struct Sick {
    memory: Memory,
    is_sick: Arc<AtomicBool>,
}

impl Engine for Sick {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.memory.snapshot()
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        match self.is_sick.load(SeqCst) {
            true => group.iter().map(|_| Answer::Conflict(Clash::TooOld)).collect(),
            false => self.memory.commit(group),
        }
    }

    fn identity(&self) -> Identity {
        self.memory.identity()
    }

    fn head(&self) -> u64 {
        self.memory.head()
    }
}

fn sick() -> (Office, Arc<AtomicBool>) {
    let (clock, is_sick) = (VirtualClock::new(), Arc::<AtomicBool>::default());
    let engine = Sick { memory: Memory::new(&SystemRandom), is_sick: Arc::clone(&is_sick) };
    let options = StoreOptions::default().writer(Inline).clock(clock.clone());
    (over(Store::with(engine, options).unwrap(), clock), is_sick)
}

#[tokio::test]
async fn a_store_that_cannot_be_asked_for_a_whole_lease_loses_the_lock() {
    let (app, is_sick) = sick();
    let mut first = pin!(app.send(work(7, Then::Listens)));
    assert!(poll_once(&mut first).await.is_pending());
    is_sick.store(true, SeqCst);
    let (told, waits) = drive(&app.clock, first).await;
    assert_eq!(told.unwrap_err().code(), "catga.delivery.lock_lost");
    assert_eq!(waits.into_iter().sum::<Duration>(), LEASE);
    assert_eq!(app.desk().notes(), ["told"]);
}

#[tokio::test]
async fn a_store_that_comes_back_in_time_does_not() {
    let (app, is_sick) = sick();
    let mut first = pin!(app.send(work(7, Then::Takes(LEASE * 10))));
    for n in 0..30 {
        assert!(poll_once(&mut first).await.is_pending());
        app.clock.advance_to_next().unwrap();
        // Two renewals of three fail.
        is_sick.store(n % 3 != 0, SeqCst);
    }
    is_sick.store(false, SeqCst);
    drive(&app.clock, first).await.0.unwrap();
    taken(&app, 7).await.unwrap();
}
