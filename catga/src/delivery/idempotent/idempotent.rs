use core::fmt;
use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};

use super::Records;
use super::claim::{Request, lost};
use super::key::key;
use crate::delivery::lock::Outer;
use crate::delivery::transaction::{InTurn, InTx, OUTBOX, Plan, Recording, SCHEDULE, taken_in, transact, turn};
use crate::error::Error;
use crate::message::Outcome;
use crate::pipeline::{ChangesScope, Declares, Enters, Next, Opens};
use crate::scope::{Context, Inside};
use crate::store::port::Remembers;
use crate::store::{Claiming, Idempotency, Outbox, Scheduler};

/// Runs commands in a transaction of a store, each once: `commands: Idempotent(self.db)`. It is a
/// [`Transactional`](crate::delivery::Transactional) that answers a repeat with the reply of the first.
///
/// A repeat has the message id of the first, as a message has on all its attempts over a
/// [`Remote`](crate::Remote), out of an outbox and through a `Retry`. A caller of its own names the request by the
/// header [`idempotency-key`](Self::HEADER): it counts for the message that the caller sends, and not for what that
/// sets off. What a handler sends has ids that follow from its message's and from how many it has sent before: a handler
/// that runs again for one message, and sends the same in the same order, sends repeats.
///
/// - The key is claimed in one commit, which answers with the reply where there is one. The reply is recorded in the
///   transaction of the effect: both are there, or neither.
/// - Only successes are recorded: after an error the next one runs anew.
/// - While one runs, its repeats wait for its reply: until shortly before their deadline, or for 30 s where they have
///   none. Then they are refused with `catga.store.in_progress`, which says when to ask again. Whoever ended without
///   an answer holds its key for 30 s at most, and cannot commit after that. A handler that runs longer renews its hold;
///   where that fails for so long, and on a database, which would take it for a conflict, it is dropped, and what it
///   has done outside of the store is not known: `catga.delivery.claim_lost`.
/// - Where the store takes nothing in, as its outbox or its disk is full, a request is refused with
///   `catga.store.overloaded` and leaves no trace; a repeat is answered all the same.
/// - The same key with another request is refused with `catga.store.mismatch`: the whole message is compared, as its
///   codec writes it.
/// - A recorded reply that this program cannot read, as its schema or its codec is another by now, or its version in a
///   codec without names, is refused with `catga.delivery.recorded_reply`. It is never a second run; a relay takes it
///   for what it is, done. A repeat of an older version (`upcasts = ..`) is the same request.
///
/// Cancel safe, as [`Transactional`](crate::delivery::Transactional) is: a call that is dropped while it waits for
/// another leaves no trace, and one that is dropped while it runs has done nothing, unless its commit was handed over.
/// Its key is held until the hold is over; then a repeat runs anew, or is answered from the record: it takes effect
/// once.
///
/// Keys are apart by the message's name. Replies are kept for a day, or for as long as
/// [`Relay::keep_replies`](crate::delivery::Relay::keep_replies) says: a relay that runs the mediator's messages forgets
/// older ones. A program without one calls [`Idempotency::trim`] of a scope with the message's name.
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
    /// unless set. On a database it is how long a handler may take.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> IdempotentWith<'s, S> {
        IdempotentWith { lease, ..self.with() }
    }

    /// The codes of errors that commit, as [`Transactional::commit_on`](crate::delivery::Transactional::commit_on). They are
    /// not recorded.
    #[must_use]
    pub const fn commit_on(self, codes: &'static [&'static str]) -> IdempotentWith<'s, S> {
        self.with().commit_on(codes)
    }

    /// The outbox of its messages, as [`Transactional::outbox`](crate::delivery::Transactional::outbox).
    #[must_use]
    pub const fn outbox(self, outbox: Outbox) -> IdempotentWith<'s, S> {
        self.with().outbox(outbox)
    }

    /// The schedule of its messages, as [`Transactional::schedule`](crate::delivery::Transactional::schedule).
    #[must_use]
    pub const fn schedule(self, schedule: Scheduler) -> IdempotentWith<'s, S> {
        self.with().schedule(schedule)
    }

    const fn with(&self) -> IdempotentWith<'s, S> {
        IdempotentWith { store: self.0, plan: Plan { commits: &[], outbox: OUTBOX, schedule: SCHEDULE }, lease: LEASE }
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

    /// As [`Idempotent::outbox`].
    #[must_use]
    pub const fn outbox(mut self, outbox: Outbox) -> Self {
        self.plan.outbox = outbox;
        self
    }

    /// As [`Idempotent::schedule`].
    #[must_use]
    pub const fn schedule(mut self, schedule: Scheduler) -> Self {
        self.plan.schedule = schedule;
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
            const RUNS_ALONE: bool = true;
        }
    )*};
}

declares!(Idempotent IdempotentWith);

impl<'a, M: InTurn, A: Records<M> + 'a, S: Remembers, O> Enters<M, O> for Idempotent<'_, S>
where
    O: Outer<App = A, Root = Inside<'a, A>>,
{
    type Inner = InTx<'a, A, S::Marker, O::Hold, S::Tx>;

    async fn around<N: Next<M, Self::Inner>>(&self, input: M::In<'_>, cx: &mut Context<O>, next: N) -> Outcome<M> {
        self.with().around(input, cx, next).await
    }
}

impl<'a, M: InTurn, A: Records<M> + 'a, S: Remembers, O> Enters<M, O> for IdempotentWith<'_, S>
where
    O: Outer<App = A, Root = Inside<'a, A>>,
{
    type Inner = InTx<'a, A, S::Marker, O::Hold, S::Tx>;

    async fn around<N: Next<M, Self::Inner>>(&self, input: M::In<'_>, cx: &mut Context<O>, next: N) -> Outcome<M> {
        let (store, message) = (self.store, M::view(&input));
        let root = Context::new(cx.root());
        let request = A::fingerprint_of(message, cx.root().frame_ref().arrived()).map_err(Error::Refused)?;
        let key = key(&root)?;
        let records = Idempotency::new(M::INFO.name).lease(self.lease);
        let turn = turn(store, message, cx.root()).await?;
        let asked = Request { store, records: &records, key: &key, request, lease: self.lease };
        let room = taken_in(store, (self.plan, &turn), cx.root()).await;
        let (claim, since) = match asked.claim(room, &root).await.map_err(Error::refused)? {
            (Claiming::Yours(claim), since) => (claim, since),
            (Claiming::Done(recorded), _) => {
                let reply = A::reply(&recorded);
                if let (Err(_), Some(roll)) = (&reply, cx.root().frame_ref().delivered()) {
                    roll.unread();
                }
                return reply.map_err(Error::Refused);
            }
        };
        let recording = Recording { records: &records, key: &key, claim, recorded: A::recorded };
        let (plan, outer) = ((self.plan, &turn), (cx.root(), cx.hold()));
        let outcome = {
            let work = pin!(transact::<M, A, S, _, N>(store, plan, input, outer, next, Some(recording)));
            let kept = pin!(asked.keep(claim, since, root.mediator()));
            match select(work, kept).await {
                Either::Left((outcome, _)) => outcome,
                Either::Right(((), _)) => return Err(lost()),
            }
        };
        if outcome.is_err() {
            // Where this fails, the claim ends with its lease. It cannot undo a commit whose answer was lost.
            let _free = store.release_reply(&records, &key, claim).await;
        }
        outcome
    }
}
