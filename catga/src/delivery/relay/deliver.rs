//! Where a relay takes messages: to a mediator of this process, or to a transport.

use core::convert::Infallible;
use core::future::{Future, ready};
use core::marker::PhantomData;
use core::time::Duration;

use alloc::vec::Vec;

use super::upkeep::forget_replies;
use crate::contract::Contract;
use crate::envelope::{Envelope, EnvelopeError, Kind};
use crate::error::{Error, Failure};
use crate::id::Id;
use crate::message::hash;
use crate::scope::{By, Claimed, Mediator, Roll};
use crate::store::StoreError;
use crate::store::port::{Drains, Remembers};
use crate::time::Cancel;
use crate::transport::{Delivers, Endpoint, Parcel};
use crate::wire::{Arrived, Serves, WireError, contain, receive_decoded};

/// How a delivery ended.
pub(super) enum Delivered {
    /// It is done; whether a record of its handlers has to be forgotten.
    Done(bool),
    /// It failed; these of its handlers have done it.
    Failed(Failure, Vec<&'static str>),
    /// This program does not know the message.
    Unknown,
}

/// Takes messages to where they are handled.
pub(super) trait Target: Sync {
    /// Whether messages of this name may be taken there.
    fn knows(&self, name: &str) -> bool;

    /// Takes one there. Dropped, it may have arrived.
    fn deliver(&self, row: Row<'_>, cancel: &Cancel) -> impl Future<Output = Delivered> + Send;

    /// Forgets the replies to its commands that are older than this, until it is told to stop.
    fn forget(&self, retention: Duration, stop: &Cancel) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// A row as it is delivered.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) id: u64,
    pub(super) body: &'a [u8],
    pub(super) key: Option<&'a [u8]>,
    pub(super) attempt: u32,
    pub(super) claimed: Claimed<'a>,
}

/// The handlers of a mediator.
pub(super) struct Local<'r, C, A, S> {
    app: &'r A,
    store: &'r S,
    contract: PhantomData<fn() -> C>,
}

impl<'r, C, A, S> Local<'r, C, A, S> {
    pub(super) fn new(app: &'r A, store: &'r S) -> Self {
        Self { app, store, contract: PhantomData }
    }
}

impl<C: Serves<A>, A: Mediator, S: Drains + Remembers> Target for Local<'_, C, A, S> {
    fn knows(&self, name: &str) -> bool {
        has::<C>(name)
    }

    async fn deliver(&self, row: Row<'_>, cancel: &Cancel) -> Delivered {
        let mut envelope = match Envelope::decode(row.body) {
            Ok(envelope) => envelope,
            Err(error) => return refused(error.into()),
        };
        envelope.attempt = row.attempt;
        // Of what recurs, each time is a message of its own.
        envelope.id = Id::new(row.id);
        let known = async {
            let store = self.store.store_id().await?;
            let is_event = matches!(envelope.kind, Kind::Event);
            Ok((store, if is_event { self.store.heard(row.id).await? } else { Vec::new() }))
        };
        let (store, recorded) = match known.await {
            Ok(known) => known,
            Err(error) => return Delivered::Failed(Failure::from_error::<StoreError>(error), Vec::new()),
        };
        let roll = Roll::new(&recorded, store.folded(), By::Relay(row.claimed));
        let arrived = Arrived::new(&envelope).cancel(Some(cancel)).heard_by(&roll);
        match contain(receive_decoded::<C, A>(self.app, &arrived)).await {
            Ok(Ok(Ok(()))) => Delivered::Done(roll.is_recorded()),
            Ok(Ok(Err(_))) if roll.has_stranger() => Delivered::Unknown,
            // Nobody waits for the reply.
            Ok(Ok(Err(_))) if roll.was_done() => Delivered::Done(false),
            Ok(Ok(Err(failure))) => Delivered::Failed(failure, roll.done()),
            Ok(Err(error)) => refused(error),
            Err(panic) => Delivered::Failed(Failure::from_error(Error::<Infallible>::Panicked(panic)), roll.done()),
        }
    }

    async fn forget(&self, retention: Duration, stop: &Cancel) -> Result<(), StoreError> {
        forget_replies::<C, S>(self.store, retention, stop).await
    }
}

/// Whether the contract has a message of this name.
fn has<C: Contract>(name: &str) -> bool {
    C::MEMBERS.iter().any(|member| member.message.name == name)
}

/// Whether it is one that another program may know.
fn refused(error: WireError) -> Delivered {
    match error {
        WireError::UnknownMessage { .. }
        | WireError::WrongVersion { .. }
        | WireError::WrongSchema { .. }
        | WireError::WrongCodec { .. }
        | WireError::WrongCompression { .. }
        | WireError::Envelope(EnvelopeError::Format { .. }) => Delivered::Unknown,
        error => Delivered::Failed(Failure::from_error(error), Vec::new()),
    }
}

/// A transport.
pub(super) struct Away<'r, C, T> {
    transport: &'r T,
    contract: PhantomData<fn() -> C>,
}

impl<'r, C, T> Away<'r, C, T> {
    pub(super) fn new(transport: &'r T) -> Self {
        Self { transport, contract: PhantomData }
    }
}

impl<C: Contract, T: Delivers> Target for Away<'_, C, T> {
    fn knows(&self, name: &str) -> bool {
        has::<C>(name)
    }

    async fn deliver(&self, row: Row<'_>, _: &Cancel) -> Delivered {
        let envelope = match Envelope::decode(row.body) {
            Ok(envelope) => envelope,
            Err(error) => return refused(error.into()),
        };
        let Some(member) = C::MEMBERS.iter().find(|member| member.key == envelope.key) else {
            return Delivered::Unknown;
        };
        let key = row.key.map(|key| key.iter().fold(hash(""), |hash, byte| hash.rotate_left(5) ^ u64::from(*byte)));
        // Of what recurs, each time is a message. What it was made of when it was written stays: who takes it compares.
        let id = Id::new(row.id);
        let mut bytes = Vec::with_capacity(row.body.len());
        if let Err(error) = (Envelope { id, ..envelope }).encode(&mut bytes) {
            return refused(error.into());
        }
        let parcel = Parcel { bytes: bytes.into(), id: row.id, key };
        match self.transport.publish(Endpoint::new(member.endpoint), parcel).await {
            Ok(()) => Delivered::Done(false),
            Err(error) => Delivered::Failed(Failure::from_error(error), Vec::new()),
        }
    }

    /// Whoever handles what it publishes keeps the replies.
    fn forget(&self, _: Duration, _: &Cancel) -> impl Future<Output = Result<(), StoreError>> + Send {
        ready(Ok(()))
    }
}
