//! The envelope: one compact header in front of a message's bytes, on the wire and at rest.
//!
//! All numbers are little-endian. Bytes 0 to 24 are always there, so that who passes an envelope on can read the
//! key and count the attempt without reading the rest:
//!
//! | byte | what |
//! |---|---|
//! | 0 | the format, [`FORMAT`] |
//! | 1 | the [`Kind`] |
//! | 2, 3 | flags: which parts follow; two bits for the causation, two for the [`Qos`](crate::message::Qos); bits 12 to 15 are zero |
//! | 4 to 7 | the attempt, from 1 |
//! | 8 to 15 | the id |
//! | 16 to 23 | the [`WireKey`] |
//! | 24 | the codec |
//!
//! Then, each where its flag is set, in the order of the bits: the schema's fingerprint (bit 0, 4 bytes), the
//! version (1, a varint), the correlation (2, 8 bytes), the causation (bits 8 and 9: 0 none, 1 the id, 2 the
//! correlation, 3 the 8 bytes that follow here), the budget in milliseconds (3, 4 bytes), the compression (4, 1 byte),
//! the trace context (5, 25 bytes), the ordering key (6, a byte with its length, and the key), the user headers (7,
//! a byte with their count; of each the length of the name as a varint, the name, and the value in the same way).
//! The rest is the body. A command on its own that says its schema has a header of 29 bytes.
//!
//! A part that says what its absence says is an error, as is a varint that is longer than it need be: two envelopes
//! are equal where their bytes are.

mod cursor;
mod decode;
mod encode;
#[expect(clippy::module_inception, reason = "the noun of this folder is the envelope itself")]
mod envelope;
mod error;
mod flags;
mod headers;
mod key;
mod kind;
mod limits;
mod trace;

pub use crate::codec::CompressionId;
pub use envelope::Envelope;
pub use error::{EnvelopeError, Field};
pub use headers::{HeaderIter, Headers};
pub use key::{Fingerprint, WireKey};
pub use kind::Kind;
pub use limits::{FORMAT, MAX_HEAD, MAX_HEADER_NAME, MAX_HEADER_VALUE, MAX_HEADERS, MAX_HEADERS_SIZE, MAX_ORDERING};
pub use trace::{TraceContext, TraceError};
