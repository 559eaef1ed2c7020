use alloc::borrow::ToOwned as _;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Admitted, Entry};
use crate::error::{Class, Failure};
use crate::store::port::Remembers;
use crate::store::{Claim, Claiming, ErrorKind, Fingerprint, Idempotency, Recorded, StoreError};

/// A message that is held among the records of a store while it is handled.
#[derive(Debug)]
pub struct Held {
    records: Idempotency,
    key: Vec<u8>,
    claim: Claim,
    store: u64,
    fingerprint: Fingerprint,
    done: Vec<String>,
}

impl Held {
    /// Claims what is known by this key, and finds out which of its handlers have done their part.
    pub(in crate::delivery) async fn claim<S: Remembers>(
        store: &S,
        records: &Idempotency,
        (key, fingerprint): (Vec<u8>, Fingerprint),
        owner: u64,
    ) -> Result<Admitted<Self>, Failure> {
        let claim = match store.claim_reply(records, &key, fingerprint, owner).await {
            Ok(Claiming::Yours(claim)) => claim,
            Ok(Claiming::Done(_)) => return Ok(Admitted::Repeat),
            Err(error) => {
                return match error.kind() {
                    ErrorKind::InProgress { retry_after } => Ok(Admitted::InHand(retry_after)),
                    _ => Err(Failure::from_error(error)),
                };
            }
        };
        let mut held = Self { records: *records, key, claim, store: 0, fingerprint, done: Vec::new() };
        // Looked at behind the claim: what is done later was not before it.
        if let Err(error) = held.look(store).await {
            held.release(store).await;
            return Err(Failure::from_error(error));
        }
        // The one handler of a command.
        if held.done.iter().any(String::is_empty) {
            held.keep(store).await?;
            return Ok(Admitted::Repeat);
        }
        Ok(Admitted::New(held))
    }

    async fn look<S: Remembers>(&mut self, store: &S) -> Result<(), StoreError> {
        self.store = store.store_id().await?.folded();
        self.done = store.recorded_parts(&self.records, &self.key, self.fingerprint).await?;
        Ok(())
    }

    /// Whether it is held still, and for a lease from now.
    pub(in crate::delivery) async fn renew<S: Remembers>(&self, store: &S) -> Result<bool, Failure> {
        match store.renew_reply(&self.records, &self.key, self.claim).await {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::Lost => Ok(false),
            Err(error) => Err(Failure::from_error(error)),
        }
    }

    /// It was handled.
    pub(in crate::delivery) async fn keep<S: Remembers>(self, store: &S) -> Result<(), Failure> {
        // Nobody waits for an answer.
        let nothing = Recorded { codec: "".to_owned(), schema: 0, reply: Vec::new() };
        let kept = store.keep_reply(&self.records, &self.key, self.claim, nothing).await;
        kept.map_err(|error| match error.kind() {
            // It was handled, if not by another, too: it comes again, and then that is known.
            ErrorKind::Lost => Failure::with_source("catga.delivery.claim_lost", Class::Unknown, error),
            _ => Failure::from_error(error),
        })
    }

    /// It was not handled.
    pub(in crate::delivery) async fn release<S: Remembers>(self, store: &S) {
        // Where this fails, the claim ends with its lease.
        let _free = store.release_reply(&self.records, &self.key, self.claim).await;
    }

    /// What the transactions of the store record of it.
    pub(in crate::delivery) fn entry(&self) -> Entry<'_> {
        let Self { records, key, store, fingerprint, done, .. } = self;
        Entry { store: *store, records: records.scope(), key, fingerprint: *fingerprint, done }
    }
}
