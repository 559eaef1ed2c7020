use core::fmt;
use core::future::Future;
use core::mem;
use core::pin::Pin;
use core::task::{Context, Poll, ready};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::group::{Answer, Clash};
use super::shared::Shared;
use super::transaction::{HandedOver, Transaction, Unmet};
use crate::store::error::{ErrorKind, StoreError};

/// That a transaction is committed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Committed {
    /// Its place in the store's history: larger than that of all that were committed before it.
    pub sequence: u64,
}

/// What [`Transaction::commit`] returns.
#[must_use = "a transaction is not committed until this is awaited"]
pub struct Commit {
    step: Step,
}

enum Step {
    Begin(Box<Transaction>),
    Waiting { answer: oneshot::Receiver<Answer>, unmet: Vec<Unmet>, shared: Arc<Shared> },
    Done,
}

impl Commit {
    pub(super) fn new(transaction: Transaction) -> Self {
        Self { step: Step::Begin(Box::new(transaction)) }
    }

    /// Whether the transaction is the writer's already: dropping this then leaves the outcome `Unknown`.
    pub fn handed_over(&self) -> bool {
        matches!(self.step, Step::Waiting { .. })
    }
}

impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commit").field("handed_over", &self.handed_over()).finish()
    }
}

impl Future for Commit {
    type Output = Result<Committed, StoreError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        if let Step::Begin(_) = self.step
            && let Step::Begin(transaction) = mem::replace(&mut self.step, Step::Done)
        {
            match transaction.hand_over()? {
                HandedOver::Nothing(committed) => return Poll::Ready(Ok(committed)),
                HandedOver::Member { answer, unmet, shared } => self.step = Step::Waiting { answer, unmet, shared },
            }
        }
        let Step::Waiting { answer, unmet, shared } = &mut self.step else { return Poll::Pending };
        let answer = ready!(Pin::new(answer).poll(cx)).unwrap_or_else(|_| {
            let detail = "the store's writer ended before it answered; look whether the effect is there";
            Answer::Unknown(StoreError::new(ErrorKind::Unknown, detail))
        });
        let outcome = told(answer, unmet);
        shared.count(&outcome);
        self.step = Step::Done;
        Poll::Ready(outcome)
    }
}

fn told(answer: Answer, unmet: &[Unmet]) -> Result<Committed, StoreError> {
    let conflict = |detail: &'static str| Err(StoreError::new(ErrorKind::Conflict, detail));
    match answer {
        Answer::Committed(sequence) => Ok(Committed { sequence }),
        Answer::Conflict(Clash::Read) => conflict("somebody changed what the transaction has read; run it again"),
        Answer::Conflict(Clash::TooOld) => {
            conflict("the transaction's snapshot is too old to be checked; run it again")
        }
        Answer::Conflict(Clash::Need(index)) => match unmet.get(index) {
            Some(Unmet(kind, detail)) => Err(StoreError::new(*kind, *detail)),
            None => conflict("what must hold does not; run it again"),
        },
        Answer::Unknown(error) if error.kind() == ErrorKind::Unknown => Err(error),
        Answer::Unknown(error) => {
            let detail =
                "the disk failed during the commit, and it is not known whether it happened; look before repeating";
            Err(StoreError::with_source(ErrorKind::Unknown, detail, error))
        }
        Answer::Failed(error) => Err(error),
    }
}
