use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;
use std::sync::Arc;

use portable_atomic::{AtomicU64, Ordering};
use tokio::sync::{oneshot, watch};

use super::age::{Ages, expired};
use super::commit::Committed;
use super::engine::{Engine, Identity, StoreId};
use super::group::{Answer, Member, Write};
use super::space::Space;
use super::transaction::Transaction;
use super::writer::{Groups, Most, Writer, WriterThread};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::keyed::KeyedLocks;

use crate::time::{Clock, Instant, SystemClock};

/// A store: user tables and all that delivery keeps, in one serializable transaction. Clones are the same.
///
/// `D` is a type of the user's own that tells two stores of one program apart: `Store<Main>`. It says nothing
/// of where the bytes are: that is the [`Engine`] that it is made with.
///
/// When the last clone and the last transaction are dropped, what waits to be committed is committed, and the
/// engine is closed; that blocks for as long as it takes.
pub struct Store<D = ()> {
    shared: Arc<Shared>,
    marker: PhantomData<fn() -> D>,
}

impl<D> Clone for Store<D> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), marker: PhantomData }
    }
}

impl<D> fmt::Debug for Store<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("id", &self.id()).field("stats", &self.stats()).finish()
    }
}

/// A [`Clock`] behind a pointer.
pub(crate) trait Time: Send + Sync {
    fn now(&self) -> Instant;
    fn unix_ms(&self) -> u64;
}

impl<C: Clock> Time for C {
    fn now(&self) -> Instant {
        Clock::now(self)
    }

    fn unix_ms(&self) -> u64 {
        Clock::unix_ms(self)
    }
}

/// How a store is run.
pub struct StoreOptions {
    clock: Arc<dyn Time>,
    writer: Arc<dyn Writer>,
    max_age: Duration,
    largest_transaction: usize,
    largest_record: usize,
    most: Most,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            writer: Arc::new(WriterThread::default()),
            max_age: Duration::from_secs(5),
            largest_transaction: 64 << 20,
            largest_record: 16 << 20,
            most: Most { members: 1024, bytes: 8 << 20, waiting: 65_536 },
        }
    }
}

impl fmt::Debug for StoreOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoreOptions")
            .field("max_age", &self.max_age)
            .field("largest_transaction", &self.largest_transaction)
            .field("largest_record", &self.largest_record)
            .finish_non_exhaustive()
    }
}

impl StoreOptions {
    /// Where the time comes from; the system, by default.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Who runs the commits; a thread, by default.
    #[must_use]
    pub fn writer(mut self, writer: impl Writer) -> Self {
        self.writer = Arc::new(writer);
        self
    }

    /// How old a transaction may become, 5 seconds by default. While one is open, the space of what is
    /// overwritten is not reused: a transaction that waits for somebody else makes the file grow.
    #[must_use]
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// How many bytes a transaction may read the keys of, and write, together; 64 MiB by default.
    #[must_use]
    pub fn largest_transaction(mut self, bytes: usize) -> Self {
        self.largest_transaction = bytes;
        self
    }

    /// How many bytes a key and its row may have together; 16 MiB by default.
    #[must_use]
    pub fn largest_record(mut self, bytes: usize) -> Self {
        self.largest_record = bytes;
        self
    }

    /// How many commits may wait before a transaction that begins is `Overloaded`; 65 536 by default.
    #[must_use]
    pub fn most_waiting(mut self, commits: usize) -> Self {
        self.most.waiting = commits;
        self
    }

    /// How many commits share a sync at most, and no fewer than one; 1 024 by default. The others wait for the next.
    #[must_use]
    pub fn largest_group(mut self, commits: usize) -> Self {
        self.most.members = commits.max(1);
        self
    }
}

pub(crate) struct Shared {
    engine: Arc<dyn Engine>,
    groups: Arc<Groups>,
    ages: Arc<Ages>,
    options: StoreOptions,
    counts: Arc<Counts>,
    turns: KeyedLocks,
}

