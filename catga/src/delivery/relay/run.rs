//! The relay's loop: one future that claims, delivers and marks, all at once.

use core::future::{Future, poll_fn};
use core::mem;
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use futures_util::future::{Either, select};
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use portable_atomic::{AtomicU64, Ordering};

use super::caught_up::{CaughtUp, Had};
use super::deliver::{Delivered, Row, Target};
use super::held::{self, Unknown};
use super::park::Failed;
use super::relay::Relay;
use super::rounds::Rounds;
use super::upkeep;
use crate::delivery::last_poll::last_poll;
use crate::delivery::renewed::renewed;
use crate::delivery::transaction::is_keyed;
use crate::scope::{Claimed, Mediator};
use crate::store::outbox::{ClaimedKey, Fate, Marked, Relay as Claimer};
use crate::store::port::{Affects, Drains, Settled};
use crate::store::{ErrorKind, StoreError};
use crate::time::{Cancel, Clock as _, Instant, Random as _, Timer as _};

/// How many rows a housekeeping step takes at once.
const AT_ONCE: usize = 256;

/// How many times as many keys are claimed as are delivered at a time: a commit costs what the way to its pages costs,
/// which is longer where the backlog is large, and many share it.
const AHEAD: usize = 4;

/// Something that the loop waits for has ended.
enum Step {
    /// A key, and who might have had it before; none where it was lost.
    Ended(Option<Settled>, Had),
    Settled,
    Claimed(Claimer, Vec<ClaimedKey>, Left),
    /// What is held was looked at; whether all of it.
    Looked(bool),
    /// What is old was forgotten.
    Forgotten,
    /// There is something to look for.
    Due,
    Stop,
}

/// What a claim has left for the next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Left {
    /// There may be more.
    More,
    /// It has all that there was to claim.
    Nothing,
    /// The store has refused it, so nobody knows.
    Unknown,
}

type Task<'t> = Pin<Box<dyn Future<Output = Step> + Send + 't>>;

impl<D, S: Drains<Marker = D>> Relay<D, S> {
    /// Until it is told to stop, and what it has begun has ended.
    pub(super) async fn work<A: Mediator, T: Target>(&self, app: &A, target: &T, stop: &Cancel)
    where
        S: Affects,
    {
        let mut head = self.store.head();
        let (mut held, unknown) = (Rounds::every(held::EVERY), &Unknown::default());
        let mut claimed = app.clock().now();
        let mut upkeep = Rounds::every(upkeep::EVERY);
        let mut caught_up = CaughtUp::new(claimed, self.outbox.claimed_for());
        let mut claimer = Some(self.outbox.relay(app.random().next()));
        let mut tasks: FuturesUnordered<Task<'_>> = FuturesUnordered::new();
        let (mut ended, mut waiting) = (Vec::new(), VecDeque::new());
        let (mut delivering, mut is_settling, mut is_due, mut is_stopping) = (0, false, true, false);
        let mut stopped = pin!(stop.cancelled());
        loop {
            // Whoever was told to stop while it handled something begins nothing more.
            is_stopping |= stop.is_cancelled();
            if is_stopping {
                // What nobody has begun is others'. What has failed before goes on, as its attempts are counted here.
                let (failed, fresh) = mem::take(&mut waiting).into_iter().partition(|(key, _)| has_failed(key));
                waiting = failed;
                ended.extend(fresh.into_iter().map(|(key, _)| let_go(key)));
            }
            if !is_settling && !ended.is_empty() {
                is_settling = true;
                let ended = mem::take(&mut ended);
                tasks.push(Box::pin(async move {
                    self.settle(ended).await;
                    Step::Settled
                }));
            }
            while delivering < self.concurrency
                && let Some((key, had)) = waiting.pop_front()
            {
                delivering += 1;
                tasks.push(Box::pin(async move { Step::Ended(self.deliver(app, (target, unknown), key).await, had) }));
            }
            if is_due
                && !is_stopping
                && waiting.len() < self.concurrency
                && let Some(claimer) = claimer.take()
            {
                is_due = false;
                head.borrow_and_update();
                let (most, now) = (self.concurrency.saturating_mul(AHEAD), app.clock().now());
                claimed = now;
                tasks.push(Box::pin(self.claim(claimer, most - delivering - waiting.len(), now)));
                if held.begins(now) {
                    tasks.push(Box::pin(async move { Step::Looked(self.resume_held(target, unknown, stop).await) }));
                }
                if caught_up.is_reached() && upkeep.begins(now) {
                    tasks.push(Box::pin(async move {
                        self.forget(target, stop).await;
                        Step::Forgotten
                    }));
                }
            }
            if is_stopping && tasks.is_empty() && ended.is_empty() {
                return;
            }
            let step = {
                let mut changed = pin!(head.changed());
                let mut look = pin!(app.timer().sleep(self.look));
                poll_fn(|cx| {
                    if !is_stopping && stopped.as_mut().poll(cx).is_ready() {
                        return Poll::Ready(Step::Stop);
                    }
                    if let Poll::Ready(Some(step)) = tasks.poll_next_unpin(cx) {
                        return Poll::Ready(step);
                    }
                    let looks = !is_stopping && !is_due;
                    if looks && (changed.as_mut().poll(cx).is_ready() || look.as_mut().poll(cx).is_ready()) {
                        return Poll::Ready(Step::Due);
                    }
                    Poll::Pending
                })
                .await
            };
            match step {
                Step::Ended(one, had) => {
                    delivering -= 1;
                    match one {
                        Some(one) => {
                            caught_up.ended(had);
                            ended.push(one);
                        }
                        None => caught_up.lost(had, app.clock().now()),
                    }
                    is_due = true;
                }
                Step::Settled => is_settling = false,
                Step::Claimed(back, keys, left) => {
                    claimer = Some(back);
                    let had = caught_up.claimed(keys.len());
                    match left {
                        Left::More => is_due = true,
                        Left::Nothing => caught_up.nothing_left(claimed),
                        Left::Unknown => caught_up.unknown(app.clock().now()),
                    }
                    waiting.extend(keys.into_iter().map(|key| (key, had)));
                }
                Step::Looked(is_done) => held.ended(is_done),
                Step::Forgotten => upkeep.ended(true),
                Step::Due => is_due = true,
                Step::Stop => is_stopping = true,
            }
        }
    }

