use core::fmt;
use core::time::Duration;

use super::{Admitted, Arrival, Entry, Held, Inbox};
use crate::error::{Class, Failure};
use crate::store::port::Remembers;
use crate::store::{Idempotency, StoreError};

/// An inbox in a store: `consumer.inbox(StoreInbox::new(&db))`. The store is a [`Store`](crate::store::Store), or a
/// database of the user's own: `Sql`.
///
/// A message takes effect once, however often it comes.
///
/// - **In a transaction.** A handler that is [`Transactional`](crate::delivery::Transactional) on this store, or
///   [`Idempotent`](crate::delivery::Idempotent), records the message there: its rows, what it publishes and enqueues,
///   and that it has done its part, are one commit. Killed at any moment, before or after, and it has happened once. Of
///   an event each handler records itself, by its name (`#[handler(name = "..")]`), and those that have do not run
///   again where a neighbour failed. Names belong to what is stored: an event of whose handlers one was recorded that
///   the program has no more is refused with `catga.delivery.strange_handler`, and goes to the dead letters.
/// - **Outside of one**, or in one of another store, a handler that is killed between its effect and the record runs
///   again when the lease has ended, and one of an event where a neighbour failed: that is at least once. So do handlers
///   of one name, as of two fields of one type, and those in a mediator inside of another.
///
/// What was handled is remembered for the [retention](Self::retention), or until it is [trimmed](Self::trim): without
/// either the store grows with every message. What comes after that, and was sent before what is still remembered, is
/// refused with `catga.delivery.too_old`, and goes to the dead letters: it is never taken for new.
///
/// Another message under the id of one that was handled is refused with `catga.store.mismatch`, and goes to the dead
/// letters: it is never taken for a repeat.
///
/// ```
/// use catga::delivery::{StoreInbox, StoreLetters};
/// # use catga::prelude::*;
/// # use catga::store::{Memory as Rows, Store, Table};
/// # use catga::time::SystemRandom;
/// # use catga::transport::memory::Memory;
/// # use serde::{Deserialize, Serialize};
/// # struct Main;
/// #[event(qos = 2)]
/// #[derive(Serialize, Deserialize)]
/// struct Paid { cents: u64 }
///
/// #[contract]
/// struct Payments(#[event] Paid);
///
/// const TILL: Table<u8, u64> = Table::new("till");
///
/// struct Books { stop: Cancel }
///
/// #[handler]
/// impl Books {
///     async fn on_paid(&self, event: &Paid, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
///         let there = TILL.get(cx.tx(), &0).await.map_err(Failure::from_error)?.unwrap_or(0);
///         TILL.put(cx.tx(), &0, &(there + event.cents)).map_err(Failure::from_error)?;
///         self.stop.cancel();
///         Ok(())
///     }
/// }
///
/// #[mediator]
/// struct Office {
///     #[pipeline(events: Transactional(self.db))]    // the store of the inbox
///     books: Books,
///     db: Store<Main>,
/// }
/// # #[mediator]
/// # struct Shop { office: catga::Remote<Memory, Payments> }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let db = Store::new(Rows::new(&SystemRandom)).unwrap();
/// let wire = Memory::default();
/// let office = Office { books: Books { stop: Cancel::new() }, db: db.clone() };
/// let letters = StoreLetters::new(&db);
/// let consumer = Consumer::new(wire.clone(), "office", letters).inbox(StoreInbox::new(&db));
/// # let shop = Shop { office: catga::Remote::new(wire) };
/// # let telling = async { shop.publish(Paid { cents: 7 }).await.unwrap() };
/// # let consuming = async {
/// consumer.consume::<Payments, _>(&office, &office.books.stop).await.unwrap();
/// # };
/// # tokio::join!(consuming, telling);
/// assert_eq!(TILL.get(&mut db.begin().unwrap(), &0).await.unwrap(), Some(7));
/// # }
/// ```
pub struct StoreInbox<S> {
    store: S,
    records: Idempotency,
    /// How long it remembers without being told to forget.
    retention: Option<Duration>,
}

/// What inboxes remember, in every store.
const ADMITTED: Idempotency = Idempotency::new("catga.inbox").marked();

/// How much is forgotten in one commit.
const AT_ONCE: usize = 256;

