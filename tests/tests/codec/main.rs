//! Messages as bytes and back: every format, however the bytes are cut, and what is no message.

#[path = "../../fuzz/src/codec.rs"]
mod checks;

mod base64;
mod batch;
mod compression;
mod evolution;
mod fuzz;
mod golden;
mod own;
mod refused;
mod round_trip;
mod schema;
mod values;
mod views;