    /// Counts what the store refuses; it is tried again with the next look.
    fn or_default<T: Default>(&self, outcome: Result<T, StoreError>) -> T {
        outcome.unwrap_or_else(|error| {
            match error.kind() {
                ErrorKind::Held => self.counts.unconfirmed.add(),
                _ => self.counts.store_errors.add(),
            }
            T::default()
        })
    }

    /// Claims keys, after what was enqueued for later is among them; and forgets old rows.
    async fn claim(&self, mut claimer: Claimer, room: usize, now: Instant) -> Step {
        let released = self.or_default(self.store.release_due(&self.schedule, &self.outbox, AT_ONCE).await);
        let keys = self.store.claim_keys(&mut claimer, room).await;
        let is_known = keys.is_ok();
        let keys = self.or_default(keys);
        let mut is_more = released == AT_ONCE || keys.len() == room;
        if keys.is_empty() && !self.outbox.kept_for().is_zero() {
            is_more |= self.or_default(self.store.trim_published(&self.outbox, AT_ONCE).await) == AT_ONCE;
        }
        if let Some(levels) = &self.levels {
            self.or_default(levels.look(&self.store, &self.outbox, now).await);
        }
        let left = match (is_more, is_known) {
            (true, _) => Left::More,
            (false, true) => Left::Nothing,
            (false, false) => Left::Unknown,
        };
        Step::Claimed(claimer, keys, left)
    }

    /// Holds a key for long enough to begin with it: since when it is this relay's for a lease. None where it is not, or
    /// may be another's by now.
    async fn hold(&self, app: &impl Mediator, key: &mut ClaimedKey) -> Option<Instant> {
        let (lease, now) = (self.outbox.claimed_for(), app.clock().now());
        let left = Duration::from_millis(key.until_ms.saturating_sub(app.clock().unix_ms()));
        let since = Instant::after_origin(now.since_origin().saturating_sub(lease.saturating_sub(left)));
        if left > lease / 2 {
            return Some(since);
        }
        match self.store.renew_key(&self.outbox, key).await {
            Ok(()) => Some(now),
            Err(error) if error.kind() == ErrorKind::Lost => None,
            Err(_) => {
                self.counts.store_errors.add();
                (app.clock().now() < since.later(lease)).then_some(since)
            }
        }
    }

