//! Requests and parcels over Unix sockets: a server that others connect to, and clients that connect
//! again when the connection is lost.
//!
//! Any number of requests is in flight on one connection, up to a limit that both sides agree on. What
//! one side owes the other is bounded by counts: of requests by slots, of items and deliveries by credit; and what a
//! server keeps for a peer that does not read, by bytes.
//!
//! A peer that says nothing, or breaks the rules, costs its own connection and no more.

mod answers;
mod arrivals;
mod bind;
mod client;
mod connection;
mod deliveries;
mod either;
mod feed;
mod inbox;
mod limits;
mod listens;
mod peers;
mod pump;
mod reading;
mod requests;
mod served;
mod server;
mod slots;
mod state;

pub use answers::{UnixItemSender, UnixResponder};
pub use bind::BindError;
pub use client::UnixClient;
pub use deliveries::{UnixDelivery, UnixSubscription};
pub use limits::UnixLimits;
pub use listens::UnixIncoming;
pub use requests::UnixItems;
pub use server::UnixServer;
