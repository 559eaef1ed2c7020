//! A stream under a behavior that polls the rest of its chain only when it was woken.

use catga::prelude::*;
use futures_util::stream::{self, FuturesUnordered};
use futures_util::{Stream, StreamExt as _};

#[query(stream = u32)]
struct Count(u32);

struct Rows;

#[handler]
impl Rows {
    fn count(&self, query: Count) -> impl Stream<Item = u32> {
        stream::iter(0..query.0).then(|row| async move {
            tokio::task::yield_now().await;
            row
        })
    }
}

struct ByWakers;

impl<M: Message, S: Dispatched> Behavior<M, S> for ByWakers {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let mut rest = FuturesUnordered::new();
        rest.push(next.run(input, cx));
        rest.next().await.unwrap_or(Err(Error::Cancelled))
    }
}

#[mediator]
#[pipeline(ByWakers)]
struct App {
    rows: Rows,
}

#[tokio::test]
async fn it_ends() {
    let rows: Vec<_> = App { rows: Rows }.stream(Count(3)).collect().await;
    assert_eq!(rows, [Ok(0), Ok(1), Ok(2)]);
}
