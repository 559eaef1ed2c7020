use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{Context, Poll};

use alloc::boxed::Box;
use futures_util::stream::{FuturesUnordered, StreamExt as _};

use super::control::Watch;
use super::run::{DeliveryOf, Run, Taken};
use crate::transport::{Delivers, TransportError};

/// How many turns it takes before others on its thread get theirs.
const TURNS: usize = 64;

/// Polls the lanes and the work of one run.
pub(super) struct Crew<'r, T: Delivers, L, E, I, A, Lane, Work, Begin> {
    run: &'r Run<'r, T, L, E, I, A>,
    watch: Watch<'r>,
    begin: Begin,
    work: FuturesUnordered<Work>,
    lanes: Vec<Pin<Box<Lane>>>,
    /// The lane that is polled first.
    first: usize,
    /// Of lanes that have ended: what is in hand may belong to them.
    subscriptions: Vec<T::Subscription>,
    failed: Option<TransportError>,
    is_closed: bool,
    /// Closed, and the lanes have not let go yet of what they wait for.
    has_to_let_go: bool,
}

enum Turn {
    /// There may be more to do at once.
    Moved,
    /// It waits.
    Waits,
    /// Nothing is in hand, and nothing will come.
    Over,
}

impl<'r, T, L, E, I, A, Lane, Work, Begin> Crew<'r, T, L, E, I, A, Lane, Work, Begin>
where
    T: Delivers,
    Lane: Future<Output = Result<T::Subscription, TransportError>>,
    Work: Future<Output = ()>,
    Begin: Fn(Taken<DeliveryOf<T>>) -> Work,
{
    pub(super) fn new(run: &'r Run<'r, T, L, E, I, A>, lanes: impl Iterator<Item = Lane>, begin: Begin) -> Self {
        Self {
            run,
            watch: run.consumer.control.watch(),
            begin,
            work: FuturesUnordered::new(),
            lanes: lanes.map(Box::pin).collect(),
            first: 0,
            subscriptions: Vec::new(),
            failed: None,
            is_closed: false,
            has_to_let_go: false,
        }
    }

    /// Takes nothing new.
    pub(super) fn close(&mut self) {
        (self.is_closed, self.has_to_let_go) = (true, true);
    }

    /// Why it could not go on, if it could not.
    pub(super) fn failed(self) -> Option<TransportError> {
        self.failed
    }

    /// Works until `end`, or until there is nothing to do any more.
    pub(super) async fn until(&mut self, end: impl Future<Output = ()>) {
        let mut end = pin!(end);
        poll_fn(|cx| {
            for _ in 0..TURNS {
                if end.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(());
                }
                match self.turn(cx) {
                    Turn::Moved => {}
                    Turn::Waits => return Poll::Pending,
                    Turn::Over => return Poll::Ready(()),
                }
            }
            cx.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }

    fn turn(&mut self, cx: &mut Context<'_>) -> Turn {
        let settings = self.watch.settings(cx.waker());
        self.run.hand.set(settings.concurrency, !settings.is_paused && !self.is_closed);
        let is_polled = !self.is_closed || core::mem::take(&mut self.has_to_let_go);
        let mut has_moved = is_polled && self.poll_lanes(cx);
        if self.failed.is_some() && !self.is_closed {
            return Turn::Over;
        }
        has_moved |= matches!(self.work.poll_next_unpin(cx), Poll::Ready(Some(())));
        match (has_moved, self.work.is_empty() && (self.is_closed || self.lanes.is_empty())) {
            (_, true) => Turn::Over,
            (true, false) => Turn::Moved,
            (false, false) => Turn::Waits,
        }
    }

    /// Whether one has given something, or has ended.
    fn poll_lanes(&mut self, cx: &mut Context<'_>) -> bool {
        let mut has_moved = false;
        let (first, count) = (self.first, self.lanes.len());
        for at in (first..count).chain(0..first.min(count)) {
            let Some(lane) = self.lanes.get_mut(at) else { continue };
            let polled = lane.as_mut().poll(cx);
            while let Some(taken) = self.run.receive() {
                self.work.push((self.begin)(taken));
                // Who has given something is the last next time, so that no endpoint starves another.
                self.first = at + 1;
                has_moved = true;
            }
            if let Poll::Ready(ended) = polled {
                drop(self.lanes.swap_remove(at));
                match ended {
                    Ok(subscription) => self.subscriptions.push(subscription),
                    Err(error) => self.failed = Some(error),
                }
                // The others are at other places now; they are polled in the next turn.
                return true;
            }
        }
        has_moved
    }
}
