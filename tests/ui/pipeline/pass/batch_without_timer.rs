//! The default timer and clock.

use std::time::Duration;

use catga::prelude::*;

#[command(reply = u64)]
pub struct Insert(pub u64);

pub struct Table;

impl Batch<Insert> for Table {
    type Key = ();

    fn key(&self, _: &Insert) {}

    async fn run(&self, _: &(), rows: Vec<Insert>) -> Answers<Insert> {
        Ok(rows.iter().map(|row| Ok(row.0)).collect())
    }
}

pub struct Names {
    inserts: AutoBatch<Insert, Table>,
}

#[handler]
impl Names {
    async fn insert(&self, command: Insert, cx: &mut Context<impl Scope>) -> Outcome<Insert> {
        self.inserts.answer(command, cx).await
    }
}

#[mediator]
pub struct Device {
    names: Names,
}

fn main() {
    let inserts = AutoBatch::new(Table, 100, Duration::from_millis(5));
    let _names = Names { inserts };
}
