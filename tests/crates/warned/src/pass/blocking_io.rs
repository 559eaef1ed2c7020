//! CATGA081: a handler reads a file in its thread.

use catga::prelude::*;

#[query(reply = usize)]
pub struct Size;

pub struct Files;

#[handler]
impl Files {
    async fn size(&self, _query: Size) -> usize {
        tokio::fs::read("rows").await.map_or(0, |rows| rows.len())
    }
}

#[mediator]
pub struct Shop {
    pub files: Files,
}
