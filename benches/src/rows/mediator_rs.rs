use std::any::Any;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use async_trait::async_trait;
use mediator_rs::{Extensions, Handler, Mediator, MediatorError, PipelineBehavior, PipelineNext, Request};

use crate::row::{Case, Row};
use crate::work;
use crate::work::seed;

pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<Dispatched<0>>(), Row::of::<Dispatched<3>>()]
}

struct Find {
    q: u64,
}

impl Request for Find {
    type Output = u64;
}

struct Desk;

#[async_trait]
impl Handler<Find, (), AtomicU64> for Desk {
    async fn handle(&self, find: Find, seed: &AtomicU64) -> Result<u64, ()> {
        Ok(work!(seed, find.q))
    }
}

/// A behavior that passes on.
struct Pass;

#[async_trait]
impl PipelineBehavior<AtomicU64, ()> for Pass {
    async fn handle(
        &self,
        _: &Extensions,
        _: &AtomicU64,
        next: PipelineNext<'_, ()>,
    ) -> Result<Box<dyn Any + Send + Sync>, ()> {
        next.run().await
    }
}

struct Dispatched<const BEHAVIORS: usize>;

impl<const BEHAVIORS: usize> Case for Dispatched<BEHAVIORS> {
    const NAME: &'static str = if BEHAVIORS == 0 { "mediator-rs" } else { "mediator-rs, 3 behaviors" };
    type App = (Mediator<AtomicU64, ()>, AtomicU64);
    type Output = Result<u64, MediatorError<()>>;

    fn app() -> Self::App {
        let mut mediator = Mediator::new();
        mediator.register::<Find, _>(Desk);
        for _ in 0..BEHAVIORS {
            mediator.add_behavior(Arc::new(Pass));
        }
        (mediator, seed())
    }

    fn future((mediator, seed): &Self::App, q: u64) -> impl Future<Output = Self::Output> {
        mediator.dispatch(Find { q }, seed)
    }

    fn answer(output: Self::Output) -> u64 {
        output.unwrap_or(0)
    }
}
