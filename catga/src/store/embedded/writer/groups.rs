use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tokio::sync::{oneshot, watch};

use super::queue::{Queue, Turn};
use crate::store::embedded::age::Ages;
use crate::store::embedded::engine::Engine;
use crate::store::embedded::group::{Answer, Member};
use crate::store::error::{ErrorKind, StoreError};

/// The commits that wait, and their joining into groups: what waits while one group is synced is the next.
///
/// One sync for all who wait is group commit. Source: DeWitt et al., "Implementation Techniques for Main
/// Memory Database Systems", SIGMOD 1984.
pub struct Groups {
    engine: Arc<dyn Engine>,
    queue: Queue<Ticket>,
    /// Before each group, with the old snapshots let go.
    sweep: Box<dyn Fn(&Ages) + Send + Sync>,
    pub(crate) ages: Arc<Ages>,
    most: Most,
    head: watch::Sender<u64>,
}

/// How much a group and the queue take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Most {
    pub(crate) members: usize,
    pub(crate) bytes: usize,
    pub(crate) waiting: usize,
}

struct Ticket {
    member: Member,
    answer: oneshot::Sender<Answer>,
}

impl core::fmt::Debug for Groups {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Groups").field("waiting", &self.waiting()).finish_non_exhaustive()
    }
}

impl Groups {
    pub(crate) fn new(
        engine: Arc<dyn Engine>,
        ages: Arc<Ages>,
        most: Most,
        sweep: impl Fn(&Ages) + Send + Sync + 'static,
    ) -> Self {
        let head = watch::Sender::new(engine.head());
        Self { engine, queue: Queue::new(), sweep: Box::new(sweep), ages, most, head }
    }

    /// How many commits wait.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    pub(crate) fn has_room(&self) -> bool {
        self.waiting() < self.most.waiting
    }

    /// The sequence of the last group that was committed, as it grows.
    pub(crate) fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    pub(crate) fn push(&self, member: Member, bytes: usize) -> Result<oneshot::Receiver<Answer>, StoreError> {
        let (answer, receiver) = oneshot::channel();
        let closed = |_| StoreError::new(ErrorKind::Closed, "the store is closed; open it again");
        self.queue.push(Ticket { member, answer }, bytes).map_err(closed)?;
        Ok(receiver)
    }

    /// Commits one group of what waits, and says how many members it had. It blocks for a sync of the disk.
    pub fn commit_one(&self) -> usize {
        let Turn { group, turn } = self.queue.turn(self.most.members, self.most.bytes);
        if group.is_empty() {
            return 0;
        }
        let (members, answers): (Vec<Member>, Vec<_>) =
            group.into_iter().map(|ticket| (ticket.member, ticket.answer)).unzip();
        (self.sweep)(&self.ages);
        let committed = catch_unwind(AssertUnwindSafe(|| self.engine.commit(&members)));
        let outcome = committed.unwrap_or_else(|_| members.iter().map(|_| lost()).collect());
        let count = members.len();
        let head = self.engine.head();
        drop(turn);
        self.head.send_if_modified(|last| core::mem::replace(last, head) != head);
        let mut outcome = outcome.into_iter();
        for answer in answers {
            // Who has dropped its commit does not listen any more.
            let _ = answer.send(outcome.next().unwrap_or_else(lost));
        }
        // All their rows are given back here, and nobody has to wait for that.
        drop(members);
        count
    }

    /// Commits what comes until the store is closed and nothing waits.
    pub fn run(&self) {
        while self.queue.wait() {
            self.commit_one();
        }
    }

    pub(crate) fn close(&self) {
        self.queue.close();
    }
}

fn lost() -> Answer {
    let detail = "the engine did not answer for the commit; look whether the effect is there";
    Answer::Unknown(StoreError::new(ErrorKind::Unknown, detail))
}
