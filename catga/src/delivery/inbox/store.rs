use core::fmt;
use core::time::Duration;

use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;

use super::{Admitted, Arrival, Inbox};
use crate::error::{Class, Failure};
use crate::store::port::Remembers;
use crate::store::{Claim, Claiming, ErrorKind, Idempotency, Recorded, StoreError};

/// An inbox in a store: `consumer.inbox(StoreInbox::new(&db))`. The store is a [`Store`](crate::store::Store), or a
/// database of the user's own: `Sql`.
///
/// A message is handled once in effect, however often it comes, as long as the handler's process lives. One that is
/// killed between the handler's effect and its record runs the handler again when the lease has ended: an effect that
/// must be safe from that too is a row of a transaction, under [`Idempotent`](crate::delivery::Idempotent), which
/// records it together with the effect.
///
/// What was handled is remembered until it is [trimmed](Self::trim). What comes after that, and was sent before what is
/// still remembered, is refused with `catga.delivery.too_old`, and goes to the dead letters: it is never taken for new.
///
/// Another message under the id of one that was handled is refused with `catga.store.mismatch`, and goes to the dead
/// letters: it is never taken for a repeat.
pub struct StoreInbox<S> {
    store: S,
    records: Idempotency,
}

impl<S: Remembers> StoreInbox<S> {
    /// The inbox of this store. It holds a message that is handled for 30 s at a time, and renews that as long as it
    /// is; it remembers what was handled until that is [trimmed](Self::trim).
    pub fn new(store: &S) -> Self {
        Self { store: store.clone(), records: Idempotency::new("catga.inbox").marked() }
    }

    /// How long a message is held by a consumer that has vanished; 30 s unless set.
    #[must_use]
    pub fn lease(self, lease: Duration) -> Self {
        Self { records: self.records.lease(lease), ..self }
    }

    /// Forgets up to `limit` messages that were handled longer ago than this, and says how many. It also marks how far
    /// it went, with a quarter of the retention on top, by which the clocks of two machines may differ: what was sent
    /// before that is refused from then on. So keep them longer than a transport or an outbox keeps what it delivers,
    /// or its last part is refused that was never handled.
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that others were at the same.
    pub async fn trim(&self, retention: Duration, limit: usize) -> Result<usize, StoreError> {
        self.store.trim_replies(&self.records.retention(retention), limit).await
    }
}

/// A message that a [`StoreInbox`] holds.
#[derive(Debug)]
pub struct Held {
    key: Vec<u8>,
    claim: Claim,
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
        match self.store.claim_reply(&self.records, &key, fingerprint, owner).await {
            Ok(Claiming::Yours(claim)) => {
                let held = Held { key, claim };
                // Looked at behind the claim: what is trimmed later was not handled before it.
                match self.store.forgotten_replies(&self.records).await {
                    Ok(forgotten) if forgotten.zip(sent).is_none_or(|(end, sent)| sent >= end) => {
                        Ok(Admitted::New(held))
                    }
                    unknown => {
                        self.release(held).await;
                        Err(unknown.map_or_else(Failure::from_error, |_| too_old()))
                    }
                }
            }
            Ok(Claiming::Done(_)) => Ok(Admitted::Repeat),
            Err(error) => match error.kind() {
                ErrorKind::InProgress { retry_after } => Ok(Admitted::InHand(retry_after)),
                _ => Err(Failure::from_error(error)),
            },
        }
    }

    async fn renew(&self, held: &Held) -> Result<bool, Failure> {
        match self.store.renew_reply(&self.records, &held.key, held.claim).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::Lost => Ok(false),
            Err(error) => Err(Failure::from_error(error)),
        }
    }

    async fn keep(&self, Held { key, claim }: Held) -> Result<(), Failure> {
        // Nobody waits for an answer.
        let nothing = Recorded { codec: "".to_owned(), schema: 0, reply: Vec::new() };
        self.store.keep_reply(&self.records, &key, claim, nothing).await.map_err(Failure::from_error)
    }

    async fn release(&self, Held { key, claim }: Held) {
        // Where this fails, the claim ends with its lease.
        let _free = self.store.release_reply(&self.records, &key, claim).await;
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
