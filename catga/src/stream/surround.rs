use core::future::Future;
use core::marker::PhantomPinned;
use core::pin::Pin;
use core::task::{self, Poll};

use futures_core::Stream;

use super::gate::{Gate, Ticket};
use crate::error::Error;
use crate::mediator::Opens;
use crate::message::{Message, Outcome, RowOf, Rows};
use crate::scope::{Context, Frame, Inside, Limit, Mediator, Origin, Place};

/// What a row adds to a counter of eight bits: when it overflows, after 32 rows, the chain is polled
/// although no row had to be waited for. So a timeout around a stream that is always ready is seen.
const ROW: u8 = 8;

/// Where a stream query comes from.
#[derive(Debug)]
pub struct Lineage<'a>(Whence<'a>);

#[derive(Debug)]
enum Whence<'a> {
    Outside(Origin<'a>),
    Handler(&'a Frame<'a>),
    Mediator(&'a Frame<'a>, Limit),
}

impl<'a> Lineage<'a> {
    /// From outside of the mediator.
    pub(crate) const fn outside(origin: Origin<'a>) -> Self {
        Self(Whence::Outside(origin))
    }

    /// From a handler, whose message this frame is.
    pub(crate) const fn handler(parent: &'a Frame<'a>) -> Self {
        Self(Whence::Handler(parent))
    }

    /// From the mediator around this one: the same message, with what is left of its deadline.
    pub(crate) const fn mediator(parent: &'a Frame<'a>, left: Limit) -> Self {
        Self(Whence::Mediator(parent, left))
    }
}

/// A stream query of a mediator: its chain, and its rows beside it.
pub(crate) fn surround<'a, A, Q>(
    app: &'a A,
    query: Q,
    lineage: Lineage<'a>,
    extension: Option<&'a A::Extension>,
) -> impl Stream<Item = RowOf<Q>> + Send + use<'a, A, Q>
where
    A: Mediator + Opens<Q, Q::Key>,
    Q: Rows,
{
    Surround::new(
        lineage,
        query,
        Place::new(app, Frame::first(), extension),
        move |ticket: Ticket<'a, Q>, place: &'a Place<'a, A>| async move {
            if place.frame().is_cancelled() {
                return Err(Error::Cancelled);
            }
            let mut cx = Context::new(Inside::new(place));
            app.admit(ticket, &mut cx).await
        },
        move |query: Q, place: &'a Place<'a, A>, limit: Limit| {
            let frame = place.frame();
            let (limit, outer) = (limit.begun(app.clock()), frame.limit());
            // Already while they are opened the rows are inside of the chain's timeouts.
            frame.set_limit(limit);
            let rows = app.rows(query, Context::new(Inside::new(place)));
            frame.set_limit(outer);
            (rows, limit)
        },
    )
}

/// The stream. Its chain and its rows point into `gate` and `place`, and that into `lineage`; what points
/// is declared, and so dropped, before what it points to.
struct Surround<'a, A: Mediator, Q: Rows, S, O, C, R> {
    start: Option<(Q, S)>,
    open: Option<O>,
    rows: Option<R>,
    chain: Option<C>,
    passed: u8,
    /// The limit that the chain's timeouts set: they hold it while the chain is polled, and the rows are
    /// polled beside it.
    limit: Limit,
    gate: Gate<Q>,
    place: Place<'a, A>,
    lineage: Lineage<'a>,
    _pinned: PhantomPinned,
}

