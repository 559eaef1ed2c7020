use core::fmt::Debug;
use core::time::Duration;
use std::collections::BTreeMap;

pub(super) use super::super::tools::{Checked, all, both, ensure};
use super::StoreBackend;
use crate::store::outbox::{ClaimedKey, Fate, Marked, OutboxMessage, OutboxRow, Relay};
use crate::store::port::{Drains as _, Settled, Transacts as _, Writes as _};
use crate::store::{Claim, Claiming, DeadLetter, DeadLetters, ErrorKind, Idempotency, Outbox, Scheduler, StoreError};

pub(super) const LEASE: Duration = Duration::from_secs(10);
pub(super) const SECOND: Duration = Duration::from_secs(1);
pub(super) const OUTBOX: Outbox = Outbox::new("conformance").lease(LEASE);
pub(super) const SCHEDULE: Scheduler = Scheduler::new("conformance");
pub(super) const LETTERS: DeadLetters = DeadLetters::new("conformance");
pub(super) const RECORDS: Idempotency = Idempotency::new("conformance").lease(LEASE);

/// The error of a store as a scenario's.
pub(super) trait OrSay<T> {
    /// Says what was tried.
    fn or_say(self, what: &str) -> Result<T, String>;
}

impl<T> OrSay<T> for Result<T, StoreError> {
    fn or_say(self, what: &str) -> Result<T, String> {
        self.map_err(|error| format!("{what}: {:?}, {error}", error.kind()))
    }
}

/// It is refused, and so.
pub(super) fn refused<T: Debug>(outcome: Result<T, StoreError>, expected: ErrorKind, what: &str) -> Result<(), String> {
    match outcome {
        Err(error) if error.kind() == expected => Ok(()),
        other => Err(format!("{what} is {expected:?}, and not {:?}", other.map_err(|error| error.kind()))),
    }
}

/// It is refused for now.
pub(super) fn in_progress<T: Debug>(outcome: Result<T, StoreError>, what: &str) -> Result<(), String> {
    match outcome {
        Err(error) if matches!(error.kind(), ErrorKind::InProgress { .. }) => Ok(()),
        other => Err(format!("{what} is `InProgress`, and not {:?}", other.map_err(|error| error.kind()))),
    }
}

/// A message of a key; its body says which it is.
pub(super) fn message(key: &str, id: u64) -> OutboxMessage {
    OutboxMessage { id, name: format!("message.{id}"), key: key.into(), body: id.to_be_bytes().to_vec() }
}

/// Commits one transaction with these messages.
pub(super) async fn add<B: StoreBackend>(db: &B::Store, messages: &[(&str, u64)]) -> Result<(), String> {
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    for (key, id) in messages {
        tx.add(&OUTBOX, &message(key, *id)).await.or_say("adding")?;
    }
    tx.commit_tx().await.or_say("committing")
}

pub(super) async fn claim<B: StoreBackend>(
    db: &B::Store,
    relay: &mut Relay,
    limit: usize,
) -> Result<Vec<ClaimedKey>, String> {
    let keys = db.claim_keys(relay, limit).await.or_say("claiming")?;
    ensure!(keys.len() <= limit, "{} keys were claimed, and {limit} was the limit", keys.len());
    for row in keys.iter().flat_map(|key| &key.rows) {
        let OutboxMessage { id, name, body, .. } = &row.message;
        let is_whole = *name == format!("message.{id}") && **body == id.to_be_bytes();
        ensure!(is_whole, "message {id} came back as {:?}", row.message);
    }
    Ok(keys)
}

pub(super) fn ids(keys: &[ClaimedKey]) -> Vec<u64> {
    keys.iter().flat_map(|key| key.rows.iter().map(|row| row.message.id)).collect()
}

fn settled(key: ClaimedKey, published: usize, fate: Fate, letter: Option<DeadLetter>) -> Settled {
    Settled { marked: Marked { key, published, fate }, letter, forgotten: Vec::new(), heard: Vec::new() }
}

/// Their first rows were delivered.
pub(super) async fn done<B: StoreBackend>(db: &B::Store, keys: Vec<ClaimedKey>) -> Result<(), StoreError> {
    let keys: Vec<Settled> =
        keys.into_iter().map(|key| settled(key.clone(), key.rows.len(), Fate::GoOn, None)).collect();
    db.settle_keys(&OUTBOX, &LETTERS, &keys).await
}

/// The first row of one was not.
pub(super) async fn failed<B: StoreBackend>(
    db: &B::Store,
    key: ClaimedKey,
    fate: Fate,
    letter: Option<DeadLetter>,
) -> Result<(), String> {
    db.settle_keys(&OUTBOX, &LETTERS, &[settled(key, 0, fate, letter)]).await.or_say("marking what failed")
}

pub(super) fn again(after: Duration) -> Fate {
    Fate::Again { after, error: "it failed".into() }
}

pub(super) fn letter(row: &OutboxRow) -> DeadLetter {
    let OutboxMessage { id, name, key, body } = row.message.clone();
    let (source, errors) = (String::from("conformance"), vec![String::from("it failed")]);
    let (attempts, first_ms, group) = (row.attempts + 1, row.added_ms, String::new());
    DeadLetter { id, name, source, key, body, errors, attempts, first_ms, last_ms: 0, group, fingerprint: 0 }
}

/// Delivers all that is there, and notes it by its key.
pub(super) async fn drain<B: StoreBackend>(db: &B::Store, limit: usize) -> Result<Delivered, String> {
    let (mut relay, mut delivered) = (OUTBOX.relay(77), Delivered::default());
    loop {
        let keys = claim::<B>(db, &mut relay, limit).await?;
        if keys.is_empty() {
            return Ok(delivered);
        }
        delivered.note(&keys);
        done::<B>(db, keys).await.or_say("marking what was delivered")?;
    }
}

/// What was delivered, in its order, by key.
#[derive(Debug, Default)]
pub(super) struct Delivered(pub(super) BTreeMap<String, Vec<u64>>);

impl Delivered {
    pub(super) fn note(&mut self, keys: &[ClaimedKey]) {
        for key in keys {
            let name = String::from_utf8_lossy(&key.key).into_owned();
            self.0.entry(name).or_default().extend(key.rows.iter().map(|row| row.message.id));
        }
    }

    /// All of these, each key's in its order: what came more often is counted, and what is missing or out of order fails.
    pub(super) fn are(&self, expected: &BTreeMap<String, Vec<u64>>) -> Checked {
        let mut duplicates = 0;
        for (key, ids) in expected {
            let came = self.0.get(key).map_or(&[][..], Vec::as_slice);
            let mut first = Vec::new();
            for id in came {
                if first.contains(id) {
                    duplicates += 1;
                } else {
                    first.push(*id);
                }
            }
            ensure!(first == *ids, "of the key {key} came {came:?}, and {ids:?} was added");
        }
        let strange: Vec<&String> = self.0.keys().filter(|key| !expected.contains_key(*key)).collect();
        ensure!(strange.is_empty(), "nobody has added messages of {strange:?}");
        Ok(duplicates)
    }
}

pub(super) fn yours(claiming: Claiming) -> Result<Claim, String> {
    match claiming {
        Claiming::Yours(claim) => Ok(claim),
        Claiming::Done(recorded) => Err(format!("nothing was recorded, and {recorded:?} was answered")),
    }
}
