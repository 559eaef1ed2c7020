//! What makes a batch says how it runs.

use catga::prelude::*;

#[command(reply = u64)]
pub struct Insert(u64);

pub struct Table;

impl Batch<Insert> for Table {
    type Key = ();

    fn key(&self, _: &Insert) {}

    async fn run(&self, _: &(), rows: Vec<Insert>) -> Answers<Insert> {
        Ok(rows.iter().map(|row| Ok(row.0)).collect())
    }
}

pub struct Rows {
    _inserts: AutoBatch<Insert, Table>,
}

fn main() {}
