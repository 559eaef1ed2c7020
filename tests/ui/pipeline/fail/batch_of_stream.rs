//! CATGA087: a stream query is nothing for an `AutoBatch`, at `Batch`.

use catga::prelude::*;

#[query(stream = u64)]
pub struct List;

pub struct Table;

impl Batch<List> for Table {
    type Key = ();

    fn key(&self, _: &List) {}

    async fn run(&self, _: &(), batch: Vec<List>) -> Answers<List> {
        Ok(batch.iter().map(|_| Ok(())).collect())
    }
}

fn main() {}
