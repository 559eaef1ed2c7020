use std::future::Future;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::block_on::block_on;
use crate::work;

/// One row of the figures: something that can be done any number of times.
#[derive(Clone, Copy)]
pub struct Row {
    pub name: &'static str,
    /// Builds what it needs, and does it so many times.
    pub run: fn(u64) -> Run,
    /// The bytes of one operation's future.
    pub future: fn() -> usize,
    /// The sum that so many operations answer.
    pub expected: fn(u64) -> u64,
    /// Whether it runs in [`repeat`], so that the loop is taken off its instructions.
    pub is_looped: bool,
}

/// What a run came to.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    /// The sum of all answers.
    pub sum: u64,
    /// How long it took, without what it built first.
    pub took: Duration,
}

impl Row {
    pub const fn of<C: Case>() -> Self {
        Self { name: C::NAME, run: run::<C>, future: future::<C>, expected: C::expected, is_looped: true }
    }

    /// Does it so many times, and makes sure that it was done.
    ///
    /// # Panics
    /// Where the sum of the answers is wrong.
    pub fn do_times(&self, times: u64) -> Run {
        let run = (self.run)(times);
        assert_eq!(run.sum, (self.expected)(times), "`{}` did not do its work", self.name);
        run
    }
}

/// A row whose operation is one future over a shared value.
pub trait Case: 'static {
    const NAME: &'static str;
    type App;
    type Output;

    fn app() -> Self::App;

    fn future(app: &Self::App, q: u64) -> impl Future<Output = Self::Output>;

    /// What the operation adds to the sum.
    fn answer(output: Self::Output) -> u64;

    /// What the application itself saw, where the operation answers nothing.
    fn witness(app: &Self::App) -> u64 {
        let _ = app;
        0
    }

    fn expected(times: u64) -> u64 {
        work::sum(times)
    }
}

/// One operation. What an operation costs is what is in this function.
#[inline(never)]
fn operation<C: Case>(app: &C::App, q: u64) -> u64 {
    C::answer(block_on(C::future(app, q)))
}

fn run<C: Case>(times: u64) -> Run {
    let app = C::app();
    let run = repeat(times, |q| operation::<C>(black_box(&app), q));
    Run { sum: run.sum.wrapping_add(C::witness(&app)), ..run }
}

fn future<C: Case>() -> usize {
    size_of_val(&C::future(&C::app(), 0))
}

/// The loop around an operation, which all rows have in common.
#[inline(always)]
pub fn repeat(times: u64, operation: impl Fn(u64) -> u64) -> Run {
    let begin = Instant::now();
    let sum = (0..times).fold(0, |sum: u64, q| sum.wrapping_add(operation(black_box(q))));
    Run { sum, took: begin.elapsed() }
}
