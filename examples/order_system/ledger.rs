//! The bank's ledger: a file of lines, one for each charge, each voiding and each repeat of a charge, and nobody is
//! answered before his line is written. It knows nothing of Catga, so that what it says of a shop is another's word.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::iter;
use std::path::Path;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;

use tokio::sync::oneshot;

use crate::memory::Memory;
use crate::money::Cents;
use crate::payments_api::PaymentError;

/// What was charged under each key; `None` where it was voided.
type Charges = HashMap<String, Option<Cents>>;

/// The ledger, open.
#[derive(Debug)]
pub(crate) struct Ledger(Memory<Book>);

#[derive(Debug)]
struct Book {
    charges: Charges,
    writer: Sender<Entry>,
}

/// A line to write, and who waits for it.
#[derive(Debug)]
struct Entry {
    line: String,
    written: oneshot::Sender<()>,
}

impl Ledger {
    /// Opens the file in this folder, or makes both. Synced, a line is on the disk when its caller is answered, and
    /// outlives a power failure; else it outlives its process.
    ///
    /// # Errors
    /// What the system says, and lines that are none of a ledger's.
    pub(crate) fn open(folder: &Path, is_synced: bool) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let path = folder.join("bank.ledger");
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
        file.try_lock().map_err(io::Error::other)?;
        let text = fs::read_to_string(&path)?;
        // Nobody was answered for a line without its end.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64)?;
        let mut charges = Charges::new();
        for line in text[..whole].lines() {
            let entry = read(line).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, line))?;
            charges.extend(entry);
        }
        let (writer, entries) = mpsc::channel();
        thread::Builder::new().name("ledger".into()).spawn(move || write(&mut file, is_synced, &entries))?;
        Ok(Self(Memory::new(Book { charges, writer })))
    }

    /// Charges once for a key.
    pub(crate) async fn charge(&self, key: &str, amount: Cents) -> Result<(), PaymentError> {
        self.enter(|charges| match charges.get(key) {
            Some(Some(_)) => Ok(format!("again {key}\n")),
            Some(None) => Err(PaymentError::Voided),
            None => {
                charges.insert(key.to_owned(), Some(amount));
                Ok(format!("charge {key} {}\n", amount.0))
            }
        })
        .await
    }

    /// Gives back what was charged for a key, and charges it no more.
    pub(crate) async fn void(&self, key: &str) -> Result<(), PaymentError> {
        self.enter(|charges| match charges.insert(key.to_owned(), None) {
            Some(None) => Ok(String::new()),
            _ => Ok(format!("void {key}\n")),
        })
        .await
    }

    /// All that was charged and not voided.
    pub(crate) fn sum(&self) -> Cents {
        self.0.with(|book| book.charges.values().flatten().fold(Cents(0), |sum, &amount| sum + amount))
    }

    /// Changes the book, and waits until its line is written; without a line, until all before it are.
    async fn enter(
        &self,
        change: impl FnOnce(&mut Charges) -> Result<String, PaymentError>,
    ) -> Result<(), PaymentError> {
        let (written, done) = oneshot::channel();
        // Under one lock, so that lines and book are in one order.
        self.0.with(|book| {
            let line = change(&mut book.charges)?;
            book.writer.send(Entry { line, written }).map_err(|_| PaymentError::NoAnswer)
        })?;
        done.await.map_err(|_| PaymentError::NoAnswer)
    }
}

/// What a line changes, if anything; `None` where it is none of a ledger's.
fn read(line: &str) -> Option<Option<(String, Option<Cents>)>> {
    match line.split(' ').collect::<Vec<_>>()[..] {
        ["charge", key, cents] => Some(Some((key.to_owned(), Some(Cents(cents.parse().ok()?))))),
        ["void", key] => Some(Some((key.to_owned(), None))),
        ["again", _] => Some(None),
        _ => None,
    }
}

/// Writes all that waits at once, again and again. After a failure it ends, and with it every answer.
fn write(file: &mut File, is_synced: bool, entries: &Receiver<Entry>) {
    while let Ok(first) = entries.recv() {
        let batch: Vec<Entry> = iter::once(first).chain(entries.try_iter()).collect();
        let lines: String = batch.iter().map(|entry| entry.line.as_str()).collect();
        let written = file.write_all(lines.as_bytes());
        if let Err(error) = written.and_then(|()| if is_synced { file.sync_data() } else { Ok(()) }) {
            tracing::error!(%error, "the ledger cannot be written");
            return;
        }
        for entry in batch {
            // An error is that nobody waits any more.
            let _waits = entry.written.send(());
        }
    }
}
