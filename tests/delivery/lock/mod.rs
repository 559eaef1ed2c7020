//! Messages of one key, one at a time: on every store. What is around this folder is its `world`.

mod gives_back;
mod lost;
pub mod office;
mod one_at_a_time;
mod waits;
