//! Raw redb behind a thread that commits all that waits in one transaction. Records are as the store has them: a sum
//! over key and bytes, their kind and version, MessagePack.

use std::sync::{Arc, mpsc};

use redb::{Database, ReadableDatabase as _, TableDefinition};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

const ROWS: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("rows");
const HEAD: usize = 7;

/// A key and its record; without one, the key is removed.
pub(crate) type Row = (Vec<u8>, Option<Vec<u8>>);

/// Clones are the same.
#[derive(Clone)]
pub(crate) struct Raw {
    database: Arc<Database>,
    send: mpsc::Sender<(Vec<Row>, oneshot::Sender<()>)>,
}

impl Raw {
    pub(crate) fn new(database: Database) -> Self {
        let database = Arc::new(database);
        let (send, receive) = mpsc::channel::<(Vec<Row>, oneshot::Sender<()>)>();
        let writer = Arc::clone(&database);
        std::thread::spawn(move || {
            while let Ok(first) = receive.recv() {
                let group: Vec<_> = std::iter::once(first).chain(receive.try_iter()).collect();
                commit(&writer, group.iter().flat_map(|(rows, _)| rows));
                group.into_iter().for_each(|(_, done)| {
                    let _gone = done.send(());
                });
            }
        });
        Self { database, send }
    }

    /// Reads a row in a snapshot of its own.
    pub(crate) fn read<T: DeserializeOwned>(&self, key: &[u8]) -> Option<T> {
        read(&self.database, key)
    }

    /// Writes rows, durably and at once.
    pub(crate) async fn write(&self, rows: Vec<Row>) {
        let (done, answer) = oneshot::channel();
        self.send.send((rows, done)).expect("the writer");
        answer.await.expect("an answer");
    }
}

/// One durable transaction with these rows.
pub(crate) fn commit<'r>(database: &Database, rows: impl Iterator<Item = &'r Row>) {
    let transaction = database.begin_write().expect("a transaction");
    {
        let mut table = transaction.open_table(ROWS).expect("a table");
        for (key, record) in rows {
            match record {
                Some(record) => drop(table.insert(key.as_slice(), record.as_slice()).expect("a row")),
                None => drop(table.remove(key.as_slice()).expect("no row")),
            }
        }
    }
    transaction.commit().expect("a commit");
}

/// Reads a row in a snapshot of its own.
pub(crate) fn read<T: DeserializeOwned>(database: &Database, key: &[u8]) -> Option<T> {
    let transaction = database.begin_read().expect("a snapshot");
    let table = match transaction.open_table(ROWS) {
        Ok(table) => table,
        Err(redb::TableError::TableDoesNotExist(_)) => return None,
        Err(error) => panic!("a table: {error}"),
    };
    let record = table.get(key).expect("a row")?;
    let (sum, rest) = record.value().split_at(4);
    assert_eq!(sum, crc32c::crc32c_append(crc32c::crc32c(key), rest).to_be_bytes(), "the sum");
    Some(rmp_serde::from_slice(&rest[HEAD - 4..]).expect("a value"))
}

/// A row to write.
pub(crate) fn row(key: Vec<u8>, value: &impl Serialize) -> Row {
    let mut record = vec![0, 0, 0, 0, 1, 0, 0];
    rmp_serde::encode::write_named(&mut record, value).expect("a value");
    let sum = crc32c::crc32c_append(crc32c::crc32c(&key), &record[4..]);
    record[..4].copy_from_slice(&sum.to_be_bytes());
    (key, Some(record))
}
