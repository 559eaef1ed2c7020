//! Two mediators, of which each can be served in its own way.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u32)]
#[derive(Serialize, Deserialize)]
pub struct Write {
    /// The name stands in what reads it, and nowhere else.
    #[serde(rename = "read by the table of a mediator")]
    pub number: u32,
}

#[query(reply = u32)]
#[derive(Serialize, Deserialize)]
pub struct Look {
    #[serde(rename = "read by the table of a contract")]
    pub number: u32,
}

#[derive(Default)]
pub struct Ledger;

#[handler]
impl Ledger {
    fn write(&self, command: Write) -> u32 {
        command.number
    }
}

#[derive(Default)]
pub struct Shelf;

#[handler]
impl Shelf {
    fn look(&self, query: Look) -> u32 {
        query.number
    }
}

#[mediator(serves)]
#[derive(Default)]
pub struct Books {
    ledger: Ledger,
}

#[contract]
pub struct Looks(Look);

#[mediator(serves(Looks))]
#[derive(Default)]
pub struct Library {
    shelf: Shelf,
}

/// What both programs do.
pub fn run() -> u32 {
    let (books, library) = (Books::default(), Library::default());
    let sum = async { books.send(Write { number: 1 }).await.unwrap_or(0) + library.send(Look { number: 2 }).await.unwrap_or(0) };
    futures_util::FutureExt::now_or_never(sum).unwrap_or(0)
}
