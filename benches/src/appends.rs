//! Durable appends: the store, and raw redb behind a group commit of its own that does the same work.
//!
//! An append is an event of 256 bytes, an outbox row of 256 bytes and the head of its stream, in one durable
//! transaction: three tables on either side. Both encode their rows where they are called, as MessagePack, and
//! put before each what a row needs that lives for years: a sum over key and bytes, its kind, its version.

use std::sync::mpsc;

use catga::store::{Store, Table, Transaction};
use redb::{Database, TableDefinition, WriteTransaction};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tokio::sync::oneshot;

const SIZE: usize = 256;

/// Where appends go to.
pub trait Appends: Clone + Send + Sync + 'static {
    fn append(&self, stream: u64, first: u64, batch: u64) -> impl Future<Output = ()> + Send;
}

/// How many rows an append writes.
pub const fn rows(batch: u64) -> u64 {
    2 * batch + 1
}

const EVENTS: Table<u64, Blob> = Table::new("events");
const ROWS: Table<u64, Blob> = Table::new("rows");
/// The heads of the streams.
pub const HEADS: Table<u64, u64> = Table::new("heads");

/// Bytes, not numbers.
struct Blob([u8; SIZE]);

impl Serialize for Blob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Blob {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("it is only written"))
    }
}

/// A transaction with an append in it.
pub fn begin(store: &Store, stream: u64, first: u64, batch: u64) -> Transaction {
    let mut tx = store.begin().expect("a transaction");
    for number in first..first + batch {
        EVENTS.put(&mut tx, &number, &Blob([1; SIZE])).expect("an event");
        ROWS.put(&mut tx, &number, &Blob([2; SIZE])).expect("a row");
    }
    HEADS.put(&mut tx, &stream, &(first + batch)).expect("a head");
    tx
}

impl Appends for Store {
    async fn append(&self, stream: u64, first: u64, batch: u64) {
        begin(self, stream, first, batch).commit().await.expect("a commit");
    }
}

/// An append with its rows encoded.
pub struct Encoded {
    stream: u64,
    first: u64,
    events: Vec<Vec<u8>>,
    rows: Vec<Vec<u8>>,
    head: Vec<u8>,
}

fn encoded(key: u64, row: &impl Serialize) -> Vec<u8> {
    let mut record = Vec::with_capacity(SIZE + 16);
    record.extend_from_slice(&[0, 0, 0, 0, 1, 0, 0]);
    rmp_serde::encode::write_named(&mut record, row).expect("a row");
    let sum = crc32c::crc32c_append(crc32c::crc32c(&key.to_be_bytes()), &record[4..]);
    record[..4].copy_from_slice(&sum.to_be_bytes());
    record
}

impl Encoded {
    pub fn new(stream: u64, first: u64, batch: u64) -> Self {
        let (mut events, mut rows) = (Vec::new(), Vec::new());
        for number in first..first + batch {
            events.push(encoded(number, &Blob([1; SIZE])));
            rows.push(encoded(number, &Blob([2; SIZE])));
        }
        Self { stream, first, events, rows, head: encoded(stream, &(first + batch)) }
    }
}

const RAW_EVENTS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("events");
const RAW_ROWS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("rows");
const RAW_HEADS: TableDefinition<'static, u64, &'static [u8]> = TableDefinition::new("heads");

fn apply<'a>(transaction: &WriteTransaction, group: impl Iterator<Item = &'a Encoded>) {
    let mut events = transaction.open_table(RAW_EVENTS).expect("a table");
    let mut rows = transaction.open_table(RAW_ROWS).expect("a table");
    let mut heads = transaction.open_table(RAW_HEADS).expect("a table");
    for append in group {
        for ((number, event), row) in (append.first..).zip(&append.events).zip(&append.rows) {
            events.insert(number, event.as_slice()).expect("an event");
            rows.insert(number, row.as_slice()).expect("a row");
        }
        heads.insert(append.stream, append.head.as_slice()).expect("a head");
    }
}

/// One durable transaction of raw redb with a group of appends.
pub fn commit<'a>(database: &Database, group: impl Iterator<Item = &'a Encoded>) {
    let transaction = database.begin_write().expect("a transaction");
    apply(&transaction, group);
    transaction.commit().expect("a commit");
}

/// Raw redb behind a thread that commits all that waits in one transaction.
#[derive(Clone)]
pub struct Raw {
    send: mpsc::Sender<(Encoded, oneshot::Sender<()>)>,
}

impl Raw {
    pub fn new(database: Database) -> Self {
        let (send, receive) = mpsc::channel::<(Encoded, oneshot::Sender<()>)>();
        std::thread::spawn(move || {
            while let Ok(first) = receive.recv() {
                let group: Vec<_> = std::iter::once(first).chain(receive.try_iter()).collect();
                commit(&database, group.iter().map(|(append, _)| append));
                group.into_iter().for_each(|(_, done)| {
                    let _gone = done.send(());
                });
            }
        });
        Self { send }
    }
}

impl Appends for Raw {
    async fn append(&self, stream: u64, first: u64, batch: u64) {
        let (done, answer) = oneshot::channel();
        self.send.send((Encoded::new(stream, first, batch), done)).expect("the writer");
        answer.await.expect("an answer");
    }
}
