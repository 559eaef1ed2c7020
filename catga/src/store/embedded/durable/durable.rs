use core::fmt;
use core::mem;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fault::{contained, failure};
use super::handle::{Cut, Handle};
use super::open::{self, Opened, Recovery};
use super::options::DurableOptions;
use super::reading::Reading;
use super::room::Room;
use super::sequence;
use super::snapshot::DurableSnapshot;
use super::writing::Writing;
use crate::store::embedded::engine::{Engine, Snapshot};
use crate::store::embedded::group::{self, Answer, Applied, Member, REMEMBERED, Readers, Recent};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::Identity;

/// A store in one file.
pub struct Durable {
    handle: Arc<Handle>,
    pub(super) options: DurableOptions,
    pub(super) identity: Identity,
    recovery: Recovery,
    readers: Readers,
    head: AtomicU64,
    room: Room,
    /// Held by the writer for a whole group.
    pub(super) recent: Mutex<Recent>,
    /// Held for as long as it takes to begin a transaction.
    state: Mutex<State>,
}

pub(super) enum State {
    Open(Open),
    /// Cut off from its file after a failure, with the failure.
    Failed(StoreError),
}

pub(super) struct Open {
    /// The snapshot of now, where somebody took one: who begins before the next commit shares it. It is let go
    /// where a commit begins, so that the file may reuse its space, and where one ends.
    pub(super) now: Option<Arc<DurableSnapshot>>,
    /// While a group is committed, only the file knows which state it is in.
    is_committing: bool,
    pub(super) database: Arc<redb::Database>,
    cut: Arc<Cut>,
}

impl Open {
    fn new(database: redb::Database, cut: Cut) -> Self {
        Self { now: None, is_committing: false, database: Arc::new(database), cut: Arc::new(cut) }
    }
}

impl fmt::Debug for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Durable").field("identity", &self.identity).field("head", &self.head()).finish_non_exhaustive()
    }
}

impl Durable {
    /// Opens the file at the path, or makes it, with the default options.
    ///
    /// # Errors
    /// `InUse`, `Foreign`, `Newer`, `Older`, `Backup`, `Truncated`, `Damaged`, `Full`, `Io`: each says what to do.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        Self::options().open(path)
    }

    /// How a file is to be opened.
    pub fn options() -> DurableOptions {
        DurableOptions::default()
    }

    /// What was found when the file was opened.
    pub fn recovery(&self) -> Recovery {
        self.recovery
    }

    pub(super) fn over(handle: Arc<Handle>, options: DurableOptions) -> Result<Self, StoreError> {
        let mut opened = open::open(&handle, &options, options.verify)?;
        if opened.backup {
            let detail = "the file is a backup of a store; restore it, which makes a store of it";
            return Err(StoreError::new(ErrorKind::Backup, detail));
        }
        open::adopt(&handle, &mut opened)?;
        let Opened { database, cut, identity, recovery, rows, .. } = opened;
        let readers = Readers::default();
        Ok(Self {
            room: Room::new(options.disk_bytes, rows),
            handle,
            options,
            identity,
            recovery,
            head: AtomicU64::new(recovery.sequence),
            recent: Mutex::new(Recent::new(recovery.sequence, readers.clone(), REMEMBERED)),
            readers,
            state: Mutex::new(State::Open(Open::new(database, cut))),
        })
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a failure it is opened anew first.
    fn opened<T>(&self, act: impl FnOnce(&mut Open) -> Result<T, StoreError>) -> Result<T, StoreError> {
        let mut state = self.state();
        if let State::Failed(_) = &*state {
            *state = State::Open(self.reopen()?);
        }
        match &mut *state {
            State::Open(open) => act(open),
            State::Failed(error) => Err(error.clone()),
        }
    }

    /// The database, for somebody who will read all of it, or change the file.
    pub(super) fn database(&self) -> Result<Arc<redb::Database>, StoreError> {
        self.opened(|open| {
            open.now = None;
            Ok(Arc::clone(&open.database))
        })
    }

    /// The database, for a group that will be committed.
    fn for_commit(&self) -> Result<(Arc<redb::Database>, Arc<Cut>), StoreError> {
        self.opened(|open| {
            open.now = None;
            open.is_committing = true;
            Ok((Arc::clone(&open.database), Arc::clone(&open.cut)))
        })
    }

    /// The group is committed. There may be a later state than that of the shared snapshot.
    fn moved_on(&self, head: u64) {
        let past = {
            let mut state = self.state();
            self.head.store(head, Ordering::SeqCst);
            match &mut *state {
                State::Open(open) => {
                    open.is_committing = false;
                    open.now.take_if(|now| now.at.sequence() != head)
                }
                State::Failed(_) => None,
            }
        };
        drop(past);
    }

    fn reopen(&self) -> Result<Open, StoreError> {
        self.handle.rewrite().map_err(super::fault::disk)?;
        let Opened { database, cut, recovery, rows, .. } = open::open(&self.handle, &self.options, true)?;
        self.room.found(rows);
        self.head.store(recovery.sequence, Ordering::SeqCst);
        Ok(Open::new(database, cut))
    }

    /// Gives the database up after a failure, and tries to open it anew.
    fn recover(&self, cut: &Cut, error: StoreError) -> Result<(), StoreError> {
        cut.off();
        let mut state = self.state();
        close(mem::replace(&mut *state, State::Failed(error)));
        *state = State::Open(self.reopen()?);
        Ok(())
    }

    /// Applies the group in one write transaction; whether it failed before its commit was begun.
    fn attempt<'g>(&self, database: &redb::Database, recent: &Recent, group: &'g [Member]) -> Attempt<'g> {
        let begun = self.head();
        let (mut tried, mut grown) = (None, 0);
        let done = contained(|| {
            let mut transaction = database.begin_write().map_err(failure)?;
            transaction.set_quick_repair(false);
            let applied = {
                let mut rows = Writing::new(&transaction);
                let applied = group::apply(group, begun, recent, &mut rows)?;
                grown = rows.grown();
                applied
            };
            if applied.head == begun {
                transaction.abort().map_err(failure)?;
                return Ok(applied);
            }
            sequence::go_on(&transaction, (begun, applied.head))?;
            tried = Some(applied);
            transaction.commit().map_err(failure)?;
            tried.take().ok_or_else(|| failure(redb::StorageError::PreviousIo))
        });
        match (done, tried) {
            (Ok(applied), _) => Attempt::Done(applied, grown),
            (Err(error), None) => Attempt::Failed(error),
            (Err(error), Some(applied)) => Attempt::Unsure(applied, error),
        }
    }
}

