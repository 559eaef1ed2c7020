//! The suite that `catga::testing` ships for stores, on those of this crate; and that it finds what is broken.

mod broken;
mod caught;
mod embedded;