    /// Delivers a key's rows in their order, up to the first that fails, and renews the claim meanwhile. Whose claim is
    /// lost, or could not be renewed for a whole lease, is told to end.
    async fn deliver<A: Mediator, T: Target>(
        &self,
        app: &A,
        (target, unknown): (&T, &Unknown),
        mut key: ClaimedKey,
    ) -> Option<Settled> {
        let (rows, name, claim) = (key.rows.clone(), key.key.clone(), key.claim);
        let claimed = Claimed { outbox: self.outbox.called(), key: &name, owner: claim.owner, fence: claim.fence };
        let mut forgotten = Vec::new();
        for (published, row) in rows.iter().enumerate() {
            let Some(since) = self.hold(app, &mut key).await else {
                self.counts.lost.add();
                return None;
            };
            let attempt = row.attempts.saturating_add(1);
            let ordering = is_keyed(&row.message.key).then_some(&row.message.key[..]);
            let outgoing = Row { id: row.message.id, body: &row.message.body, key: ordering, attempt, claimed };
            let cancel = Cancel::new();
            let mut delivery = pin!(target.deliver(outgoing, &cancel));
            let until_ms = AtomicU64::new(key.until_ms);
            let renewing = renewed(app, self.outbox.claimed_for(), since, || async {
                let mut bare = ClaimedKey { key: name.clone(), claim, until_ms: 0, rows: Vec::new() };
                self.store.renew_key(&self.outbox, &mut bare).await?;
                until_ms.store(bare.until_ms, Ordering::Relaxed);
                Ok(())
            });
            let delivered = match select(delivery.as_mut(), pin!(renewing)).await {
                Either::Left((delivered, _)) => Some(delivered),
                Either::Right(_) => None,
            };
            let Some(delivered) = delivered else {
                // Another relay delivers it by now, or will: this one marks nothing.
                cancel.cancel();
                last_poll(delivery).await;
                self.counts.lost.add();
                return None;
            };
            key.until_ms = until_ms.into_inner();
            let (fate, heard) = match delivered {
                Delivered::Done(is_recorded) => {
                    self.counts.delivered.add();
                    forgotten.extend(is_recorded.then_some(row.message.id));
                    continue;
                }
                Delivered::Unknown => {
                    self.counts.held.add();
                    unknown.add(row.message.id);
                    (Failed::Stays(Fate::Hold), Vec::new())
                }
                Delivered::Failed(failure, heard) => match self.store.store_id().await {
                    Ok(source) => (self.failed(row, &failure, source, app.random(), app.clock().unix_ms()), heard),
                    Err(_) => {
                        // It comes again when its lease has ended.
                        self.counts.store_errors.add();
                        return None;
                    }
                },
            };
            let (fate, letter) = match fate {
                Failed::Stays(fate) => (fate, None),
                Failed::Dies(letter) => (Fate::TakeOff, Some(letter)),
            };
            return Some(Settled { marked: Marked { key, published, fate }, letter, forgotten, heard });
        }
        let marked = Marked { published: rows.len(), key, fate: Fate::GoOn };
        Some(Settled { marked, letter: None, forgotten, heard: Vec::new() })
    }

    /// Marks all of them in one commit; where that fails, each by itself.
    async fn settle(&self, ended: Vec<Settled>) {
        if self.mark(&ended).await.is_ok() {
            return;
        }
        for one in ended.chunks(1) {
            if let Err(error) = self.mark(one).await {
                self.counts.lost.add();
                if error.kind() != ErrorKind::Lost {
                    self.counts.store_errors.add();
                }
            }
        }
    }

    async fn mark(&self, ended: &[Settled]) -> Result<(), StoreError> {
        self.store.settle_keys(&self.outbox, &self.letters, ended).await
    }
}

/// Whether the first row of a key was tried before.
fn has_failed(key: &ClaimedKey) -> bool {
    key.rows.first().is_some_and(|row| row.attempts > 0)
}

/// The key is free again, as it was.
fn let_go(key: ClaimedKey) -> Settled {
    let marked = Marked { key, published: 0, fate: Fate::GoOn };
    Settled { marked, letter: None, forgotten: Vec::new(), heard: Vec::new() }
}
