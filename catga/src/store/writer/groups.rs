use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::{oneshot, watch};

use super::super::age::Ages;
use super::super::engine::Engine;
use super::super::error::{ErrorKind, StoreError};
use super::super::member::{Answer, Member};

/// The commits that wait, and their joining into groups: what waits while one group is synced is the next.
///
/// One sync for all who wait is group commit. Source: DeWitt et al., "Implementation Techniques for Main
/// Memory Database Systems", SIGMOD 1984.
pub struct Groups {
    engine: Arc<dyn Engine>,
    queue: Mutex<Queue>,
    arrived: Condvar,
    /// Held while a group is committed.
    turn: Mutex<()>,
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

#[derive(Default)]
struct Queue {
    tickets: VecDeque<Ticket>,
    closed: bool,
}

struct Ticket {
    member: Member,
    bytes: usize,
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
        Self {
            engine,
            queue: Mutex::default(),
            arrived: Condvar::new(),
            turn: Mutex::new(()),
            sweep: Box::new(sweep),
            ages,
            most,
            head,
        }
    }

    /// How many commits wait.
    pub fn waiting(&self) -> usize {
        self.queue().tickets.len()
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
        let mut queue = self.queue();
        if queue.closed {
            return Err(StoreError::new(ErrorKind::Closed, "the store is closed; open it again"));
        }
        queue.tickets.push_back(Ticket { member, bytes, answer });
        drop(queue);
        self.arrived.notify_one();
        Ok(receiver)
    }

    /// Commits one group of what waits, and says how many members it had. It blocks for a sync of the disk.
    pub fn commit_one(&self) -> usize {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let (members, answers) = self.next();
        if members.is_empty() {
            return 0;
        }
        (self.sweep)(&self.ages);
        let committed = catch_unwind(AssertUnwindSafe(|| self.engine.commit(&members)));
        let outcome = committed.unwrap_or_else(|_| members.iter().map(|_| lost()).collect());
        let count = members.len();
        drop(members);
        let head = self.engine.head();
        drop(turn);
        self.head.send_if_modified(|last| core::mem::replace(last, head) != head);
        let mut outcome = outcome.into_iter();
        for answer in answers {
            // Who has dropped its commit does not listen any more.
            let _ = answer.send(outcome.next().unwrap_or_else(lost));
        }
        count
    }

    fn next(&self) -> (Vec<Member>, Vec<oneshot::Sender<Answer>>) {
        let mut queue = self.queue();
        let (mut members, mut answers, mut bytes) = (Vec::new(), Vec::new(), 0);
        while let Some(ticket) = queue.tickets.pop_front() {
            bytes += ticket.bytes;
            members.push(ticket.member);
            answers.push(ticket.answer);
            if members.len() >= self.most.members || bytes >= self.most.bytes {
                break;
            }
        }
        (members, answers)
    }

    /// Commits what comes until the store is closed and nothing waits.
    pub fn run(&self) {
        loop {
            let mut queue = self.queue();
            while queue.tickets.is_empty() {
                if queue.closed {
                    return;
                }
                queue = self.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
            drop(queue);
            self.commit_one();
        }
    }

    pub(crate) fn close(&self) {
        self.queue().closed = true;
        self.arrived.notify_all();
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lost() -> Answer {
    let detail = "the engine did not answer for the commit; look whether the effect is there";
    Answer::Unknown(StoreError::new(ErrorKind::Unknown, detail))
}
