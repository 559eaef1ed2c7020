//! What moves bytes: the port, and its adapters, each behind a feature of its name.
//!
//! A transport carries bytes between endpoints and knows nothing of messages: what it is asked is
//! [`Bytes`](bytes::Bytes), what is published a [`Parcel`]. Time comes through [`time`](crate::time), and
//! everything that waits is bounded.

mod capabilities;
mod delivers;
mod endpoint;
mod error;
#[cfg(feature = "unix")]
mod framed;
mod listens;
pub mod memory;
mod parcel;
mod requests;
mod shared;
#[expect(clippy::module_inception, reason = "the noun of this folder is the transport itself")]
mod transport;
#[cfg(feature = "unix")]
pub mod unix;

pub use capabilities::Capabilities;
pub use delivers::{Delivers, Delivery, Subscription};
pub use endpoint::Endpoint;
pub use error::TransportError;
pub use listens::{Answer, Incoming, ItemSender, Listens, Request, Responder};
pub use parcel::Parcel;
pub use requests::Requests;
pub use transport::{Leftover, Transport};
