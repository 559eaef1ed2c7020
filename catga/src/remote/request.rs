use core::time::Duration;

use bytes::Bytes;

use super::Remote;
use crate::buffer::Sink;
use crate::codec::compression::Compresses as _;
use crate::codec::{Codec as _, EncodeError, Orders as _};
use crate::contract::Includes;
use crate::envelope::{Envelope, Fingerprint, Kind, MAX_ORDERING};
use crate::error::{Classify, Error, Failure};
use crate::id::Id;
use crate::message::{Message, Qos, fnv};
use crate::scope::{Context, Scope};
use crate::time::Clock as _;
use crate::transport::TransportError;
use crate::wire::{Carries as _, Outlines, Press, WireError};

/// A message as it leaves.
pub(super) struct Written {
    pub(super) bytes: Bytes,
    pub(super) id: Id,
    /// A hash of its key, if it has one.
    pub(super) key: Option<u64>,
}

/// How long an answer may take.
#[derive(Clone, Copy)]
pub(super) struct Budget {
    pub(super) span: Duration,
    /// It is what is left of the deadline, and not the patience of who waits.
    is_deadline: bool,
}

impl Budget {
    /// What is left of the deadline, at most `patience`.
    pub(super) fn of<S: Scope>(cx: &Context<S>, patience: Duration) -> Self {
        match cx.deadline().map(|at| at.since(cx.clock().now())) {
            Some(left) if left <= patience => Self { span: left, is_deadline: true },
            _ => Self { span: patience, is_deadline: false },
        }
    }

    /// What the transport says. That the deadline has passed is a timeout, as it is of a handler here.
    #[cold]
    pub(super) fn failed<E>(self, error: TransportError) -> Error<E> {
        match error {
            TransportError::TimedOut if self.is_deadline => Error::Timeout,
            error => untransported(error),
        }
    }
}

/// The message's envelope, in a buffer of the remote's.
#[inline]
pub(super) fn write<M, C, S, T>(
    remote: &Remote<T, C>,
    message: &M,
    cx: &Context<S>,
    budget: Option<Duration>,
) -> Result<Written, Error<M::Error>>
where
    M: Message,
    C: Includes<M>,
    S: Scope,
{
    let mut buffer = remote.pool.get(0);
    let (id, key) = write_to::<M, C, S, _>(
        &mut buffer,
        Some(&remote.press),
        message,
        cx,
        (budget, Outlines::fingerprint::<M, C>()),
    )?;
    Ok(Written { bytes: buffer.into_bytes(), id, key })
}

/// Appends the message's envelope, which says how long it may take and what it is made of, and answers its id and a hash
/// of its key.
#[inline]
pub(crate) fn write_to<M, C, S, B>(
    sink: &mut B,
    press: Option<&Press>,
    message: &M,
    cx: &Context<S>,
    (budget, schema): (Option<Duration>, Fingerprint),
) -> Result<(Id, Option<u64>), Error<M::Error>>
where
    M: Message,
    C: Includes<M>,
    S: Scope,
    B: Sink,
{
    let id = cx.message_id();
    let mut order = heapless::Vec::<u8, MAX_ORDERING>::new();
    let mut envelope = Envelope::new(const { Kind::of::<M::Kind>() }, id, C::KEY, C::Codec::ID);
    if C::Order::IS_KEYED {
        C::Order::write(message, &mut order).map_err(unwritten::<M>)?;
        envelope.ordering = Some(&order);
    }
    envelope.correlation = cx.correlation_id();
    envelope.causation = cx.causation_id();
    envelope.version = M::INFO.version;
    envelope.schema = schema;
    envelope.qos = M::QOS;
    envelope.budget = budget;
    if const { matches!(M::QOS, Qos::ExactlyOnce) } {
        envelope.sent = Some(cx.clock().unix_ms());
    }
    envelope.trace = cx.trace();
    envelope.headers = cx.headers();
    if const { C::Compression::ID.is_none() } {
        envelope.encode_head(sink).map_err(|error| untransported(WireError::Envelope(error)))?;
        C::Codec::encode(message, sink).map_err(unwritten::<M>)?;
    } else {
        let encode = |sink: &mut alloc::vec::Vec<u8>| C::Codec::encode(message, sink);
        Press::write(press, C::Compression::ID, M::INFO.name, &envelope, sink, encode).map_err(untransported)?;
    }
    Ok((id, envelope.ordering.map(fnv::of)))
}

/// It has no bytes, so nothing left.
#[cold]
fn unwritten<M: Message>(error: EncodeError) -> Error<M::Error> {
    untransported(WireError::Unencodable { message: M::INFO.name, error })
}

/// It did not get there, or its answer did not come back.
#[cold]
pub(super) fn untransported<E>(error: impl Classify) -> Error<E> {
    Error::Transport(Failure::from_error(error))
}
