use std::future::Future;
use std::sync::Arc;

use mediator::{AsyncMediator, DefaultAsyncMediator, Request};
use tokio::runtime::Builder;

use crate::row::{Case, Row};
use crate::work;
use crate::work::seed;

pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<Sent>()]
}

struct Find {
    q: u64,
}

impl Request<u64> for Find {}

struct Sent;

impl Case for Sent {
    const NAME: &'static str = "mediator";
    type App = DefaultAsyncMediator;
    type Output = mediator::Result<u64>;

    /// Its builder blocks, and wants a runtime of several threads to block in.
    fn app() -> DefaultAsyncMediator {
        let runtime = Builder::new_multi_thread().worker_threads(1).build().expect("a runtime");
        runtime.block_on(async {
            let seed = Arc::new(seed());
            let builder = DefaultAsyncMediator::builder().add_handler(move |find: Find| {
                let seed = seed.clone();
                async move { work!(seed, find.q) }
            });
            builder.build()
        })
    }

    /// It is sent to by `&mut`, so a shared one is cloned.
    fn future(app: &DefaultAsyncMediator, q: u64) -> impl Future<Output = Self::Output> {
        let mut app = app.clone();
        async move { app.send(Find { q }).await }
    }

    fn answer(output: Self::Output) -> u64 {
        output.unwrap_or(0)
    }
}
