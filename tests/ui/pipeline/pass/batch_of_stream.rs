use catga::prelude::*;

#[query]
pub struct Read;

pub struct Table;

impl Batch<Read> for Table {
    type Key = ();

    fn key(&self, _: &Read) {}

    async fn run(&self, _: &(), batch: Vec<Read>) -> Answers<Read> {
        Ok(batch.iter().map(|_| Ok(())).collect())
    }
}

fn main() {}
