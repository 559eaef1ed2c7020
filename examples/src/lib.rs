//! The examples of `catga`; each is a binary of its own: `cargo run --example quickstart`.
