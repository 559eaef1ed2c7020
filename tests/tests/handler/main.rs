//! Handlers: every way to write one.

mod answers;
mod helpers;
mod lazy;
mod messages;
mod sets;
mod twice;
