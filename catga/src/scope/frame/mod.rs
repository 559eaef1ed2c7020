//! One message on its way.

#[cfg(all(feature = "wire", feature = "store"))]
mod delivered;
#[expect(clippy::module_inception, reason = "the noun of this folder is the frame itself")]
mod frame;
mod ids;
mod limits;

pub use frame::Frame;