impl<S: Remembers> StoreInbox<S> {
    /// The inbox of this store. It holds a message that is handled for 30 s at a time, and renews that as long as it
    /// is; it remembers what was handled until that is [trimmed](Self::trim).
    pub fn new(store: &S) -> Self {
        Self { store: store.clone(), records: ADMITTED, retention: None }
    }

    /// How long a message is held by a consumer that has vanished; 30 s unless set.
    #[must_use]
    pub fn lease(self, lease: Duration) -> Self {
        Self { records: self.records.lease(lease), ..self }
    }

    /// How long it remembers what was handled: a consumer that runs [forgets](Self::trim) what is older, ten times in that
    /// time and at least every hour. Unless it is set, nothing is forgotten that is not trimmed.
    #[must_use]
    pub fn retention(self, retention: Duration) -> Self {
        Self { retention: Some(retention), ..self }
    }

    /// Forgets up to `limit` records of what was handled longer ago than this, and says how many: one of each message,
    /// and one of each handler that has recorded itself. It also marks how far it went, with a quarter of the retention
    /// on top, by which the clocks of two machines may differ: what was sent before that is refused from then on. So keep
    /// them longer than a transport or an outbox keeps what it delivers, or its last part is refused that was never
    /// handled.
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that others were at the same.
    pub async fn trim(&self, retention: Duration, limit: usize) -> Result<usize, StoreError> {
        self.store.trim_replies(&self.records.retention(retention), limit).await
    }

    /// How far it has forgotten: what was sent before this, in milliseconds since 1970, is refused. Nothing is, where
    /// nothing was forgotten.
    ///
    /// # Errors
    /// As a read's.
    pub async fn forgotten_to(&self) -> Result<Option<u64>, StoreError> {
        self.store.forgotten_replies(&self.records).await
    }
}

impl<S: Remembers> Inbox for StoreInbox<S> {
    type Claim = Held;

    fn lease(&self) -> Duration {
        self.records.leased()
    }

    async fn claim(&self, arrival: Arrival<'_>) -> Result<Admitted<Held>, Failure> {
        let Arrival { group, key, id, sent, fingerprint, owner } = arrival;
        if id.is_nil() {
            // All without an id would be one.
            let text = "the message has no id to tell a repeat by; look at its sender";
            return Err(Failure::with_source("catga.delivery.no_id", Class::Permanent, text));
        }
        let key = [&key.0.to_be_bytes()[..], &id.get().to_be_bytes(), group.as_bytes()].concat();
        let held = match Held::claim(&self.store, &self.records, (key, fingerprint), owner).await? {
            Admitted::New(held) => held,
            known => return Ok(known),
        };
        // Looked at behind the claim: what is trimmed later was not before it.
        match self.store.forgotten_replies(&self.records).await {
            Ok(forgotten) if forgotten.zip(sent).is_none_or(|(end, sent)| sent >= end) => Ok(Admitted::New(held)),
            unknown => {
                self.release(held).await;
                Err(unknown.map_or_else(Failure::from_error, |_| too_old()))
            }
        }
    }

    async fn renew(&self, held: &Held) -> Result<bool, Failure> {
        held.renew(&self.store).await
    }

    async fn keep(&self, held: Held) -> Result<(), Failure> {
        held.keep(&self.store).await
    }

    async fn release(&self, held: Held) {
        held.release(&self.store).await;
    }

    fn entry<'c>(&'c self, held: &'c Held) -> Option<Entry<'c>> {
        Some(held.entry())
    }

    fn forgets_every(&self) -> Option<Duration> {
        const LONGEST: Duration = Duration::from_secs(60 * 60);
        self.retention.map(|retention| (retention / 10).clamp(Duration::from_secs(1), LONGEST))
    }

    async fn forget(&self) {
        let Some(retention) = self.retention else { return };
        // What fails is forgotten the next time.
        while self.trim(retention, AT_ONCE).await.is_ok_and(|trimmed| trimmed == AT_ONCE) {}
    }
}

#[cold]
fn too_old() -> Failure {
    let text =
        "it was sent before what this inbox remembers, so nobody knows whether it was handled; look at its effect";
    Failure::with_source("catga.delivery.too_old", Class::Permanent, text)
}

impl<S> fmt::Debug for StoreInbox<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreInbox").field("records", &self.records).finish_non_exhaustive()
    }
}