impl<'a, A, Q, S, O, C, R> Surround<'a, A, Q, S, O, C, R>
where
    A: Mediator,
    Q: Rows,
    S: FnOnce(Ticket<'a, Q>, &'a Place<'a, A>) -> C,
    O: FnOnce(Q, &'a Place<'a, A>, Limit) -> (R, Limit),
    C: Future<Output = Outcome<Q>>,
    R: Stream<Item = RowOf<Q>>,
{
    fn new(lineage: Lineage<'a>, query: Q, place: Place<'a, A>, start: S, open: O) -> Self {
        Self {
            start: Some((query, start)),
            open: Some(open),
            rows: None,
            chain: None,
            passed: 0,
            limit: Limit::NONE,
            gate: Gate::new(),
            place,
            lineage,
            _pinned: PhantomPinned,
        }
    }

    /// The place and the gate for as long as the chain and the rows live.
    ///
    /// # Safety
    /// `self` is pinned, and the references go to the chain and the rows only.
    unsafe fn inner(&self) -> (&'a Place<'a, A>, &'a Gate<Q>) {
        // SAFETY: pinned, so neither moves until it is dropped; the chain and the rows are dropped
        // before them. `'a` is longer than that, but nobody can tell: what runs in the chain and in
        // the rows is generic over the frame's lifetime (`Opens::admit` and `Opens::rows`), and rows
        // and outcomes are `'static`, so no reference leaves.
        unsafe { (&*core::ptr::from_ref(&self.place), &*core::ptr::from_ref(&self.gate)) }
    }

    /// Everything that is not a row: starts the chain, polls it, opens the rows, ends. `rows_wait` says
    /// that the rows have just been polled and wait.
    fn step(&mut self, mut rows_wait: bool, cx: &mut task::Context<'_>) -> Poll<Option<RowOf<Q>>> {
        if let Some((query, start)) = self.start.take() {
            let frame = match &self.lineage.0 {
                // SAFETY: called from `poll_next`, which is given a pinned `self`; as for `inner`.
                Whence::Outside(origin) => Frame::of(unsafe { &*core::ptr::from_ref(origin) }),
                Whence::Handler(parent) => parent.nested(),
                Whence::Mediator(parent, left) => parent.border_with(*left),
            };
            self.place.set_frame(frame);
            // SAFETY: as above.
            let (place, gate) = unsafe { self.inner() };
            self.chain = Some(start(Ticket::new(query, gate, place.frame()), place));
        }
        loop {
            let Some(chain) = &mut self.chain else { return Poll::Ready(None) };
            // SAFETY: structurally pinned: `self` is, and the chain is never moved.
            if let Poll::Ready(outcome) = unsafe { Pin::new_unchecked(chain) }.poll(cx) {
                // The chain decides how the stream ends, and may do so before the rows do.
                self.rows = None;
                self.chain = None;
                return Poll::Ready(outcome.err().map(Err));
            }
            if let Some((query, limit)) = self.gate.admitted()
                && let Some(open) = self.open.take()
            {
                // SAFETY: as above.
                let (place, _) = unsafe { self.inner() };
                let (rows, limit) = open(query, place, limit);
                self.limit = limit;
                self.rows = Some(rows);
                rows_wait = false;
            }
            if rows_wait || self.rows.is_none() {
                return Poll::Pending;
            }
            match self.row(cx) {
                // The rows have ended: the chain goes on.
                Poll::Ready(None) => {}
                row => return row,
            }
        }
    }

    /// The next row; `None` where there are none any more and the chain has to go on.
    fn row(&mut self, cx: &mut task::Context<'_>) -> Poll<Option<RowOf<Q>>> {
        let Some(rows) = &mut self.rows else { return Poll::Ready(None) };
        // SAFETY: structurally pinned: `self` is, and the rows are never moved.
        let rows = unsafe { Pin::new_unchecked(rows) };
        let outer = self.place.frame().limit();
        self.place.frame().set_limit(self.limit);
        let poll = rows.poll_next(cx);
        self.limit = self.place.frame().limit();
        self.place.frame().set_limit(outer);
        self.passed_on(poll)
    }

    /// What the rows said: a row goes on as it is, their end goes to the chain.
    #[inline]
    fn passed_on(&mut self, poll: Poll<Option<RowOf<Q>>>) -> Poll<Option<RowOf<Q>>> {
        let end = match poll {
            Poll::Ready(Some(Ok(row))) => return Poll::Ready(Some(Ok(row))),
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Some(Err(error))) => Err(error),
            Poll::Ready(None) => Ok(()),
        };
        self.rows = None;
        self.gate.finish(end);
        Poll::Ready(None)
    }

    /// A row that is under a time limit, or was not ready.
    #[cold]
    #[inline(never)]
    fn slow_row(&mut self, is_polled: bool, cx: &mut task::Context<'_>) -> Poll<Option<RowOf<Q>>> {
        let rows_wait = if is_polled {
            self.rows.is_some()
        } else if self.passed == 0 {
            false
        } else {
            match self.row(cx) {
                Poll::Ready(Some(row)) => return Poll::Ready(Some(row)),
                Poll::Ready(None) => false,
                Poll::Pending => true,
            }
        };
        self.step(rows_wait, cx)
    }
}

impl<'a, A, Q, S, O, C, R> Stream for Surround<'a, A, Q, S, O, C, R>
where
    A: Mediator,
    Q: Rows + Message<Reply = ()>,
    S: FnOnce(Ticket<'a, Q>, &'a Place<'a, A>) -> C,
    O: FnOnce(Q, &'a Place<'a, A>, Limit) -> (R, Limit),
    C: Future<Output = Outcome<Q>>,
    R: Stream<Item = RowOf<Q>>,
{
    type Item = RowOf<Q>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<RowOf<Q>>> {
        // SAFETY: nothing is moved out of the pinned fields: `chain` and `rows` are pinned in place and
        // dropped in place, `gate` and `place` stay; the rest is never pinned.
        let this = unsafe { self.get_unchecked_mut() };
        this.passed = this.passed.wrapping_add(ROW);
        let mut is_polled = false;
        if this.passed != 0
            && this.limit == Limit::NONE
            && let Some(rows) = &mut this.rows
        {
            // SAFETY: as in `row`.
            let poll = unsafe { Pin::new_unchecked(rows) }.poll_next(cx);
            if let row @ Poll::Ready(Some(Ok(_))) = poll {
                return row;
            }
            // Pending leaves the rows, an end takes them away.
            let _pending_or_ended = this.passed_on(poll);
            is_polled = true;
        }
        this.slow_row(is_polled, cx)
    }
}
