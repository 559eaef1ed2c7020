//! A house's own crate that hands the runtime on.

pub use catga as runtime;
pub use catga::prelude;
