use std::convert::Infallible;
use std::hint::black_box;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll, Waker};

use tower::{Service, ServiceBuilder, service_fn};

use crate::block_on::block_on;
use crate::row::{Row, Run, repeat};
use crate::work;

pub(super) fn rows() -> Vec<Row> {
    vec![Row { name: "tower, 3 static layers", run, future, expected: work::sum, is_looped: true }]
}

struct Find {
    q: u64,
}

/// A layer that passes on.
#[derive(Clone, Copy)]
struct Pass<S>(S);

impl<S: Service<Find>> Service<Find> for Pass<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, find: Find) -> S::Future {
        self.0.call(find)
    }
}

/// The handler.
async fn answer(seed: &AtomicU64, find: Find) -> Result<u64, Infallible> {
    Ok(work!(seed, find.q))
}

/// The stack is cloned for each call, as a shared stack is; over a reference that is free.
fn stack(seed: &AtomicU64) -> impl Service<Find, Response = u64, Error = Infallible> + Clone {
    work::out_of_line(answer(seed, Find { q: 0 }));
    ServiceBuilder::new()
        .layer_fn(Pass)
        .layer_fn(Pass)
        .layer_fn(Pass)
        .service(service_fn(move |find: Find| answer(seed, find)))
}

fn call<S: Service<Find, Error = Infallible> + Clone>(stack: &S, q: u64) -> S::Future {
    let mut stack = stack.clone();
    let mut cx = Context::from_waker(Waker::noop());
    while stack.poll_ready(&mut cx).is_pending() {}
    stack.call(Find { q })
}

#[inline(never)]
fn operation<S: Service<Find, Response = u64, Error = Infallible> + Clone>(stack: &S, q: u64) -> u64 {
    block_on(call(stack, q)).unwrap_or(0)
}

fn run(times: u64) -> Run {
    let seed = work::seed();
    let stack = stack(&seed);
    repeat(times, |q| operation(black_box(&stack), q))
}

fn future() -> usize {
    size_of_val(&call(&stack(&work::seed()), 0))
}
