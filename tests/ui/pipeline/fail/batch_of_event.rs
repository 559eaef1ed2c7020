//! CATGA087: an event is nothing for an `AutoBatch`, at `Batch`.

use catga::prelude::*;

#[event]
pub struct Inserted;

pub struct Table;

impl Batch<Inserted> for Table {
    type Key = ();

    fn key(&self, _: &Inserted) {}

    async fn run(&self, _: &(), batch: Vec<Inserted>) -> Answers<Inserted> {
        Ok(batch.iter().map(|_| Ok(())).collect())
    }
}

fn main() {}
