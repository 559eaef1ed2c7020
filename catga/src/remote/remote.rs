use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use futures_core::Stream;

use super::Crosses;
use super::rows::incoming;
use crate::buffer::BufferPool;
use crate::contract::{Calls, Contract, ContractSlot, Includes, Member};
use crate::describe::Part;
use crate::handler::{Handler, Named, Slot, StreamHandler};
use crate::message::{Message, Outcome, Qos, RowOf, Rows};
use crate::scope::{Context, Scope};
use crate::transport::{Endpoint, Requests, Transport};
use crate::wire::{Press, Rowed};

/// The messages of a contract, handled by whoever serves it on the other side of a transport.
///
/// As a field of a mediator it stands where a handler set would, and nothing else changes: the same `send`,
/// the same typed errors, the same pipeline around it. What can go wrong on the way besides is
/// [`Error::Transport`](crate::Error::Transport): of the class `Transient` where nobody has seen the
/// message, `Unknown` where it may have been handled. The same message has one id on all its attempts.
///
/// The handler's own error comes back as it is. Of a [`Refused`](crate::Error::Refused) its class does, when to come
/// again, its text as the source, and its code where that is one of Catga's, `catga.store.in_progress` say. A code of
/// yours begins the text, and the failure's own is `catga.refused`.
///
/// What is left of the deadline travels along, as do correlation, causation, trace and headers. Without a
/// deadline it waits for its [`patience`](Self::patience). Dropping a send cancels it there, too.
///
/// A request waits for room where too many are in flight. It is written into a buffer of a pool and handed to the
/// transport as it is: of what it takes from the allocator, that is the one small piece.
pub struct Remote<T, C> {
    pub(super) transport: T,
    pub(super) patience: Duration,
    pub(super) pool: BufferPool,
    pub(super) press: Press,
    endpoint: Option<&'static str>,
    contract: PhantomData<fn() -> C>,
}

impl<T, C: Contract> Remote<T, C> {
    /// Half a minute.
    const PATIENCE: Duration = Duration::from_secs(30);

    /// Whoever serves the contract on the other side of this transport.
    pub fn new(transport: T) -> Self {
        Self {
            transport,
            patience: Self::PATIENCE,
            pool: BufferPool::new(),
            press: Press::new(),
            endpoint: None,
            contract: PhantomData,
        }
    }

    /// Where requests are written: a pool that others use, too, and not one of its own.
    #[must_use]
    pub fn pool(self, pool: BufferPool) -> Self {
        Self { pool, ..self }
    }

    /// To how many bytes a compressed answer may expand; 16 MiB unless set. Beyond, the send fails, and it is
    /// unknown what came of it.
    #[must_use]
    pub fn expands_to(self, bytes: usize) -> Self {
        Self { press: Press::at_most(bytes), ..self }
    }

    /// How long an answer is waited for where there is no deadline, and at most; half a minute unless set.
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Where the messages go that name no endpoint themselves, instead of the contract's.
    #[must_use]
    pub const fn endpoint(mut self, endpoint: &'static str) -> Self {
        self.endpoint = Some(endpoint);
        self
    }

    /// The transport.
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    pub(super) fn endpoint_of<M: Message>(&self) -> Endpoint<'static>
    where
        C: Includes<M>,
    {
        match self.endpoint {
            Some(endpoint) if M::ENDPOINT.is_none() => Endpoint::new(endpoint),
            _ => const { Endpoint::new(C::ENDPOINT) },
        }
    }
}

impl<T, C: Contract> fmt::Debug for Remote<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("contract", &C::NAME).field("patience", &self.patience).finish_non_exhaustive()
    }
}

impl<Tag: ?Sized, T, C: ContractSlot<I>, const I: usize> Slot<Tag, I> for Remote<T, C> {
    type Message = C::Message;
}

impl<M, S, T, C> Handler<M, S> for Remote<T, C>
where
    M: Message,
    S: Scope,
    T: Transport,
    C: Includes<M, Way: Crosses<M, C, T>>,
{
    #[inline]
    fn handle(&self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        <C::Way as Crosses<M, C, T>>::cross(self, input, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<Q, S, T, C> StreamHandler<Q, S> for Remote<T, C>
where
    Q: Rows,
    S: Scope,
    T: Requests,
    C: Includes<Q, Way = Rowed>,
{
    fn rows(&self, query: Q, cx: Context<S>) -> impl Stream<Item = RowOf<Q>> + Send {
        incoming::<Q, S, T, C>(self, query, cx)
    }
}

/// As the field of a mediator it stands for the contract's messages.
impl<T: Transport, C: Contract> Named for Remote<T, C> {
    type Nothing = ();
    const WIRE: &'static [(u64, u64, &'static str)] = C::WIRE;
    const PART: Part = C::PART;
}

impl<T: Transport, C: Contract> Calls for Remote<T, C> {
    const HONOURS: Qos = T::HONOURS;
    const MEMBERS: &'static [Member] = C::MEMBERS;
}
