//! Outbox, idempotency, inbox, dead letters, schedule and leases, as a store. What is here is what they share.

mod clocks;
mod idempotency;
mod inbox;
mod leases;
mod letters;
mod outbox;
mod relay;
mod schedule;
mod store;

use std::time::Duration;

use catga::store::outbox::{Added, ClaimedKey, Fate, Marked, OutboxMessage};
use catga::store::{Claim, Claiming, DeadLetters, Idempotency, Inbox, Outbox, Recorded, Scheduler, Sql};

use super::world::{Db, Main};

pub const OUTBOX: Outbox = Outbox::new("outbox").lease(Duration::from_secs(10));
pub const RECORDS: Idempotency =
    Idempotency::new("pay").lease(Duration::from_secs(10)).retention(Duration::from_secs(60));
pub const INBOX: Inbox = Inbox::new("ledger").retention(Duration::from_secs(60));
pub const DEAD: DeadLetters = DeadLetters::new("dead");
pub const SCHEDULE: Scheduler = Scheduler::new("schedule");
pub const SECOND: Duration = Duration::from_secs(1);

pub fn message(key: &str, id: u64) -> OutboxMessage {
    OutboxMessage { id, name: "placed".into(), key: key.into(), body: vec![id as u8; 20] }
}

pub async fn add(db: &Sql<Db, Main>, messages: &[(&str, u64)]) {
    let mut tx = db.begin().await.unwrap();
    for (key, id) in messages {
        assert_eq!(tx.add(&OUTBOX, &message(key, *id)).await.unwrap(), Added::New);
    }
    tx.commit().await.unwrap();
}

pub fn ids(claimed: &[ClaimedKey]) -> Vec<u64> {
    claimed.iter().flat_map(|key| key.rows.iter().map(|row| row.message.id)).collect()
}

pub async fn mark(db: &Sql<Db, Main>, claimed: Vec<ClaimedKey>, fate: impl Fn(&ClaimedKey) -> (usize, Fate)) {
    let marked = |key: ClaimedKey| {
        let (published, fate) = fate(&key);
        Marked { key, published, fate }
    };
    let marked: Vec<_> = claimed.into_iter().map(marked).collect();
    db.mark(&OUTBOX, &marked.iter().collect::<Vec<_>>()).await.unwrap();
}

pub async fn publish(db: &Sql<Db, Main>, claimed: Vec<ClaimedKey>) {
    mark(db, claimed, |key| (key.rows.len(), Fate::GoOn)).await;
}

pub fn reply(text: &str) -> Recorded {
    Recorded { codec: "text".into(), schema: u64::MAX, reply: text.into() }
}

pub fn yours(claiming: Claiming) -> Claim {
    match claiming {
        Claiming::Yours(claim) => claim,
        Claiming::Done(_) => panic!("it is done"),
    }
}
