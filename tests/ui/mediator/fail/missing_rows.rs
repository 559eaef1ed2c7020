//! CATGA001: a handler may stream what nothing handles, at `Counts`.

use catga::prelude::*;
use futures_util::StreamExt;

#[query(stream = u64)]
pub struct List;

#[query(reply = usize)]
pub struct Count;

pub struct Counts;

#[handler]
impl Counts {
    async fn count(&self, _query: Count, cx: &mut Context<impl Streams<List>>) -> usize {
        cx.stream(List).count().await
    }
}

#[mediator]
pub struct Shop {
    counts: Counts,
}

fn main() {}
