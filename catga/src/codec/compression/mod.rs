//! Smaller bytes, for what is large enough to gain from it.
//!
//! ```
//! # #[cfg(feature = "lz4")] {
//! use catga::codec::compression::{Compression, Expander, Lz4, THRESHOLD};
//!
//! let bytes = [7; 4_000];
//! let (mut lz4, mut buffer) = (Lz4::default(), vec![0; Lz4::bound(bytes.len())]);
//! // `None` where it is small, or would not get smaller: it goes as it is, under `CompressionId::NONE`.
//! let smaller = lz4.compress_over(THRESHOLD, &bytes, &mut buffer).unwrap().unwrap();
//! assert!(smaller.len() < 100);
//!
//! let (mut expander, mut scratch) = (Expander::at_most(64 * 1024), Vec::new());
//! assert_eq!(expander.expand(Lz4::ID, smaller, &mut scratch), Ok(&bytes[..]));
//! # }
//! ```

mod choose;
#[expect(clippy::module_inception, reason = "the noun of this folder is the compression itself")]
mod compression;
mod error;
mod expander;
#[cfg(feature = "lz4")]
mod lz4;
#[cfg(feature = "zstd")]
mod zstd;

pub use super::CompressionId;
#[doc(hidden)]
pub use choose::is_compression;
pub use choose::{ChooseCompression, Compresses, Uncompressed};
pub use compression::{Compression, THRESHOLD};
pub use error::CompressionError;
pub use expander::Expander;
#[cfg(feature = "lz4")]
pub use lz4::Lz4;
#[cfg(feature = "zstd")]
pub use zstd::Zstd;
