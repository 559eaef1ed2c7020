//! A mediator for two programs: one asks what it is made of.

use catga::prelude::*;

#[command(reply = u32, name = "ledger.told_by_the_table")]
pub struct Write(pub u32);

#[event]
pub struct Written;

#[derive(Default)]
pub struct Ledger;

#[handler]
#[pipeline(Timeout::secs(4_321))]
impl Ledger {
    async fn spelled_in_the_table(&self, command: Write, cx: &mut Context<impl Publishes<Written>>) -> u32 {
        let _heard = cx.publish(Written).await;
        command.0
    }
}

#[mediator(unheard(Written))]
#[derive(Default)]
pub struct Books {
    pub a_field_of_the_table: Ledger,
}

/// What both programs do.
pub fn run() -> u32 {
    let books = Books::default();
    futures_util::FutureExt::now_or_never(books.send(Write(3))).map_or(0, |written| written.unwrap_or(0))
}
