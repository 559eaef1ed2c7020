//! CATGA003: a handler streams what its context does not allow.

use catga::prelude::*;
use futures_util::{StreamExt, stream};

#[query(stream = u64)]
pub struct List;

#[query(reply = usize)]
pub struct Count;

#[query(stream = u64)]
pub struct Other;

pub struct Rates;

#[handler]
impl Rates {
    async fn count(&self, _query: Count, cx: &mut Context<impl Streams<List>>) -> usize {
        cx.stream(List).count().await
    }

    fn list(&self, _query: List) -> impl futures_util::Stream<Item = u64> {
        stream::iter([1, 2])
    }
}

fn main() {}
