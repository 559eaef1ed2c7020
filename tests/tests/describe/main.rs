//! The table of a mediator: what it says, in each of its forms, and that it says what happens.

#[path = "../fixture/mod.rs"]
mod fixture;

mod cost;
mod cycle;
mod data;
mod forms;
mod odd;
mod remote;
mod shop;
mod stored;
