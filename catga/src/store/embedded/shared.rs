use core::time::Duration;
use std::sync::Arc;

use portable_atomic::Ordering;
use tokio::sync::oneshot;

use super::age::Ages;
use super::commit::Committed;
use super::engine::Engine;
use super::group::{Answer, LARGEST_KEY, Member, Write};
use super::options::StoreOptions;
use super::stats::Counts;
use super::writer::Groups;
use crate::store::backlogs::Backlogs;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::Identity;
use crate::store::keyed::KeyedLocks;
use crate::time::Instant;

/// What the clones of a store, and its transactions, share.
pub(crate) struct Shared {
    pub(super) engine: Arc<dyn Engine>,
    pub(super) groups: Arc<Groups>,
    pub(super) ages: Arc<Ages>,
    pub(super) options: StoreOptions,
    pub(super) counts: Arc<Counts>,
    pub(super) turns: KeyedLocks,
    pub(super) backlogs: Backlogs,
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

    pub(super) fn backlogs(&self) -> &Backlogs {
        &self.backlogs
    }

    pub(crate) fn unix_ms(&self) -> u64 {
        self.options.clock.unix_ms()
    }

    pub(crate) fn not_too_old(&self, begun: Instant) -> Result<(), StoreError> {
        let age = self.options.clock.now().since(begun);
        if age > self.options.max_age { Err(StoreError::expired()) } else { Ok(()) }
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
        if write.key().len() <= LARGEST_KEY && write.size() <= self.options.largest_record {
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
        self.counts.ended(outcome);
    }

    /// Takes their snapshots from those that are too old now.
    pub(super) fn sweep(&self, now: Instant) {
        self.counts.expired.fetch_add(self.ages.sweep(before(now, self.options.max_age)), Ordering::Relaxed);
    }
}

/// The point that is `by` earlier; the origin where there is none.
pub(super) fn before(now: Instant, by: Duration) -> Instant {
    Instant::after_origin(now.since_origin().saturating_sub(by))
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.groups.close();
        self.options.writer.stop();
    }
}
