//! Requests that arrive over a transport, answered by a mediator.

mod extends;
mod fit;
mod rows;
#[expect(clippy::module_inception, reason = "the noun of this folder is the server itself")]
mod server;

pub use extends::Extends;
pub use server::{Served, Server};
