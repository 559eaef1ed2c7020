use core::fmt;

use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;
use core::pin::pin;
use futures_util::future::select;

use super::transaction::{InTx, OUTBOX, Plan, Recording, transact, turn};
use crate::codec::{Codec as _, Orders};
use crate::contract::Includes;
use crate::delivery::lock::Outer;
use crate::error::{Class, Error, Failure};
use crate::message::{Message, OnWire, Outcome, fnv};
use crate::pipeline::{ChangesScope, Declares, Enters, Next, Opens};
use crate::scope::{Context, Inside, Mediator};
use crate::store::port::Remembers;
use crate::store::{Claiming, ErrorKind, Idempotency, Recorded, StoreError};
use crate::time::{Clock as _, Random as _, Timer as _};
use crate::wire::{Asked, Carries as _, WireError};
use core::time::Duration;

/// Runs commands in a transaction of a store, each once: `commands: Idempotent(self.db)`. It is a
/// [`Transactional`](super::Transactional) that answers a repeat with the reply of the first.
///
/// A repeat has the message id of the first, as a message has on all its attempts over a
/// [`Remote`](crate::Remote), out of an outbox and through a `Retry`. A caller of its own names the request by the
/// header [`idempotency-key`](Self::HEADER): it counts for the message that the caller sends, and not for what that
/// sets off.
///
/// - The key is claimed in one commit, which answers with the reply where there is one. The reply is recorded in the
///   transaction of the effect: both are there, or neither.
/// - Only successes are recorded: after an error the next one runs anew.
/// - While one runs, its repeats wait for its reply: until shortly before their deadline, or for 30 s where they have
///   none. Then they are refused with `catga.store.in_progress`, which says when to ask again. Whoever ended without
///   an answer holds its key for 30 s at most, and cannot commit after that.
/// - The same key with another request is refused with `catga.store.mismatch`: the whole message is compared, as its
///   codec writes it.
/// - A recorded reply that this program cannot read, as its schema or its codec is another by now, is refused with
///   `catga.delivery.recorded_reply`. It is never a second run.
///
/// Keys are apart by the message's name. Replies are kept for a day; [`Idempotency::trim`] of a scope with that name
/// forgets older ones.
///
/// A mediator in which a `#[command(critical)]` runs under it compiles.
///
/// ```
/// use catga::prelude::*;
/// use catga::envelope::Headers;
/// use catga::store::{Memory, Store, Table};
/// use catga::time::SystemRandom;
/// use serde::{Deserialize, Serialize};
///
/// struct Main;
///
/// const CHARGES: Table<u64, u64> = Table::new("charges");
///
/// #[command(reply = u64, critical)]
/// #[derive(Serialize, Deserialize)]
/// struct Charge { cents: u64 }
///
/// struct Payments;
///
/// #[handler]
/// impl Payments {
///     async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main>>) -> Result<u64, Error> {
///         let number = CHARGES.range(cx.tx(), ..).await.map_err(Error::refused)?.len() as u64;
///         CHARGES.put(cx.tx(), &number, &cmd.cents).map_err(Error::refused)?;
///         Ok(number)
///     }
/// }
///
/// #[mediator(serves)]
/// struct Shop {
///     #[pipeline(commands: Idempotent(self.db))]
///     payments: Payments,
///     db: Store<Main>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let shop = Shop { payments: Payments, db: Store::new(Memory::new(&SystemRandom)).unwrap() };
/// let call = || Call::new().headers(Headers::of(&[("idempotency-key", "order-7")]));
/// assert_eq!(shop.send_with(Charge { cents: 500 }, call()).await, Ok(0));
/// assert_eq!(shop.send_with(Charge { cents: 500 }, call()).await, Ok(0));
/// assert!(shop.send_with(Charge { cents: 900 }, call()).await.is_err());
/// assert_eq!(shop.send(Charge { cents: 500 }).await, Ok(1));
/// # }
/// ```
pub struct Idempotent<'s, S>(pub &'s S);

impl<'s, S> Idempotent<'s, S> {
    /// The header by which a caller names a request.
    pub const HEADER: &'static str = "idempotency-key";

