//! What holds for any bytes: the checks behind the fuzz targets.

mod codec;
mod dispatch;
mod envelope;

pub use codec::{base64, batch, json, lz4, messagepack, postcard, protobuf, zstd};
pub use dispatch::{answer, dispatch, is_dispatched};
pub use envelope::envelope;
