//! What delivery asks of a store: the port between handlers in transactions and where their rows are.
//!
//! [`Store`](super::Store) is one side of it, over its own engine; the adapter `sql` is another, inside of the
//! transactions of a database of the user's own. The protocol is one: what is claimed has an owner and a fence,
//! every later write carries both, and what belongs together commits together.

mod affects;
mod drains;
mod embedded;
mod leases;
mod operates;
mod remembers;
mod reserves;
mod transacts;
mod writes;

pub use affects::{Affects, Ended};
pub use drains::{Drains, Settled};
pub use leases::Leases;
pub use operates::Operates;
pub use remembers::Remembers;
pub use reserves::Reserves;
pub use transacts::Transacts;
pub use writes::{Due, Writes};
