use core::fmt;
use core::marker::PhantomData;
use std::sync::Arc;

use portable_atomic::Ordering;
use tokio::sync::watch;

use super::age::Ages;
use super::engine::Engine;
use super::group::Write;
use super::options::StoreOptions;
use super::shared::{Shared, before};
use super::space::Space;
use super::stats::{Counts, StoreStats};
use super::transaction::Transaction;
use super::writer::Groups;
use crate::store::backlogs::Backlogs;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::{Identity, StoreId};
use crate::store::keyed::KeyedLocks;

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
        let (turns, backlogs) = (KeyedLocks::default(), Backlogs::default());
        let shared = Arc::new(Shared { engine, groups, ages, options, counts, turns, backlogs });
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
        self.shared.counts.stats(self.shared.groups.waiting())
    }

    /// Whether the store was restored from a backup, or is a copy of its file, and nothing has been
    /// [confirmed](Self::confirm) yet: its relays and its schedule answer `Held`. What it holds as not sent may have been
    /// sent since.
    ///
    /// # Errors
    /// As a read's.
    pub fn is_held(&self) -> Result<bool, StoreError> {
        Ok(self.begin_own()?.peek(&Space::Held.key())?.is_some())
    }

    /// An operator has looked, and the restored store may send.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn confirm(&self) -> Result<(), StoreError> {
        let mut tx = self.begin_own()?;
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
        if !shared.groups.has_room() {
            shared.sweep(shared.options.clock.now());
            shared.counts.overloaded.fetch_add(1, Ordering::Relaxed);
            let detail = "more transactions wait for the store's disk than it takes; try again later";
            return Err(StoreError::new(ErrorKind::Overloaded, detail));
        }
        self.begin_own()
    }

    /// Begins a transaction that ends what was begun before, drains the store, or only reads, however many commits wait:
    /// it is the intake that stops, and there is as much of this as was let in.
    pub(in crate::store) fn begin_own(&self) -> Result<Transaction, StoreError> {
        let shared = &self.shared;
        let now = shared.options.clock.now();
        shared.sweep(now);
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
