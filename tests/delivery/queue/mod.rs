//! The outbox and its relay as a queue: what is enqueued is handled by this process's handlers, in its order, over
//! failures, crashes and stops. On every store; what is around this folder is its `world`.

mod delivered;
mod order;
mod retried;
pub mod shop;
mod stopped;
