//! Effects outside of the store: a gateway that charges cards, and what is known of that. On every store; what is around
//! this folder is its `world`.

mod answered;
pub mod gateway;
mod one_call;
pub mod shop;
mod unknown;
mod verified;