impl Drop for Durable {
    fn drop(&mut self) {
        let closed = State::Failed(StoreError::new(ErrorKind::Closed, "the store is closed; open it again"));
        close(mem::replace(&mut *self.state(), closed));
    }
}

/// Closing writes, and what it writes to may be damaged: a panic stays here, and the next open finds it.
fn close(state: State) {
    let _ = contained(|| {
        drop(state);
        Ok(())
    });
}

enum Attempt<'g> {
    /// By how many bytes its rows have grown.
    Done(Applied<'g>, i64),
    /// The commit was not begun.
    Failed(StoreError),
    /// The commit was begun and failed.
    Unsure(Applied<'g>, StoreError),
}

impl Engine for Durable {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.opened(|open| {
            if let Some(now) = &open.now {
                return Ok(Arc::clone(now) as Arc<dyn Snapshot>);
            }
            let (at, reading) = self.readers.register(|| {
                contained(|| {
                    let reading = Reading::new(&open.database)?;
                    Ok((if open.is_committing { reading.head()? } else { self.head() }, reading))
                })
            })?;
            let now = Arc::new(DurableSnapshot { at, reading });
            open.now = Some(Arc::clone(&now));
            Ok(now as Arc<dyn Snapshot>)
        })
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        let all = |answer: Answer| group.iter().map(|_| answer.clone()).collect();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let (database, cut) = match self.for_commit() {
            Ok(open) => open,
            Err(error) => return all(Answer::Failed(error)),
        };
        recent.found(self.head());
        let applied = match self.attempt(&database, &recent, group) {
            Attempt::Done(applied, grown) => {
                self.room.grew(grown);
                applied
            }
            Attempt::Failed(error) => {
                // Nothing happened, whether or not the file can be opened now; the next call finds out.
                let _ = self.recover(&cut, error.clone());
                return all(Answer::Failed(error));
            }
            Attempt::Unsure(applied, error) => {
                if self.recover(&cut, error.clone()).is_err() {
                    return all(Answer::Unknown(error));
                }
                if self.head() < applied.head {
                    return unapplied(applied, &error);
                }
                applied
            }
        };
        self.moved_on(applied.head);
        self.handle.mark(applied.head);
        recent.committed(applied.pending.keys(), applied.head);
        applied.answers
    }

    fn identity(&self) -> Identity {
        self.identity
    }

    fn head(&self) -> u64 {
        self.head.load(Ordering::SeqCst)
    }

    fn has_room(&self, reserve: bool) -> Result<(), StoreError> {
        self.room.check(reserve, self.handle.size())
    }
}

/// The answers of a group that is not in the file: a conflict is one nevertheless.
fn unapplied(applied: Applied<'_>, error: &StoreError) -> Vec<Answer> {
    let answer = |answer| match answer {
        Answer::Committed(_) => Answer::Failed(error.clone()),
        other => other,
    };
    applied.answers.into_iter().map(answer).collect()
}
