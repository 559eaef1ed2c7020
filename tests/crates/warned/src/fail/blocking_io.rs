//! CATGA081: a handler reads a file in its thread, at `read`.

use catga::prelude::*;

#[query(reply = usize)]
pub struct Size;

pub struct Files;

#[handler]
impl Files {
    async fn size(&self, _query: Size) -> usize {
        std::fs::read("rows").map_or(0, |rows| rows.len())
    }
}

#[mediator]
pub struct Shop {
    pub files: Files,
}