    /// How long a key is held by who ended without an answer, and how long a repeat waits that has no deadline; 30 s
    /// unless set. It is longer than a transaction of the store may last, or a repeat could run beside the first:
    /// then one of the two cannot commit.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> IdempotentWith<'s, S> {
        IdempotentWith { lease, ..self.with() }
    }

    /// The codes of errors that commit, as [`Transactional::commit_on`](super::Transactional::commit_on). They are
    /// not recorded.
    #[must_use]
    pub const fn commit_on(self, codes: &'static [&'static str]) -> IdempotentWith<'s, S> {
        self.with().commit_on(codes)
    }

    const fn with(&self) -> IdempotentWith<'s, S> {
        IdempotentWith { store: self.0, plan: Plan { commits: &[], outbox: OUTBOX }, lease: LEASE }
    }
}

/// An [`Idempotent`] of which more is said.
pub struct IdempotentWith<'s, S> {
    store: &'s S,
    plan: Plan,
    lease: Duration,
}

impl<S> IdempotentWith<'_, S> {
    /// As [`Idempotent::lease`].
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// As [`Idempotent::commit_on`].
    #[must_use]
    pub const fn commit_on(mut self, codes: &'static [&'static str]) -> Self {
        self.plan.commits = codes;
        self
    }
}

impl<S: fmt::Debug> fmt::Debug for IdempotentWith<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdempotentWith").field("store", self.store).field("lease", &self.lease).finish_non_exhaustive()
    }
}

/// How long a claim lasts, unless it is said.
const LEASE: Duration = Duration::from_secs(30);

/// How long before its deadline a repeat stops to wait, to say so.
const TO_ANSWER: Duration = Duration::from_millis(10);

impl<S: fmt::Debug> fmt::Debug for Idempotent<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Idempotent").field(self.0).finish()
    }
}

macro_rules! declares {
    ($($behavior:ident)*) => {$(
        impl<S> ChangesScope for $behavior<'_, S> {}

        impl<S: Remembers> Opens for $behavior<'_, S> {
            type Store = (S::Marker, S::Tx);
        }

        impl<S> Declares for $behavior<'_, S> {
            const IDEMPOTENT: bool = true;
            const NEEDS_TIMER: bool = true;
            const NEEDS_CLOCK: bool = true;
        }
    )*};
}

declares!(Idempotent IdempotentWith);

/// A mediator that can write and read the reply of `M`.
#[diagnostic::on_unimplemented(
    message = "CATGA113: `{Self}` cannot record the reply of `{M}`",
    label = "its replies have no bytes",
    note = "say `#[mediator(serves)]` at `{Self}`, and derive `Serialize` and `Deserialize` (serde) for its messages; for other messages than commands, `commands: Idempotent(..)` passes them by"
)]
pub trait Records<M: Message>: Mediator {
    /// A number over all that the message says.
    ///
    /// # Errors
    /// It has no bytes.
    #[doc(hidden)]
    fn fingerprint(message: &M) -> Result<u64, Failure>;

    /// The reply as it is recorded.
    ///
    /// # Errors
    /// It has no bytes.
    #[doc(hidden)]
    fn recorded(reply: &M::Reply) -> Result<Recorded, StoreError>;

    /// The reply that was recorded.
    ///
    /// # Errors
    /// This program cannot read it.
    #[doc(hidden)]
    fn reply(recorded: &Recorded) -> Result<M::Reply, Failure>;
}

#[diagnostic::do_not_recommend]
impl<M: Message, A: Mediator + Includes<M, Way = Asked>> Records<M> for A {
    fn fingerprint(message: &M) -> Result<u64, Failure> {
        let mut bytes = Vec::new();
        <A as Includes<M>>::Codec::encode(message, &mut bytes)
            .map_err(|error| Failure::from_error(WireError::Unencodable { message: M::INFO.name, error }))?;
        Ok(fnv::of(&bytes))
    }

    fn recorded(reply: &M::Reply) -> Result<Recorded, StoreError> {
        let mut bytes = Vec::new();
        <A as Includes<M>>::Codec::encode_answer(reply, &mut bytes).map_err(|error| {
            StoreError::with_source(ErrorKind::Encoding, "a reply cannot be recorded; see its serialization", error)
        })?;
        let codec = <A as Includes<M>>::Codec::NAME.to_owned();
        Ok(Recorded { codec, schema: u64::from(A::SCHEMA.0), reply: bytes })
    }

    fn reply(recorded: &Recorded) -> Result<M::Reply, Failure> {
        let unread = |text: &str| Failure::with_source("catga.delivery.recorded_reply", Class::Permanent, text);
        let Recorded { codec, schema, reply } = recorded;
        if codec != <A as Includes<M>>::Codec::NAME || *schema != u64::from(A::SCHEMA.0) {
            return Err(unread(
                "the command was done, and its reply was recorded by a program with another codec or schema; look at its effect",
            ));
        }
        <A as Includes<M>>::Codec::decode_answer(reply)
            .map_err(|_| unread("the command was done, and its recorded reply does not decode; look at its effect"))
    }
}