#[derive(Default)]
struct Counts {
    committed: AtomicU64,
    conflicts: AtomicU64,
    unknown: AtomicU64,
    failed: AtomicU64,
    expired: AtomicU64,
    overloaded: AtomicU64,
}

/// What became of a store's transactions since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreStats {
    /// Committed.
    pub committed: u64,
    /// Answered with a conflict.
    pub conflicts: u64,
    /// Answered with `Unknown`.
    pub unknown: u64,
    /// Answered with any other error at their commit.
    pub failed: u64,
    /// Whose snapshot was taken from them, as they had become too old.
    pub expired: u64,
    /// Refused when they began.
    pub overloaded: u64,
    /// Commits that wait now.
    pub waiting: usize,
}

impl<D> Store<D> {
    /// A store over this engine, with the default options.
    ///
    /// # Errors
    /// The writer cannot be started.
    pub fn new(engine: impl Engine) -> Result<Self, StoreError> {
        Self::with(engine, StoreOptions::default())
    }

    /// How a store is run.
    pub fn options() -> StoreOptions {
        StoreOptions::default()
    }

    /// A store over this engine.
    ///
    /// # Errors
    /// The writer cannot be started.
    pub fn with(engine: impl Engine, options: StoreOptions) -> Result<Self, StoreError> {
        let engine: Arc<dyn Engine> = Arc::new(engine);
        let (ages, counts) = (Arc::new(Ages::default()), Arc::new(Counts::default()));
        let (clock, max_age, by_sweep) = (Arc::clone(&options.clock), options.max_age, Arc::clone(&counts));
        let sweep = move |ages: &Ages| {
            by_sweep.expired.fetch_add(ages.sweep(before(clock.now(), max_age)), Ordering::Relaxed);
        };
        let groups = Arc::new(Groups::new(Arc::clone(&engine), Arc::clone(&ages), options.most, sweep));
        options.writer.start(&groups)?;
        let shared = Arc::new(Shared { engine, groups, ages, options, counts, turns: KeyedLocks::default() });
        Ok(Self { shared, marker: PhantomData })
    }

    /// Who this store is, for as long as its file lives.
    pub fn id(&self) -> StoreId {
        self.shared.identity().id
    }

    /// Who this store is, and how often it was restored from a backup.
    pub fn identity(&self) -> Identity {
        self.shared.identity()
    }

    /// The sequence of the last commit, as it grows: what waits for new rows waits for this.
    pub fn head(&self) -> watch::Receiver<u64> {
        self.shared.groups.head()
    }

    /// The keys whose commands wait for each other, of this store in this process.
    pub fn turns(&self) -> &KeyedLocks {
        &self.shared.turns
    }

    /// What became of its transactions.
    pub fn stats(&self) -> StoreStats {
        let counts = &self.shared.counts;
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        StoreStats {
            committed: of(&counts.committed),
            conflicts: of(&counts.conflicts),
            unknown: of(&counts.unknown),
            failed: of(&counts.failed),
            expired: of(&counts.expired),
            overloaded: of(&counts.overloaded),
            waiting: self.shared.groups.waiting(),
        }
    }

    /// Whether the store was restored from a backup and nothing has been [confirmed](Self::confirm) yet: its
    /// relays and its schedule answer `Held`. What the backup holds as not sent may have been sent since.
    ///
    /// # Errors
    /// As a read's.
    pub fn is_held(&self) -> Result<bool, StoreError> {
        Ok(self.begin()?.peek(&Space::Held.key())?.is_some())
    }

