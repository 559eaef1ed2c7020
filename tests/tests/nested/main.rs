//! A mediator as a field of another.

mod clocks;
mod closed;
mod shared;
