use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use super::Arc;
use super::batch::{Answers, Batch, Batchable};
use super::gather::{Gather, Run};
use crate::behaviors::bulkhead::{Bulkhead, Kept};
use crate::error::{Class, Error, Failure, caught};
use crate::mediator::{needs_clock, needs_timer};
use crate::message::Outcome;
use crate::pipeline::Declares;
use crate::scope::{Context, Mediator, Scope};
use crate::time::{Clock, Instant, Random, Timer};

/// Makes one call of many: gathers the commands or queries `M` of many callers, by key, and runs them as
/// one [`Batch`].
///
/// A batch runs when it has its size, or when its first message has waited for its time, by the
/// mediator's timer. Each caller gets its own message's answer. An error of the whole batch, or its panic,
/// is the error of each; a batch that answers another number of messages than it was given fails all of
/// them with the code `catga.batch_answers`, class `Unknown`. Batches run concurrently, those of one key
/// too.
///
/// There is no task behind it: one of a batch's callers polls it for all, and where that one is dropped
/// the next goes on where it was. A caller that is dropped before its batch runs takes its message out of
/// it; later its message runs with the others, and its answer is dropped. A batch whose callers are all
/// gone is dropped where it waits. So nothing is lost while anybody waits for it, and nothing runs that
/// nobody waits for. A caller that is neither polled nor dropped, such as a branch of a `select!` whose other branch
/// awaits something in its body, holds its batch up meanwhile: put what may be left lying into a task of its own.
///
/// So many messages may be in it, gathering or running; more wait for room, first come first served, or
/// are refused with [`Error::Unavailable`]. A message that runs has its place until its batch has ended, also where its
/// caller has left.
///
/// It is a field that a handler answers with, and not an entry of a pipeline. An entry goes on with the message
/// of its handler; a batch takes the handler's place, and a handler behind it would never run. So the pipeline
/// is around each message, with a time limit and a trace of its own, and what shall be around a whole batch
/// stands in [`Batch::run`]:
///
/// ```
/// # use catga::prelude::*;
/// # use std::time::Duration;
/// #[command(reply = u64)]
/// struct Insert { name: String }
///
/// struct Table;
///
/// impl Batch<Insert> for Table {
///     type Key = ();
///
///     fn key(&self, _: &Insert) {}
///
///     async fn run(&self, _: &(), rows: Vec<Insert>) -> Answers<Insert> {
///         // One statement for all of them.
///         Ok(rows.iter().map(|row| Ok(row.name.len() as u64)).collect())
///     }
/// }
///
/// struct Names { inserts: AutoBatch<Insert, Table> }
///
/// #[handler]
/// impl Names {
///     #[pipeline(Timeout::secs(1))]
///     async fn insert(&self, cmd: Insert, cx: &mut Context<impl Scope>) -> Outcome<Insert> {
///         self.inserts.answer(cmd, cx).await
///     }
/// }
///
/// # #[mediator] struct App { names: Names }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let names = Names { inserts: AutoBatch::new(Table, 100, Duration::from_millis(5)).queue(10_000) };
/// # assert_eq!(App { names }.send(Insert { name: "ann".into() }).await, Ok(3));
/// # }
/// ```
pub struct AutoBatch<M: Batchable, B: Batch<M>> {
    batch: Arc<B>,
    gather: Gather<B::Key, (M, Kept), Outcome<M>, Instant>,
    size: usize,
    age: Duration,
    jitter: Duration,
    most: u32,
    line: u32,
    queue: Arc<Bulkhead>,
}

impl<M: Batchable, B: Batch<M>> AutoBatch<M, B> {
    /// Runs a batch when it has `size` messages (at least one), or when its first has waited for `age`.
    ///
    /// The queue holds 16 batches, and more wait.
    pub fn new(batch: B, size: u32, age: Duration) -> Self {
        let most = size.saturating_mul(16);
        Self {
            batch: Arc::new(batch),
            gather: Gather::new(),
            size: size as usize,
            age,
            jitter: Duration::ZERO,
            most,
            line: u32::MAX,
            queue: Arc::new(Bulkhead::new(most, u32::MAX)),
        }
    }

    /// Runs a batch up to so much earlier than its age, by chance: so that those of many processes do not
    /// run at the same moment.
    #[must_use]
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// How many messages (at least one) may be in it at a time, gathering or running.
    #[must_use]
    pub fn queue(self, most: u32) -> Self {
        Self { most, queue: Arc::new(Bulkhead::new(most, self.line)), ..self }
    }

    /// Refuses messages that find the queue full; otherwise they wait.
    #[must_use]
    pub fn refuse_when_full(self) -> Self {
        Self { line: 0, queue: Arc::new(Bulkhead::new(self.most, 0)), ..self }
    }

