use std::future::Future;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;

use catga::prelude::*;

use crate::row::{Case, Row};
use crate::work;
use crate::work::{out_of_line, seed};

pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<Sent<Bare>>(), Row::of::<Sent<Three>>(), Row::of::<Sent<Five>>(), Row::of::<Sent<AsyncThree>>()]
}

#[query(reply = u64)]
pub(super) struct Find {
    pub(super) q: u64,
}

/// The handler of the direct call and of our rows.
pub(super) struct Desk {
    seed: AtomicU64,
}

impl Default for Desk {
    fn default() -> Self {
        let desk = Self { seed: seed() };
        out_of_line(desk.find(Find { q: 0 }));
        desk
    }
}

#[handler]
impl Desk {
    pub(super) async fn find(&self, query: Find) -> u64 {
        work!(self.seed, query.q)
    }
}

/// A behavior that passes on, written as a function.
struct Pass;

impl<M: Message, S: Dispatched> Behavior<M, S> for Pass {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        next.run(input, cx)
    }
}

/// The same, written as an `async fn`.
struct AsyncPass;

impl<M: Message, S: Dispatched> Behavior<M, S> for AsyncPass {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

#[mediator]
#[derive(Default)]
struct Bare {
    desk: Desk,
}

#[mediator]
#[pipeline(Pass, Pass, Pass)]
#[derive(Default)]
struct Three {
    desk: Desk,
}

#[mediator]
#[pipeline(Pass, Pass, Pass, Pass, Pass)]
#[derive(Default)]
struct Five {
    desk: Desk,
}

#[mediator]
#[pipeline(AsyncPass, AsyncPass, AsyncPass)]
#[derive(Default)]
struct AsyncThree {
    desk: Desk,
}

trait Named: Default + 'static {
    const NAME: &'static str;
}

impl Named for Bare {
    const NAME: &'static str = "catga";
}

impl Named for Three {
    const NAME: &'static str = "catga, 3 pass on";
}

impl Named for Five {
    const NAME: &'static str = "catga, 5 pass on";
}

impl Named for AsyncThree {
    const NAME: &'static str = "catga, 3 pass on as `async fn`";
}

/// A query sent to a mediator.
struct Sent<A>(PhantomData<A>);

impl<A: Named + Handles<Find>> Case for Sent<A> {
    const NAME: &'static str = A::NAME;
    type App = A;
    type Output = Outcome<Find>;

    fn app() -> A {
        A::default()
    }

    fn future(app: &A, q: u64) -> impl Future<Output = Outcome<Find>> {
        app.send(Find { q })
    }

    fn answer(output: Outcome<Find>) -> u64 {
        output.unwrap_or(0)
    }
}
