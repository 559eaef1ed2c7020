//! The tests of `catga` that need more than one module of it; they stand in `tests/`, and what they
//! share is here.

mod drive;
mod evidence;
mod mark;
mod trouble;

pub use drive::{collect_ready, drive, poll_once};
pub use evidence::{evidence, runs};
pub use mark::{Deny, Mark, mark, marks};
pub use trouble::Trouble;
