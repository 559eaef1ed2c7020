#![cfg_attr(not(feature = "std"), no_std)]
#![deny(unsafe_code)]
#![warn(missing_docs, unreachable_pub)]
#![warn(clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used)]
// Before the README, whose own link is a file: what is said first counts.
#![doc = "[rule]: mod@rules"]
#![doc = include_str!("../../README.md")]
//!
//! # Where to look
//!
//! [`prelude`] has what a user's file needs in one `use`.
//!
//! | for | see |
//! |---|---|
//! | messages and their options | [`command`], [`query`], [`event`] |
//! | handlers, and what they are given | [`macro@handler`], [`Context`], the capabilities in [`scope`] |
//! | mediators: sending, publishing, streaming | [`macro@mediator`]; [`Handles`](mediator::Handles), [`Hears`](mediator::Hears), [`Yields`](mediator::Yields) |
//! | pipelines, and a behavior of one's own | [`macro@pipeline`], [`Behavior`](pipeline::Behavior); those in the box are in [`behaviors`] |
//! | errors, and what may be tried again | [`Error`], [`Class`], [`Classify`](trait@Classify); [`Valid`](error::Valid) |
//! | ids, time and chance | [`id`], [`time`]; the ports of a [`Mediator`](scope::Mediator) |
//! | what a mediator is made of | [`describe`] |
//! | bytes: formats, compressions, buffers | [`codec`], [`buffer`], [`envelope`] |
#![cfg_attr(
    feature = "wire",
    doc = "| other processes | [`macro@contract`], [`Remote`], [`Server`](wire::Server), [`transport`] |"
)]
#![cfg_attr(feature = "wire", doc = "| delivery until it is done: consumers, relays, once | [`delivery`] |")]
#![cfg_attr(feature = "store", doc = "| tables and transactions | [`store`] |")]
#![cfg_attr(feature = "testing", doc = "| tests: stubs, a virtual clock, conformance, simulation | [`testing`] |")]
#![cfg_attr(doc, doc = "| an error of the compiler with an id | [`mod@rules`] |")]

#[cfg(feature = "alloc")]
extern crate alloc;

// L0: words.
pub mod error;
pub mod id;
pub mod message;
pub mod time;
// L1: bytes.
pub mod buffer;
pub mod codec;
pub mod envelope;
// L2: dispatch.
pub mod behaviors;
pub mod describe;
pub mod handler;
pub mod mediator;
pub mod pipeline;
pub mod scope;
pub mod stream;
// L3: ports.
#[cfg(feature = "store")]
pub mod store;
#[cfg(feature = "transport")]
pub mod transport;
// L4: patterns.
#[cfg(feature = "wire")]
pub mod contract;
#[cfg(feature = "wire")]
pub mod delivery;
#[cfg(feature = "wire")]
pub mod remote;
#[cfg(feature = "wire")]
pub mod wire;

// L6: application.
#[cfg(feature = "testing")]
pub mod testing;

pub mod prelude;

#[cfg(doc)]
pub mod rules;

#[doc(hidden)]
pub mod __private;

pub use catga_macros::{Classify, command, contract, event, handler, mediator, pipeline, query};
pub use error::{Class, Classify, Error};
pub use message::{Message, Outcome};
// Not in the prelude: its hidden macro would make a handler set of that name ambiguous.
#[cfg(feature = "wire")]
pub use remote::Remote;
pub use scope::Context;
