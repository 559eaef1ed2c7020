use core::fmt;

use super::{InTurn, InTx, OUTBOX, Plan, SCHEDULE, taken_in, transact, turn};
use crate::delivery::lock::Outer;
use crate::error::Error;
use crate::message::Outcome;
use crate::pipeline::{ChangesScope, Declares, Enters, Next, Opens};
use crate::scope::{Context, Inside, Mediator};
use crate::store::{Outbox, Scheduler, Transacts};

/// Runs the rest of the chain in a transaction of a store: `commands: Transactional(self.db)`, in the pipeline of a
/// mediator or of its field. The store is a [`Store`](crate::store::Store), or a database of the user's own: `Sql`.
///
/// Handlers inside may ask for [`Within<D>`](super::Within), and read and write by `cx.tx()`. What they publish is
/// stored with their rows, and so is what they [enqueue](super::Enqueues); a [`Relay`](crate::delivery::Relay)
/// delivers it after the commit. A handler's text is the same inside and outside: it asks for `Publishes<E>`.
///
/// - It commits when the rest of the chain answers, and rolls back when that fails, panics or is dropped. Errors
///   that [`commit_on`](Self::commit_on) names commit.
/// - An attempt of the handler that fails takes its writes back, so that a `Retry` or a `Fallback` inside stores one
///   attempt's. A `Retry` outside begins anew.
/// - Isolation is serializable. A conflict is [`Error::Refused`](crate::Error::Refused) of the class `Conflict`:
///   nothing happened, and a `Retry` outside runs it again. Of the class `Unknown`: the commit was handed over, and
///   its answer is not known.
/// - Commands and events with a `key` wait for their key, first come first served, until the commit has answered.
/// - A store is open once: a message that is sent from inside, and whose own pipeline opens the same store, does not
///   compile where a handler's context names it (CATGA116). Where only running it shows that, as with somebody in
///   between, it is refused with the code `catga.store.nested`. The way out is to [enqueue](super::Enqueues) it.
/// - What is sent from inside takes effect by itself, and again when the transaction is run again after a conflict: with
///   the same id, by which [`Idempotent`](crate::delivery::Idempotent) knows a repeat. A command that nothing guards is
///   warned of (CATGA123).
/// - Where the outbox is full, a message is refused with `catga.store.overloaded` before its handler runs: the intake
///   stops. So is a message whose key has all the rows that one key may have, and a handler that publishes an event with
///   such a key. What a relay delivers goes on, and has a reserve for what it publishes in turn
///   ([`OutboxLimits`](crate::store::outbox::OutboxLimits)).
/// - What is stored is read by later releases, too. A message that changes has another version
///   (`version = 2, upcasts = ..`), or the mediator a codec with names (`#[mediator(serves, codec = Json)]`). Postcard, which
///   it has otherwise, would read a changed field as another value: what a message is made of is stored with it, and one
///   that is made of something else by now is held, for a program that knows it.
/// - A transaction that becomes older than the store's `max_age` is refused with `catga.store.expired`.
///
/// Cancel safe: dropped before the commit is handed over, nothing happened. Dropped while the commit is waited for,
/// as by a `Timeout` outside, it may have happened; the class of that error is `Unknown`.
///
/// ```
/// use catga::prelude::*;
/// use catga::store::{Memory, Store, Table};
/// use catga::time::SystemRandom;
/// use serde::{Deserialize, Serialize};
///
/// /// The store's own type, which tells it from others.
/// struct Main;
///
/// const STOCK: Table<u32, u64> = Table::new("stock");
///
/// #[command(reply = u64, key = item)]
/// #[derive(Serialize, Deserialize)]
/// struct Deliver { item: u32, pieces: u64 }
///
/// #[event]
/// #[derive(Serialize, Deserialize)]
/// struct Delivered { item: u32 }
///
/// struct Warehouse;
///
/// #[handler]
/// impl Warehouse {
///     async fn deliver(
///         &self,
///         cmd: Deliver,
///         cx: &mut Context<impl Within<Main> + Publishes<Delivered>>,
///     ) -> Result<u64, Error> {
///         let there = STOCK.get(cx.tx(), &cmd.item).await.map_err(Error::refused)?.unwrap_or(0);
///         STOCK.put(cx.tx(), &cmd.item, &(there + cmd.pieces)).map_err(Error::refused)?;
///         cx.publish(Delivered { item: cmd.item }).await.map_err(Error::refused)?;
///         Ok(there + cmd.pieces)
///     }
/// }
///
/// struct Shelf;
///
/// #[handler]
/// impl Shelf {
///     fn on_delivered(&self, event: &Delivered) { println!("{} is there", event.item); }
/// }
///
/// #[mediator(serves)]
/// struct Shop {
///     #[pipeline(commands: Transactional(self.db))]
///     warehouse: Warehouse,
///     shelf: Shelf,
///     db: Store<Main>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let db = Store::new(Memory::new(&SystemRandom)).unwrap();
/// let shop = Shop { warehouse: Warehouse, shelf: Shelf, db };
/// assert_eq!(shop.send(Deliver { item: 7, pieces: 3 }).await, Ok(3));
/// assert_eq!(shop.send(Deliver { item: 7, pieces: 2 }).await, Ok(5));
/// assert_eq!(catga::delivery::OUTBOX.backlog(&shop.db).unwrap(), 2);
/// # }
/// ```
pub struct Transactional<'s, S>(pub &'s S);

