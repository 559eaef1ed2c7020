//! The tests of `catga` that need more than one module of it; they stand in `tests/`, and what they
//! share is here.

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
