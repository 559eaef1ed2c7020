//! What a type is made of, as it asks for its parts: a number that changes with the order, the names and the kinds of its
//! fields, for a format that writes none of them.

mod asked;
#[expect(clippy::module_inception, reason = "the noun of this folder is the outline itself")]
mod outline;
mod samples;
mod sites;

pub use outline::outline;
