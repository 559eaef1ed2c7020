use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;

use super::levels::Levels;
use super::park::DEAD;
use super::stats::{Counts, RelayStats};
use super::upkeep;
use crate::behaviors::Meter;
use crate::contract::{Contract, consumed};
use crate::delivery::Redelivery;
use crate::delivery::transaction::{OUTBOX, SCHEDULE};
use crate::scope::Mediator;
use crate::store::outbox::earlier;
use crate::store::port::{Affects, Drains, Remembers};
use crate::store::{DeadLetters, LetterId, Outbox, Scheduler, Store, StoreError};
use crate::time::Cancel;
use crate::transport::Delivers;
use crate::wire::Serves;

/// Delivers what transactions have stored: to the handlers of a mediator ([`run`](Self::run)), or to a transport
/// ([`forward`](Self::forward)). Any number of relays work side by side, in one process or in several.
///
/// - **At least once.** A message is marked when it was handled. A relay that ends in between delivers it once more,
///   with the same id: a command under [`Idempotent`](crate::delivery::Idempotent) takes effect once then, and so
///   does a handler that remembers the id in its transaction.
/// - **Handlers of an event each by itself.** Where some of them fail, the others do not run again: who has done its
///   part is recorded by its name, which is `Type::method`, or what `#[handler(name = "..")]` says at the method. A
///   handler that is `Transactional` on the relay's store is recorded with its effect, so that takes place once; any
///   other is recorded with the failure of its neighbours, and runs again where the relay ends before that. Names
///   belong to what is stored: an event of whose handlers one was recorded that the program has no more is held, until
///   a handler has that name again, or [`Outbox::forget_handler`] says that it is gone. Handlers of one name, as of two
///   fields of one type, are not told apart, and run again together with those that failed.
/// - **Order.** Messages of one key (`#[event(key = ..)]`) are delivered one after the other, in the order of their
///   commits; others all at once, as many as [`concurrency`](Self::concurrency) says.
/// - **Time.** A handler that works for longer than the outbox's [lease](Outbox::lease) keeps its key. Where that is lost
///   all the same, or the store cannot be reached for a whole lease, the handler is told through its
///   [`Cancel`](crate::time::Cancel), polled once more, and dropped: another relay delivers the message. The keys of a
///   relay that was killed wait for the rest of the lease, 30 s unless it is said, also where its program is started
///   again at once: `Relay::new(&db).outbox(OUTBOX.lease(..))`. One that is told to stop gives them back.
/// - **Failures.** Errors of the classes `Transient`, `Conflict` and `Unknown` come again after a wait with full
///   jitter, for as long as it takes, unless the [`redelivery`](Self::redelivery) has an end. A `Permanent` one, or
///   bytes that do not decode, are poison: the key of such a message is parked until somebody
///   [resumes](Outbox::resume) it, and all others go on. A message without a key goes to the dead letters
///   ([`DEAD`]), and so does one with a key where the relay [goes on](Self::skip_poisoned).
/// - **Unknown messages** are held for a program that knows them: a relay looks when it starts, and every 5 seconds, for
///   those of them whose name is in its contract, and delivers them.
/// - **Replies** of idempotent commands are forgotten after [a day](Self::keep_replies), and answers of
///   [effects](crate::delivery::Effect) when their own [retention](crate::delivery::Effect::retention) has passed.
/// - **Later.** What was enqueued for later is delivered when it is due, and at once where that is past.
///
/// ```
/// use catga::prelude::*;
/// use catga::store::{Memory, Store};
/// use catga::time::SystemRandom;
/// use serde::{Deserialize, Serialize};
/// # use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
///
/// struct Main;
///
/// #[command]
/// #[derive(Serialize, Deserialize)]
/// struct Place;
///
/// #[event]
/// #[derive(Serialize, Deserialize)]
/// struct Placed;
///
/// struct Orders;
///
/// #[handler]
/// impl Orders {
///     async fn place(&self, _: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
///         cx.publish(Placed).await.map_err(Error::refused)
///     }
/// }
///
/// struct Mail { stop: Cancel }
///
/// #[handler]
/// impl Mail {
///     fn on_placed(&self, _: &Placed) { self.stop.cancel(); }
/// }
///
/// #[mediator(serves)]
/// struct Shop {
///     #[pipeline(commands: Transactional(self.db))]
///     orders: Orders,
///     mail: Mail,
///     db: Store<Main>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let db = Store::new(Memory::new(&SystemRandom)).unwrap();
/// let shop = Shop { orders: Orders, mail: Mail { stop: Cancel::new() }, db: db.clone() };
/// shop.send(Place).await.unwrap();
///
/// let relay = Relay::new(&db);
/// relay.run::<Shop, _>(&shop, &shop.mail.stop).await;         // spawned, in a program
/// assert_eq!(relay.stats().delivered, 1);
/// # }
/// ```
pub struct Relay<D, S = Store<D>> {
    pub(super) store: S,
    marker: PhantomData<fn() -> D>,
    pub(super) outbox: Outbox,
    pub(super) schedule: Scheduler,
    pub(super) letters: DeadLetters,
    pub(super) redelivery: Redelivery,
    pub(super) concurrency: usize,
    pub(super) skips: bool,
    pub(super) look: Duration,
    /// How long replies are kept.
    pub(super) replies: Duration,
    pub(super) counts: Counts,
    pub(super) levels: Option<Levels>,
}