    /// What runs the batches.
    pub fn batch(&self) -> &B {
        &self.batch
    }

    /// How many messages are in it now.
    pub fn len(&self) -> u32 {
        self.queue.running()
    }

    /// Whether no message is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Runs the message in a batch, and waits for its answer.
    ///
    /// Dropping it before the batch runs takes the message out; afterwards the message runs to its end as
    /// long as another caller waits for that batch.
    ///
    /// # Errors
    /// The message's own, the whole batch's, [`Error::Panicked`] where that panics, and
    /// [`Error::Unavailable`] where the queue is full and refuses.
    pub fn answer<'a, S: Scope>(
        &'a self,
        message: M,
        cx: &'a Context<S>,
    ) -> impl Future<Output = Outcome<M>> + Send + use<'a, M, B, S> {
        const {
            needs_clock::<<S::App as Mediator>::Clock>("AutoBatch");
            needs_timer::<<S::App as Mediator>::Timer>("AutoBatch");
        }
        async move {
            let place = match self.queue.enter() {
                Some(place) => Some(place),
                None => {
                    let mut wait = self.queue.wait();
                    poll_fn(|task| wait.poll(task)).await
                }
            };
            let Some(place) = place else { return Err(Error::Unavailable { retry_after: None }) };
            if cx.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let key = self.batch.key(&message);
            let item = (message, place.kept(&self.queue));
            let mut seat = self.gather.join(key, item, self.size, || self.due(cx));
            let mut sleep = pin!(None);
            let is_due = |due: &Instant, task: &mut core::task::Context<'_>| {
                if sleep.is_none() {
                    sleep.set(Some(cx.timer().sleep(due.since(cx.clock().now()))));
                }
                sleep.as_mut().as_pin_mut().map_or(Poll::Pending, |sleep| sleep.poll(task))
            };
            let mut is_due = is_due;
            let answer = poll_fn(|task| seat.poll(task, &mut is_due, |key, items| self.begin(key, items))).await;
            answer.unwrap_or_else(|| Err(miscounted()))
        }
    }

    fn due<S: Scope>(&self, cx: &Context<S>) -> Instant {
        let jitter = crate::time::nanos(self.jitter.min(self.age));
        let early = if jitter == 0 { 0 } else { cx.app().random().up_to(jitter) };
        cx.clock().now().later(self.age - Duration::from_nanos(early))
    }

    fn begin(&self, key: &B::Key, items: Vec<(M, Kept)>) -> Run<Outcome<M>> {
        let (batch, key, count) = (Arc::clone(&self.batch), key.clone(), items.len());
        // The places are the run's: whoever leaves while it runs, his message is in it.
        let (items, places): (Vec<M>, Vec<Kept>) = items.into_iter().unzip();
        Box::pin(async move {
            let _places = places;
            let mut run = pin!(async { batch.run(&key, items).await });
            let polled = poll_fn(|task| match caught(|| run.as_mut().poll(task)) {
                Ok(poll) => poll.map(Ok),
                Err(panic) => Poll::Ready(Err(panic)),
            });
            match polled.await {
                Ok(answers) => spread::<M>(answers, count),
                Err(panic) => same(count, || Error::Panicked(panic.clone())),
            }
        })
    }
}

/// Each message's answer.
fn spread<M: Batchable>(answers: Answers<M>, count: usize) -> Vec<Outcome<M>> {
    match answers {
        Ok(answers) => answers.into_iter().map(|answer| answer.map_err(Error::Handler)).collect(),
        Err(error) => same(count, || Error::Handler(M::again(&error))),
    }
}

fn same<T, E>(count: usize, error: impl Fn() -> Error<E>) -> Vec<Result<T, Error<E>>> {
    (0..count).map(|_| Err(error())).collect()
}

#[cold]
fn miscounted<E>() -> Error<E> {
    let text = "the batch answered another number of messages than it was given";
    Error::Refused(Failure::with_source("catga.batch_answers", Class::Unknown, text))
}

/// A mediator asks it of the fields that its handlers answer with, `self.inserts.answer(..)`.
impl<M: Batchable, B: Batch<M>> Declares for AutoBatch<M, B> {
    const NEEDS_TIMER: bool = true;
    const NEEDS_CLOCK: bool = true;
}

impl<M: Batchable, B: Batch<M> + fmt::Debug> fmt::Debug for AutoBatch<M, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AutoBatch")
            .field("batch", &self.batch)
            .field("size", &self.size)
            .field("age", &self.age)
            .field("queue", &self.queue)
            .finish_non_exhaustive()
    }
}