impl<'s, S> Transactional<'s, S> {
    /// The handler's errors with these codes commit what the handler wrote, and are answered after the commit: a
    /// declined attempt that must be recorded.
    #[must_use]
    pub const fn commit_on(self, codes: &'static [&'static str]) -> TransactionalWith<'s, S> {
        self.with().commit_on(codes)
    }

    /// The outbox of its messages; [`OUTBOX`] unless set. A relay is of one outbox.
    #[must_use]
    pub const fn outbox(self, outbox: Outbox) -> TransactionalWith<'s, S> {
        self.with().outbox(outbox)
    }

    /// The schedule of what is enqueued for later; [`SCHEDULE`] unless set. A relay is of one schedule.
    #[must_use]
    pub const fn schedule(self, schedule: Scheduler) -> TransactionalWith<'s, S> {
        self.with().schedule(schedule)
    }

    const fn with(&self) -> TransactionalWith<'s, S> {
        TransactionalWith { store: self.0, plan: Plan { commits: &[], outbox: OUTBOX, schedule: SCHEDULE } }
    }
}

/// A [`Transactional`] of which more is said.
pub struct TransactionalWith<'s, S> {
    store: &'s S,
    plan: Plan,
}

impl<S> TransactionalWith<'_, S> {
    /// As [`Transactional::commit_on`].
    #[must_use]
    pub const fn commit_on(mut self, codes: &'static [&'static str]) -> Self {
        self.plan.commits = codes;
        self
    }

    /// As [`Transactional::outbox`].
    #[must_use]
    pub const fn outbox(mut self, outbox: Outbox) -> Self {
        self.plan.outbox = outbox;
        self
    }

    /// As [`Transactional::schedule`].
    #[must_use]
    pub const fn schedule(mut self, schedule: Scheduler) -> Self {
        self.plan.schedule = schedule;
        self
    }
}

impl<S: fmt::Debug> fmt::Debug for Transactional<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Transactional").field(self.0).finish()
    }
}

impl<S: fmt::Debug> fmt::Debug for TransactionalWith<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransactionalWith").field("store", self.store).field("plan", &self.plan).finish()
    }
}

impl<S> ChangesScope for Transactional<'_, S> {}
impl<S> ChangesScope for TransactionalWith<'_, S> {}

impl<S> Declares for Transactional<'_, S> {
    const RUNS_ALONE: bool = true;
}

impl<S> Declares for TransactionalWith<'_, S> {
    const RUNS_ALONE: bool = true;
}

impl<S: Transacts> Opens for Transactional<'_, S> {
    type Store = (S::Marker, S::Tx);
}

impl<S: Transacts> Opens for TransactionalWith<'_, S> {
    type Store = (S::Marker, S::Tx);
}

impl<'a, M: InTurn, A: Mediator + 'a, S: Transacts, O> Enters<M, O> for Transactional<'_, S>
where
    O: Outer<App = A, Root = Inside<'a, A>>,
{
    type Inner = InTx<'a, A, S::Marker, O::Hold, S::Tx>;

    async fn around<N: Next<M, Self::Inner>>(&self, input: M::In<'_>, cx: &mut Context<O>, next: N) -> Outcome<M> {
        self.with().around(input, cx, next).await
    }
}

impl<'a, M: InTurn, A: Mediator + 'a, S: Transacts, O> Enters<M, O> for TransactionalWith<'_, S>
where
    O: Outer<App = A, Root = Inside<'a, A>>,
{
    type Inner = InTx<'a, A, S::Marker, O::Hold, S::Tx>;

    async fn around<N: Next<M, Self::Inner>>(&self, input: M::In<'_>, cx: &mut Context<O>, next: N) -> Outcome<M> {
        let turn = turn(self.store, M::view(&input), cx.root()).await?;
        taken_in(self.store, (self.plan, &turn), cx.root()).await.map_err(Error::refused)?;
        transact::<M, A, S, _, N>(self.store, (self.plan, &turn), input, (cx.root(), cx.hold()), next, None).await
    }
}
