//! A store whose time stands still, and what is kept in it.

use std::time::Duration;

use catga::store::writer::Inline;
use catga::store::{DeadLetters, Idempotency, Inbox, Outbox, Scheduler, Store, Table};
use catga::testing::VirtualClock;

use crate::engines::{Make, store};

pub const EFFECTS: Table<String, u64> = Table::new("effects");
pub const PAY: Idempotency = Idempotency::new("pay").lease(Duration::from_secs(10)).retention(Duration::from_secs(100));
pub const OUTBOX: Outbox = Outbox::new("out").lease(Duration::from_secs(10));
pub const LETTERS: DeadLetters = DeadLetters::new("dead");
pub const SCHEDULE: Scheduler = Scheduler::new("later");
pub const INBOX: Inbox = Inbox::new("mail").retention(Duration::from_secs(100));

pub struct World {
    pub store: Store,
    pub clock: VirtualClock,
}

pub fn world(make: Make<'_>) -> World {
    let clock = VirtualClock::new();
    World { store: store(make(), Store::<()>::options().writer(Inline).clock(clock.clone())), clock }
}

pub async fn effect(store: &Store, name: &str) -> u64 {
    EFFECTS.get(&mut store.begin().unwrap(), name).await.unwrap().unwrap_or_default()
}
