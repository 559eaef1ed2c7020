use core::fmt;

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::replay::{REPLAYED, Replay, replay_key};
use super::{DeadLetters, Letter};
use crate::delivery::said::said;
use crate::envelope::Envelope;
use crate::error::{Class, Failure};
use crate::message::fnv;
use crate::store::port::{Operates, Remembers};
use crate::store::{DeadLetter, DeadLetters as Kept, ErrorKind, LetterId, StoreError};

/// A consumer's dead letters in a store: `Consumer::new(wire, "office", StoreLetters::new(&db))`. The store is a
/// [`Store`](crate::store::Store), or a database of the user's own: `Sql`.
///
/// A message that is given up is committed there before it is acknowledged: killed in between, it comes again, and is
/// the same letter, however often, with what was said of it first. It has the message byte for byte, envelope and all;
/// the code and the texts of its last error; how often it was delivered, and when it was sent and given up; and the
/// endpoint and the group it is of. Another message under its id is another letter.
///
/// An operator [lists](Self::list) and [shows](Self::show) letters, [edits](Self::edit), [discards](Self::discard), and
/// has the consumer [replay](crate::delivery::Consumer::replay) them: that one group handles the message once more,
/// under its id, and others of the endpoint do not.
///
/// Consumers of any number of groups share the letters of a store, [so many](Self::limit) of them. Where there are as
/// many, what is given up stays with its transport, and comes again until there is room.
///
/// ```
/// use catga::delivery::StoreLetters;
/// # use catga::prelude::*;
/// # use catga::store::{Memory as Rows, Store};
/// # use catga::time::SystemRandom;
/// # use catga::transport::memory::Memory;
/// # use serde::{Deserialize, Serialize};
/// # use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
/// # struct Main;
/// #[event]
/// #[derive(Serialize, Deserialize)]
/// struct Paid { cents: u64 }
///
/// #[contract]
/// struct Payments(#[event] Paid);
///
/// #[derive(Debug, thiserror::Error, Classify)]
/// #[error("the books are closed")]
/// struct Closed;
///
/// #[derive(Default)]
/// struct Books { are_open: AtomicBool, booked: AtomicU64 }
///
/// #[handler]
/// impl Books {
///     fn on_paid(&self, event: &Paid) -> Result<(), Closed> {
///         if !self.are_open.load(SeqCst) {
///             return Err(Closed);
///         }
///         self.booked.fetch_add(event.cents, SeqCst);
///         Ok(())
///     }
/// }
///
/// #[mediator]
/// struct Office { books: Books }
/// # #[mediator]
/// # struct Shop { office: catga::Remote<Memory, Payments> }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let db: Store<Main> = Store::new(Rows::new(&SystemRandom)).unwrap();
/// let wire = Memory::default();
/// let office = Office { books: Books::default() };
/// let stop = Cancel::new();
/// let consumer = Consumer::new(wire.clone(), "office", StoreLetters::new(&db));
/// # let shop = Shop { office: catga::Remote::new(wire) };
/// # let consuming = async {
/// consumer.consume::<Payments, _>(&office, &stop).await.unwrap();
/// # };
/// # let telling = async {
/// #     shop.publish(Paid { cents: 7 }).await.unwrap();
/// #     while consumer.stats().buried == 0 { tokio::task::yield_now().await; }
/// #     stop.cancel();
/// # };
/// # tokio::join!(consuming, telling);
///
/// let letters = consumer.dead_letters();
/// let (id, letter) = letters.list(None, 10).await.unwrap().remove(0);
/// assert_eq!((&*letter.name, &*letter.group, letter.attempts), ("Paid", "office", 1));
/// assert!(letter.errors.last().is_some_and(|error| error.ends_with("the books are closed")));
///
/// // Somebody has opened them.
/// office.books.are_open.store(true, SeqCst);
/// consumer.replay::<Payments, _>(&office, id).await.unwrap();
/// assert_eq!(office.books.booked.load(SeqCst), 7);
/// assert!(letters.list(None, 10).await.unwrap().is_empty());
/// # }
/// ```
#[derive(Clone)]
pub struct StoreLetters<S> {
    store: S,
    letters: Kept,
}

