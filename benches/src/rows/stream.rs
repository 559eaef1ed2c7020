use std::hint::black_box;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context as Task, Poll, Waker};
use std::time::Instant;

use catga::prelude::*;
use futures_core::Stream;

use crate::row::{Row, Run};
use crate::work;

/// An operation of these is a row of one stream.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("direct, a row of a stream", run_direct, direct_size),
        row("catga, a row of a stream", run_streamed::<Bare>, streamed_size::<Bare>),
        row("catga, a row of a stream, 3 pass on", run_streamed::<Three>, streamed_size::<Three>),
    ]
}

fn row(name: &'static str, run: fn(u64) -> Run, future: fn() -> usize) -> Row {
    Row { name, run, future, expected: work::sum, is_looped: false }
}

#[query(stream = u64)]
struct List {
    rows: u64,
}

struct Shelf {
    seed: AtomicU64,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { seed: work::seed() }
    }
}

#[handler]
impl Shelf {
    fn list(&self, query: List) -> impl Stream<Item = u64> {
        Listed { seed: &self.seed, next: 0, rows: query.rows }
    }
}

/// As many rows as were asked for, each read from the atomic.
struct Listed<'a> {
    seed: &'a AtomicU64,
    next: u64,
    rows: u64,
}

impl Stream for Listed<'_> {
    type Item = u64;

    #[inline]
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Task<'_>) -> Poll<Option<u64>> {
        let seed = self.seed.load(Ordering::Relaxed);
        if seed == u64::MAX {
            return Poll::Pending;
        }
        if self.next == self.rows {
            return Poll::Ready(None);
        }
        let row = seed.wrapping_add(self.next);
        self.next += 1;
        Poll::Ready(Some(row))
    }
}

#[mediator]
#[derive(Default)]
struct Bare {
    shelf: Shelf,
}

struct Pass;

impl<M: Message, S: Dispatched> Behavior<M, S> for Pass {
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        next.run(input, cx)
    }
}

#[mediator]
#[pipeline(Pass, Pass, Pass)]
#[derive(Default)]
struct Three {
    shelf: Shelf,
}

fn run_direct(times: u64) -> Run {
    let shelf = Shelf::default();
    let begin = Instant::now();
    let sum = drain(black_box(&shelf).list(List { rows: times }), |row| row);
    Run { sum, took: begin.elapsed() }
}

fn direct_size() -> usize {
    size_of_val(&Shelf::default().list(List { rows: 0 }))
}

fn run_streamed<A: Yields<List> + Default>(times: u64) -> Run {
    let app = A::default();
    let begin = Instant::now();
    let sum = drain(black_box(&app).stream(List { rows: times }), |row| row.unwrap_or(0));
    Run { sum, took: begin.elapsed() }
}

fn streamed_size<A: Yields<List> + Default>() -> usize {
    size_of_val(&A::default().stream(List { rows: 0 }))
}

#[inline(never)]
fn drain<S: Stream>(rows: S, value: impl Fn(S::Item) -> u64) -> u64 {
    let mut rows = pin!(rows);
    let mut cx = Task::from_waker(Waker::noop());
    let mut sum: u64 = 0;
    loop {
        match rows.as_mut().poll_next(&mut cx) {
            Poll::Ready(Some(row)) => sum = sum.wrapping_add(value(row)),
            Poll::Ready(None) => return sum,
            Poll::Pending => {}
        }
    }
}
