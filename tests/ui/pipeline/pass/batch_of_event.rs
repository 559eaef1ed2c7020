use catga::prelude::*;

#[command]
pub struct Insert;

pub struct Table;

impl Batch<Insert> for Table {
    type Key = ();

    fn key(&self, _: &Insert) {}

    async fn run(&self, _: &(), batch: Vec<Insert>) -> Answers<Insert> {
        Ok(batch.iter().map(|_| Ok(())).collect())
    }
}

fn main() {}