impl<S: Operates> StoreLetters<S> {
    /// The letters of consumers in this store: a hundred thousand at most.
    pub fn new(store: &S) -> Self {
        Self { store: store.clone(), letters: Kept::new("consumers") }
    }

    /// How many letters there may be, of all groups; a hundred thousand unless set. Consumers that bury at the same time
    /// may go beyond it, each by one.
    #[must_use]
    pub fn limit(self, letters: u64) -> Self {
        Self { letters: self.letters.limit(letters), ..self }
    }

    /// Up to `limit` letters of all groups, oldest first, after one of them.
    ///
    /// # Errors
    /// As a read's.
    pub async fn list(&self, after: Option<LetterId>, limit: usize) -> Result<Vec<(LetterId, DeadLetter)>, StoreError> {
        self.store.letters(&self.letters, after, limit).await
    }

    /// One of them.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a read's.
    pub async fn show(&self, letter: LetterId) -> Result<DeadLetter, StoreError> {
        self.store.letter(&self.letters, letter).await
    }

    /// Changes the bytes of a letter, envelope and all, so that it may be replayed. It stays the letter of the message
    /// that came.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a commit's.
    pub async fn edit(&self, letter: LetterId, body: &[u8]) -> Result<(), StoreError> {
        self.store.edit_letter(&self.letters, letter, body).await
    }

    /// Throws a letter away. Given up once more, the message is a new one.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a commit's.
    pub async fn discard(&self, letter: LetterId) -> Result<(), StoreError> {
        self.store.settle_letter(&self.letters, letter, (&REPLAYED, &replay_key(letter))).await
    }

    /// It was handled, and is none any more.
    pub(in crate::delivery) async fn settle(&self, letter: LetterId) -> Result<(), StoreError> {
        match self.discard(letter).await {
            // By another, or by an operator.
            Err(error) if error.kind() == ErrorKind::Missing => Ok(()),
            discarded => discarded,
        }
    }
}

impl<S: Remembers> StoreLetters<S> {
    /// What one letter is handled by once, where its message asks for no inbox.
    pub(in crate::delivery) fn replay(&self, letter: LetterId) -> Replay<'_, S> {
        Replay::new(&self.store, letter)
    }
}

impl<S: Operates> DeadLetters for StoreLetters<S> {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.store.bury_letter(&self.letters, &kept(letter)).await.map_err(Failure::from_error)
    }
}

fn kept(letter: Letter<'_>) -> DeadLetter {
    let Letter { parcel, name, endpoint, group, attempts, code, class, error, unix_ms } = letter;
    let envelope = Envelope::decode(&parcel.bytes).ok();
    let sent = envelope.as_ref().and_then(|envelope| envelope.sent);
    let mut errors = Vec::from([code.to_string()]);
    if class == Class::Unknown {
        errors.push("it may have been handled".to_string());
    }
    errors.push(error.to_string());
    DeadLetter {
        id: parcel.id,
        name: name.map_or_else(String::new, str::to_string),
        source: endpoint.to_string(),
        key: parcel.key.map_or_else(Vec::new, |key| key.to_be_bytes().to_vec()),
        body: parcel.bytes.to_vec(),
        errors,
        attempts,
        first_ms: sent.unwrap_or(unix_ms),
        last_ms: unix_ms,
        group: group.to_string(),
        // Of what is no message, over all of it.
        fingerprint: envelope.map_or_else(|| fnv::of(&parcel.bytes), |envelope| said(&envelope)),
    }
}

impl<S> fmt::Debug for StoreLetters<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreLetters").field("letters", &self.letters).finish_non_exhaustive()
    }
}
