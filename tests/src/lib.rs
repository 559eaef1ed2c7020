//! The tests of `catga` that need more than one module of it; they stand in `tests/`, and what they
//! share is here.
//!
//! A folder or file of `tests/` is one program. Most have the name of the module that they test, or of a part of it:
//! `behaviors`, `delivery_consumer`. Of the others
//!
//! - `.._shuttle` take files of the library under a checker that tries interleavings, `.._allocation` count with an
//!   allocator of their own, and `behaviors_trace_off` needs a process in which nobody listens: each stays alone;
//! - `ui`, `warnings`, `expansions`, `hygiene`, `unfinished` and `editing` are about what the compiler and an editor
//!   make of a user's program, `crates`, `depth` and `no_std` about programs that are built and run as a user's are;
//! - `simulation` and `delivery_kill` break a whole system, and `matrix` has every behavior beside every kind of message;
//! - `layers`, `names`, `rules`, `readme` and `evidence` hold the sources and the pages to what they say.

pub mod bank;
pub mod counting;
mod damaged;
mod drive;
mod evidence;
pub mod history;
mod mark;
mod scenarios;
mod trouble;

pub use damaged::damaged;
pub use drive::{collect_ready, drive, pass, poll_once, until};
pub use evidence::{evidence, runs};
pub use mark::{Deny, Mark, mark, marks};
pub use trouble::Trouble;
