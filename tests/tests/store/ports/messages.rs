//! Messages of the outbox, added, claimed and marked.

use catga::store::Store;
use catga::store::outbox::{Added, ClaimedKey, Fate, Marked, OutboxMessage};

use super::world::OUTBOX;

pub fn message(key: &str, id: u64) -> OutboxMessage {
    OutboxMessage { id, name: "placed".into(), key: key.into(), body: vec![id as u8; 20] }
}

pub async fn add(store: &Store, messages: &[(&str, u64)]) {
    let mut tx = store.begin().unwrap();
    for (key, id) in messages {
        assert_eq!(OUTBOX.add(&mut tx, &message(key, *id)).unwrap(), Added::New);
    }
    tx.commit().await.unwrap();
}

pub fn ids(claimed: &[ClaimedKey]) -> Vec<u64> {
    claimed.iter().flat_map(|key| key.rows.iter().map(|row| row.message.id)).collect()
}

pub fn marked(key: ClaimedKey, published: usize, fate: Fate) -> Marked {
    Marked { key, published, fate }
}

pub async fn publish(store: &Store, claimed: Vec<ClaimedKey>) {
    let all: Vec<_> = claimed
        .into_iter()
        .map(|key| {
            let all = key.rows.len();
            marked(key, all, Fate::GoOn)
        })
        .collect();
    OUTBOX.mark(store, &all).await.unwrap();
}
