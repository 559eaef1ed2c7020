//! Random work on a store, with what must be there afterwards.

use std::collections::{BTreeMap, BTreeSet};

use catga::store::outbox::OutboxMessage;
use catga::store::writer::Manual;
use catga::store::{Durable, ErrorKind, Outbox, Scheduler, Store, StoreError, Table, Transaction};
use catga::testing::SeededRandom;
use catga::time::Random;

use crate::engines::options;
use crate::suite::{block_on, poll};

pub const ROWS: Table<u64, Vec<u8>> = Table::new("rows");
const OUTBOX: Outbox = Outbox::new("out");
const SCHEDULE: Scheduler = Scheduler::new("later");
const KEYS: u64 = 60;

/// What is in a store, over the tables of its file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    rows: BTreeMap<u64, Vec<u8>>,
    /// How much waits in the outbox, as it counts and as is there.
    waiting: (u64, u64),
    /// What is sent later.
    later: BTreeSet<u64>,
}

/// What is known of a store's rows.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// All that was acknowledged.
    pub rows: Rows,
    /// With the group whose answer is not known, where there is one.
    pub maybe: Option<Rows>,
    pub acknowledged: u64,
    pub unknown: u64,
    /// Failed: nothing happened.
    pub failed: u64,
}

impl Known {
    pub fn of(rows: Rows) -> Self {
        Self { rows, ..Self::default() }
    }

    /// Whether this is what may be there.
    pub fn allows(&self, rows: &Rows) -> bool {
        *rows == self.rows || self.maybe.as_ref() == Some(rows)
    }
}

pub fn open(engine: Durable) -> (Store, Manual) {
    let writer = Manual::default();
    (Store::with(engine, options().writer(writer.clone())).unwrap(), writer)
}

pub fn read(store: &Store) -> Result<Rows, StoreError> {
    block_on(read_in(store))
}

async fn read_in(store: &Store) -> Result<Rows, StoreError> {
    let rows = ROWS.range(&mut store.begin()?, ..).await?.into_iter().collect();
    let later = SCHEDULE.list(store, None, usize::MAX)?;
    Ok(Rows {
        rows,
        waiting: (OUTBOX.backlog(store)?, waiting(store)?),
        later: later.into_iter().map(|(_, scheduled)| scheduled.message.id).collect(),
    })
}

/// How many keys of the outbox have a message: each has one.
fn waiting(store: &Store) -> Result<u64, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let seen = OUTBOX.oldest(store, after.as_deref(), 1)?;
        count += u64::from(seen.added_ms.is_some());
        after = seen.next;
        if after.is_none() {
            return Ok(count);
        }
    }
}

/// Adds a message to send now, or later: whether it did.
fn send(tx: &mut Transaction, id: u64) -> bool {
    let message = OutboxMessage { id, name: "n".into(), key: id.to_be_bytes().into(), body: vec![id as u8; 100] };
    match id % 2 {
        0 => OUTBOX.add(tx, &message).is_ok(),
        _ => SCHEDULE.at(tx, id, message).is_ok(),
    }
}

/// Groups of some members each, until there were so many or the store fails for good.
pub fn work(store: &Store, writer: &Manual, chance: &SeededRandom, groups: u64, known: &mut Known) {
    block_on(async {
        for _ in 0..groups {
            let mut commits = Vec::new();
            for _ in 0..=chance.up_to(3) {
                let Ok(mut tx) = store.begin() else { return };
                let mut writes = Vec::new();
                for _ in 0..=chance.up_to(5) {
                    let key = chance.up_to(KEYS - 1);
                    let row = (chance.up_to(3) > 0).then(|| {
                        // Mostly small, sometimes of many pages.
                        let most = if chance.up_to(30) == 0 { 20_000 } else { 200 };
                        vec![chance.next() as u8; chance.up_to(most) as usize]
                    });
                    match &row {
                        Some(row) => ROWS.put(&mut tx, &key, row).unwrap(),
                        None => ROWS.delete(&mut tx, &key).unwrap(),
                    }
                    writes.push((key, row));
                }
                let sent = Some(chance.next()).filter(|id| send(&mut tx, *id));
                let mut commit = tx.commit();
                assert!(poll(&mut commit).is_pending());
                commits.push((commit, writes, sent));
            }
            writer.commit_one();
            // A group is all or nothing; it is known to be there if one member was told so.
            let (mut after, mut sure, mut unsure) = (known.rows.clone(), 0, 0);
            for (commit, writes, sent) in commits {
                match commit.await {
                    Ok(_) => sure += 1,
                    Err(error) if error.kind() == ErrorKind::Unknown => unsure += 1,
                    Err(_) => {
                        known.failed += 1;
                        continue;
                    }
                }
                for (key, row) in writes {
                    match row {
                        Some(row) => drop(after.rows.insert(key, row)),
                        None => drop(after.rows.remove(&key)),
                    }
                }
                match sent {
                    Some(id) if id % 2 == 0 => after.waiting = (after.waiting.0 + 1, after.waiting.1 + 1),
                    Some(id) => drop(after.later.insert(id)),
                    None => {}
                }
            }
            assert!(sure == 0 || unsure == 0, "one answer for all of a group");
            known.acknowledged += sure;
            known.unknown += unsure;
            if unsure > 0 {
                known.maybe = Some(after);
                // Whoever is told so looks before it goes on.
                match read_in(store).await {
                    Ok(rows) => {
                        assert!(known.allows(&rows), "neither with the group nor without");
                        known.rows = rows;
                        known.maybe = None;
                    }
                    Err(_) => return,
                }
            } else {
                known.rows = after;
            }
        }
    });
}
