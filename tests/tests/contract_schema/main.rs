//! What a contract's messages are made of: in a file that is checked in, and as a number in every envelope.

#[path = "../fixture/mod.rs"]
mod fixture;

mod changes;
mod check;
mod elsewhere;
mod golden;
mod wire;