impl<'a, M, A, S, O> Enters<M, O> for Idempotent<'_, S>
where
    M: Message<Wire: OnWire<Order: Orders<M>>>,
    A: Records<M> + 'a,
    S: Remembers,
    O: Outer<App = A, Root = Inside<'a, A>>,
{
    type Inner = InTx<'a, A, S::Marker, O::Hold, S::Tx>;

    async fn around<N: Next<M, Self::Inner>>(&self, input: M::In<'_>, cx: &mut Context<O>, next: N) -> Outcome<M> {
        self.with().around(input, cx, next).await
    }
}

impl<'a, M, A, S, O> Enters<M, O> for IdempotentWith<'_, S>
where
    M: Message<Wire: OnWire<Order: Orders<M>>>,
    A: Records<M> + 'a,
    S: Remembers,
    O: Outer<App = A, Root = Inside<'a, A>>,
{
    type Inner = InTx<'a, A, S::Marker, O::Hold, S::Tx>;

    async fn around<N: Next<M, Self::Inner>>(&self, input: M::In<'_>, cx: &mut Context<O>, next: N) -> Outcome<M> {
        let (store, message) = (self.store, M::view(&input));
        let request = A::fingerprint(message).map_err(Error::Refused)?;
        let root = Context::new(cx.root());
        let key = key(&root)?;
        let records = Idempotency::new(M::INFO.name).lease(self.lease);
        let turn = turn(store, message, cx.root()).await?;
        let claim = match claim(store, &records, &key, (request, self.lease), &root).await.map_err(Error::refused)? {
            Claiming::Yours(claim) => claim,
            Claiming::Done(recorded) => return A::reply(&recorded).map_err(Error::Refused),
        };
        let recording = Recording { records: &records, key: &key, claim, recorded: A::recorded };
        let (plan, outer) = ((self.plan, &turn), (cx.root(), cx.hold()));
        let outcome = transact::<M, A, S, _, N>(store, plan, input, outer, next, Some(recording)).await;
        if outcome.is_err() {
            // Where this fails, the claim ends with its lease. It cannot undo a commit whose answer was lost.
            let _free = store.release_reply(&records, &key, claim).await;
        }
        outcome
    }
}

/// What stands before a key: the caller's own names are apart from ids.
const BY_ID: u8 = 0;
const BY_CALLER: u8 = 1;

fn key<A: Mediator, E>(cx: &Context<Inside<'_, A>>) -> Result<Vec<u8>, Error<E>> {
    if cx.causation_id().is_nil()
        && let Some(named) = cx.headers().get(Idempotent::<()>::HEADER)
    {
        return Ok([&[BY_CALLER], named.as_bytes()].concat());
    }
    let id = cx.message_id();
    if id.is_nil() {
        // All without an id would be one.
        let text = "the message has no id to tell a repeat by; look at `#[mediator(ids = ..)]`";
        return Err(Error::Refused(Failure::with_source("catga.delivery.no_id", Class::Transient, text)));
    }
    Ok([&[BY_ID][..], &id.get().to_be_bytes()].concat())
}

/// Claims the key, or waits for the reply of who has it.
async fn claim<A: Mediator, S: Remembers>(
    store: &S,
    records: &Idempotency,
    key: &[u8],
    (request, patience): (u64, Duration),
    cx: &Context<Inside<'_, A>>,
) -> Result<Claiming, StoreError> {
    let owner = cx.mediator().random().next();
    let mut head = store.head();
    let begun = cx.clock().now();
    loop {
        head.borrow_and_update();
        let error = match store.claim_reply(records, key, request, owner).await {
            Err(error) => error,
            claimed => return claimed,
        };
        let ErrorKind::InProgress { retry_after } = error.kind() else { return Err(error) };
        let now = cx.clock().now();
        let until = cx.deadline().unwrap_or(begun.later(patience));
        let left = until.since(now).saturating_sub(TO_ANSWER);
        if left.is_zero() || cx.is_cancelled() {
            return Err(error);
        }
        // A commit may be the one that it waits for; a vanished owner commits nothing.
        let look = store.look_every().unwrap_or(retry_after).min(retry_after);
        let wait = cx.timer().sleep(left.min(look.max(Duration::from_millis(1))));
        select(pin!(head.changed()), pin!(wait)).await;
    }
}
