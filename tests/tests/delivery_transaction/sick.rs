//! A lock, and an effect, whose store is out of order for a while.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::writer::{Inline, Manual};
use catga::store::{Answer, Clash, Engine, Identity, Member, Memory, Snapshot, Store, StoreError, StoreOptions};
use catga::testing::VirtualClock;
use catga::time::SystemRandom;
use catga_tests::{drive, poll_once};

use crate::bank::Main;
use crate::memory::effects::gateway::Does;
use crate::memory::effects::shop;
use crate::memory::lock::office::{LEASE, Office, Then, over, taken, work};

/// A store that takes no commits while it is out of order.
pub struct Sick {
    pub memory: Arc<Memory>,
    pub is_sick: Arc<AtomicBool>,
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

fn store() -> (Store<Main>, VirtualClock, Arc<AtomicBool>) {
    let (clock, is_sick) = (VirtualClock::new(), Arc::<AtomicBool>::default());
    let engine = Sick { memory: Arc::new(Memory::new(&SystemRandom)), is_sick: Arc::clone(&is_sick) };
    let options = StoreOptions::default().writer(Inline).clock(clock.clone());
    (Store::with(engine, options).unwrap(), clock, is_sick)
}

fn sick() -> (Office, Arc<AtomicBool>) {
    let (db, clock, is_sick) = store();
    (over(db, clock), is_sick)
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

#[tokio::test]
async fn an_effect_whose_store_cannot_be_told_for_a_whole_lease_is_left() {
    let (db, clock, is_sick) = store();
    let app = shop::over(db, clock);
    app.payments.gateway.will([Does::Waits]);
    let mut first = pin!(app.send_with(shop::pay(shop::Policy::Retry), shop::attempt(7)));
    assert!(poll_once(&mut first).await.is_pending());
    is_sick.store(true, SeqCst);
    let (told, waits) = drive(&app.clock, first).await;
    assert_eq!(told.unwrap_err().code(), "catga.store.in_progress");
    assert_eq!(waits.into_iter().sum::<Duration>(), shop::LEASE);
    is_sick.store(false, SeqCst);
    // It is another attempt's, which asks by the same key.
    assert_eq!(app.send_with(shop::pay(shop::Policy::Retry), shop::attempt(7)).await, Ok(1));
    assert_eq!(app.payments.gateway.charged.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_call_goes_on_while_the_store_is_told_of_it() {
    let (clock, writer) = (VirtualClock::new(), Manual::default());
    let options = StoreOptions::default().writer(writer.clone()).clock(clock.clone());
    let app = shop::over(Store::with(Memory::new(&SystemRandom), options).unwrap(), clock);
    app.payments.gateway.will([Does::Waits]);
    let mut first = pin!(app.send_with(shop::pay(shop::Policy::Park), shop::attempt(7)));
    while app.payments.gateway.calls() == 0 {
        assert!(poll_once(&mut first).await.is_pending());
        writer.commit_one();
    }
    // It is handed over, and nobody commits it yet: the call may have what that waits for.
    app.clock.advance(shop::LEASE / 2);
    assert!(poll_once(&mut first).await.is_pending());
    assert_eq!(writer.waiting(), 1);
    app.payments.gateway.go_on.notify_one();
    assert!(poll_once(&mut first).await.is_pending(), "its answer is recorded");
    assert_eq!(app.payments.gateway.charged.lock().unwrap().len(), 1);
    while writer.commit_one() > 0 {}
    assert_eq!(first.await, Ok(1));
}