    /// An operator has looked, and the restored store may send.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn confirm(&self) -> Result<(), StoreError> {
        let mut tx = self.begin()?;
        tx.write(Write::delete(Space::Held.key()))?;
        tx.commit().await.map(drop)
    }

    /// Whether it takes more of what comes in, by the space that it has: `Transactional` asks before a handler runs. What
    /// drains it goes on.
    ///
    /// # Errors
    /// `Overloaded` where its file has the [`disk_bytes`](super::durable::DurableOptions::disk_bytes) that it may have.
    pub fn has_room(&self) -> Result<(), StoreError> {
        self.shared.has_room(false)
    }

    /// Begins a transaction on the state after the last commit.
    ///
    /// # Errors
    /// `Overloaded` where too many commits wait; `Io`, `Damaged` where the file cannot be read.
    pub fn begin(&self) -> Result<Transaction, StoreError> {
        let shared = &self.shared;
        let now = shared.options.clock.now();
        let swept = shared.ages.sweep(before(now, shared.options.max_age));
        shared.counts.expired.fetch_add(swept, Ordering::Relaxed);
        if !shared.groups.has_room() {
            shared.counts.overloaded.fetch_add(1, Ordering::Relaxed);
            let detail = "more transactions wait for the store's disk than it takes; try again later";
            return Err(StoreError::new(ErrorKind::Overloaded, detail));
        }
        let slot = shared.ages.begin(now, shared.engine.snapshot()?);
        Ok(Transaction::new(Arc::clone(shared), slot, now))
    }

    /// Begins a transaction where those of these stores are open around the caller.
    ///
    /// # Errors
    /// `Nested` where this store is among them; else as [`begin`](Self::begin).
    pub fn begin_inside(&self, open: &[StoreId]) -> Result<Transaction, StoreError> {
        if open.contains(&self.id()) {
            let detail =
                "a transaction of this store is open around this one; use it, or send the message outside of it";
            return Err(StoreError::new(ErrorKind::Nested, detail));
        }
        self.begin()
    }
}

/// The point that is `by` earlier; the origin where there is none.
fn before(now: Instant, by: Duration) -> Instant {
    Instant::after_origin(now.since_origin().saturating_sub(by))
}

impl Shared {
    pub(crate) fn identity(&self) -> Identity {
        self.engine.identity()
    }

    pub(crate) fn has_room(&self, reserve: bool) -> Result<(), StoreError> {
        let room = self.engine.has_room(reserve);
        if room.is_err() {
            self.counts.overloaded.fetch_add(1, Ordering::Relaxed);
        }
        room
    }

    pub(crate) fn unix_ms(&self) -> u64 {
        self.options.clock.unix_ms()
    }

    pub(crate) fn not_too_old(&self, begun: Instant) -> Result<(), StoreError> {
        let age = self.options.clock.now().since(begun);
        if age > self.options.max_age { Err(expired()) } else { Ok(()) }
    }

    pub(crate) fn fits(&self, so_far: usize, more: usize) -> Result<(), StoreError> {
        if so_far + more <= self.options.largest_transaction {
            return Ok(());
        }
        let detail = format!(
            "the transaction reads and writes more than {} bytes; cut it up, or raise `largest_transaction`",
            self.options.largest_transaction
        );
        Err(StoreError::new(ErrorKind::TooLarge, detail))
    }

    pub(crate) fn record_fits(&self, write: &Write) -> Result<(), StoreError> {
        if write.key().len() <= 1 << 16 && write.size() <= self.options.largest_record {
            return Ok(());
        }
        let detail = format!(
            "a key has over 64 KiB, or with its row over {} bytes; store it elsewhere, or raise `largest_record`",
            self.options.largest_record
        );
        Err(StoreError::new(ErrorKind::TooLarge, detail))
    }

    /// From here on the member is the writer's.
    pub(crate) fn hand_over(&self, member: Member, bytes: usize) -> Result<oneshot::Receiver<Answer>, StoreError> {
        let answer = self.groups.push(member, bytes)?;
        self.options.writer.queued(&self.groups);
        Ok(answer)
    }

    pub(crate) fn count(&self, outcome: &Result<Committed, StoreError>) {
        let counts = &self.counts;
        let count = match outcome.as_ref().map_err(StoreError::kind) {
            Ok(_) => &counts.committed,
            Err(ErrorKind::Conflict) => &counts.conflicts,
            Err(ErrorKind::Unknown) => &counts.unknown,
            Err(_) => &counts.failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.groups.close();
        self.options.writer.stop();
    }
}
