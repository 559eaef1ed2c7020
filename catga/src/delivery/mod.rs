//! What is published is handled until it is done: acknowledged after its handlers, tried again where that may
//! help, and given to the dead letters where it does not. Nothing is dropped in silence.

mod consumer;
mod dead_letters;

pub use consumer::{Consumer, Redelivery, Stats};
pub use dead_letters::{DeadLetters, Letter};