/// The level by which a meter is told how many messages of an outbox are not delivered yet.
pub(super) const BACKLOG: &str = "catga.outbox.backlog";
/// The level by which a meter is told how many milliseconds ago the oldest of them was added.
pub(super) const LAG: &str = "catga.outbox.lag";

impl<D, S: Drains<Marker = D>> Relay<D, S> {
    /// A relay of this store's [`OUTBOX`]: up to 64 keys at a time, failures again for ever, within a minute each.
    pub fn new(store: &S) -> Self {
        Self {
            store: store.clone(),
            marker: PhantomData,
            outbox: OUTBOX,
            schedule: SCHEDULE,
            letters: DEAD,
            redelivery: Redelivery::attempts(u32::MAX),
            concurrency: 64,
            skips: false,
            look: Duration::from_millis(100),
            replies: upkeep::KEPT,
            counts: Counts::default(),
            levels: None,
        }
    }

    /// Another outbox than [`OUTBOX`]; its lease says how long a key is a relay's that does not renew it, and its
    /// retention how long published rows are kept.
    #[must_use]
    pub fn outbox(self, outbox: Outbox) -> Self {
        Self { outbox, ..self }
    }

    /// Another schedule than [`SCHEDULE`].
    #[must_use]
    pub fn schedule(self, schedule: Scheduler) -> Self {
        Self { schedule, ..self }
    }

    /// When a message that failed comes again, and after how many attempts it is poison.
    #[must_use]
    pub fn redelivery(self, redelivery: Redelivery) -> Self {
        Self { redelivery, ..self }
    }

    /// How many keys are delivered at a time; 64 unless set, and at least one. Up to four times as many are claimed, and
    /// wait for their turn.
    #[must_use]
    pub fn concurrency(self, keys: usize) -> Self {
        Self { concurrency: keys.max(1), ..self }
    }

    /// A poisoned message with a key goes to the dead letters, too, and the key goes on without it: what follows it
    /// is delivered although it was not.
    #[must_use]
    pub fn skip_poisoned(self) -> Self {
        Self { skips: true, ..self }
    }

    /// How often it looks for what is due, of retries, of the schedule and of other processes: every 100 ms unless
    /// set. New rows of this process wake it.
    #[must_use]
    pub fn look_every(self, interval: Duration) -> Self {
        Self { look: interval, ..self }
    }

    /// How long the replies are kept that [`Idempotent`](crate::delivery::Idempotent) has recorded; a day unless set, as
    /// a caller may ask again for as long. What [runs](Self::run) forgets older ones, of the commands of its contract,
    /// every ten minutes. It begins when it has caught up, a [lease](Outbox::lease) after it started at the earliest, and
    /// when all that it had to claim until then has ended: a message that was handled before an outage, however long that
    /// was, and not marked, finds its reply first.
    #[must_use]
    pub fn keep_replies(self, retention: Duration) -> Self {
        Self { replies: retention, ..self }
    }

