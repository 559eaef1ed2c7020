//! CATGA002: what asks for a message is given something else.

use catga::prelude::*;

#[command]
pub struct Refund;

/// What a log calls a message.
fn name_of<M: Message>(_: &M) -> &'static str {
    M::INFO.name
}

fn log() -> &'static str {
    name_of(&Refund)
}

fn main() {}
