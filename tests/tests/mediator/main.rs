//! Mediators: what they may be, and how they send and publish.

mod circles;
mod concurrency;
mod publish;
mod sending;
mod shapes;