    /// Delivers to the handlers of `app`, until it is told to stop; then what was begun ends first.
    ///
    /// It is one future, on one thread. Time, waits and chance are those of `app`; the store's clock should be the
    /// same. What the store refuses is counted and tried again, so that an outage of it ends nothing.
    ///
    /// Cancel safe: dropped, what was not marked is delivered once more when its lease has ended.
    #[expect(clippy::manual_async_fn, reason = "the bounds that make it `Send` are part of its type")]
    pub fn run<'r, C, A>(
        &'r self,
        app: &'r A,
        stop: &'r Cancel,
    ) -> impl Future<Output = RelayStats> + Send + use<'r, C, A, D, S>
    where
        A: Mediator,
        C: Serves<A>,
        D: 'static,
        S: Remembers + Affects,
    {
        async move {
            self.work(app, &super::deliver::Local::<C, A, S>::new(app, &self.store), stop).await;
            self.stats()
        }
    }

    /// Publishes to a transport, each message at the endpoint that its contract names, until it is told to stop.
    /// A message is done when the transport has taken it, as [durably](crate::transport::Capabilities::durable) as that
    /// declares. One that is not durable, in memory or over a Unix socket, has it in the memory of a process: where that is
    /// killed before a consumer has acknowledged it, the message is lost, although the outbox had it. What has to survive
    /// that is sent: a handler that a relay [runs](Self::run) sends a command over a [`Remote`](crate::Remote), and has
    /// its answer before the message is done.
    ///
    /// Give it an outbox of its own, [where the transaction is](crate::delivery::Transactional::outbox): of one that it
    /// shares with a relay that [runs](Self::run), each holds what only the other's contract has, for as long as it is the
    /// first to claim it. A mediator with a `Remote` for the events as a field needs no second relay: the one that runs it
    /// publishes them there, besides handling them here.
    ///
    /// Cancel safe: dropped, what was not marked is published once more when its lease has ended.
    ///
    /// Time, waits and chance are those of `app`. A transport that honours less than a message asks for does not compile
    /// (CATGA098); of a message that is to be once in effect it does at least once, and the consumer's inbox the rest:
    ///
    /// ```compile_fail
    /// # use catga::prelude::*;
    /// # use catga::store::{Memory, Store};
    /// # use catga::time::SystemRandom;
    /// # use catga::transport::{Capabilities, Delivers, Endpoint, Leftover, Parcel, Transport, TransportError};
    /// # use catga::transport::memory::{Memory as Queues, MemorySubscription};
    /// # use catga::time::{SystemClock, TokioTimer};
    /// # use serde::{Deserialize, Serialize};
    /// # use std::time::Duration;
    /// # struct Main;
    /// #[event] // with `qos = 0` it does
    /// #[derive(Serialize, Deserialize)]
    /// struct Placed;
    ///
    /// #[contract]
    /// struct Told(#[event] Placed);
    ///
    /// struct Radio(Queues);
    /// impl Transport for Radio {
    ///     const CAPABILITIES: Capabilities = Capabilities::NONE; // at most once
    ///     # async fn close(&self, grace: Duration) -> Leftover { self.0.close(grace).await }
    /// }
    /// # impl Delivers for Radio {
    /// #     type Subscription = MemorySubscription<SystemClock, TokioTimer>;
    /// #     async fn publish(&self, to: Endpoint<'_>, parcel: Parcel) -> Result<(), TransportError> {
    /// #         self.0.publish(to, parcel).await
    /// #     }
    /// #     async fn subscribe(&self, to: Endpoint<'_>, group: &str) -> Result<Self::Subscription, TransportError> {
    /// #         self.0.subscribe(to, group).await
    /// #     }
    /// # }
    /// # struct Mail;
    /// # #[handler]
    /// # impl Mail { fn on_placed(&self, _: &Placed) {} }
    /// # #[mediator(serves)]
    /// # struct Shop { mail: Mail }
    /// # fn main() {
    /// # let (shop, stop) = (Shop { mail: Mail }, Cancel::new());
    /// # let db = Store::<Main>::new(Memory::new(&SystemRandom)).unwrap();
    /// let (relay, radio) = (Relay::new(&db), Radio(Queues::default()));
    /// let forwarding = relay.forward::<Told, _, _>(&shop, &radio, &stop);
    /// # }
    /// ```
    pub fn forward<'r, C, A, T>(
        &'r self,
        app: &'r A,
        transport: &'r T,
        stop: &'r Cancel,
    ) -> impl Future<Output = RelayStats> + Send + use<'r, C, A, T, D, S>
    where
        A: Mediator,
        C: Contract,
        T: Delivers,
        D: 'static,
        S: Affects,
    {
        const { consumed(T::HONOURS, true, C::MEMBERS) }
        async move {
            self.work(app, &super::deliver::Away::<C, T>::new(transport), stop).await;
            self.stats()
        }
    }

    /// What it has done since it was made.
    pub fn stats(&self) -> RelayStats {
        self.counts.stats()
    }

    /// Delivers a dead letter once more, with its id: it leaves the dead letters, and is a row of the outbox again,
    /// in one commit. Of two that replay it, one is refused.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a commit's.
    pub async fn replay(&self, letter: LetterId) -> Result<(), StoreError> {
        self.store.replay_letter(&self.letters, letter, &self.outbox).await
    }

    /// Whom it tells, once a second at most, how the outbox stands: as the level `catga.outbox.backlog` how many messages
    /// are not delivered yet, and as `catga.outbox.lag` how many milliseconds ago the oldest of them was added. It looks
    /// at 256 keys at a time: with more keys than that the lag is of the round before, and as much older. A database
    /// counts the rows each time.
    #[must_use]
    pub fn meter<P: Meter + 'static>(self, meter: P) -> Self {
        let levels = P::ENABLED.then(|| Levels::new(meter));
        Self { levels, ..self }
    }

    /// How many messages are not delivered yet.
    ///
    /// # Errors
    /// As a read's.
    pub async fn backlog(&self) -> Result<u64, StoreError> {
        self.store.backlog(&self.outbox).await
    }

    /// How long ago the oldest of them was added, by the store's clock; zero where there is none. It looks at the first
    /// message of every key.
    ///
    /// # Errors
    /// As a read's.
    pub async fn lag(&self) -> Result<Duration, StoreError> {
        const AT_ONCE: usize = 1024;
        let (mut oldest, mut after) = (None, None);
        loop {
            let seen = self.store.oldest(&self.outbox, after.as_deref(), AT_ONCE).await?;
            oldest = earlier(oldest, seen.added_ms);
            after = seen.next;
            if after.is_none() {
                return Ok(Duration::from_millis(oldest.map_or(0, |added| seen.now_ms.saturating_sub(added))));
            }
        }
    }
}

impl<D, S: fmt::Debug> fmt::Debug for Relay<D, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("store", &self.store).field("stats", &self.counts.stats()).finish_non_exhaustive()
    }
}
