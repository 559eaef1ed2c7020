//! The adapter `durable`: one file, and one transaction over all that is in it.
//!
//! It is the embedded database redb, with what a system of record needs around it: a check of the file when
//! it is opened, its own sums in every record, and errors of the disk that end in an answer. No type of redb
//! is public.
//!
//! - **A file has few tables**, by what is in them: what is under way is apart from what waits, whatever that is.
//! - **A group is one write transaction and one sync.** It writes its sequence with its rows, in the name of a table, so
//!   that after a failure the file itself says whether the group was committed.
//! - **The file takes its blocks ahead**, 1 MiB of zeros at a time, where little of it is filled between two syncs: a sync
//!   that writes into blocks that are there waits for its data alone, and not for the file system's journal.
//! - **After an error of the disk** the database is cut off from its file and opened anew in the process:
//!   what the failed sync may have lost is written again, every page is verified, and the members in flight
//!   are told `Committed` or `Failed` by the sequence that is found. Only where that fails too is the answer
//!   `Unknown`; the next call tries to open again.
//! - **A panic** inside redb is such an error.
//! - **Verify on open** (on by default, about 0.5 GB/s) reads every page. Without it a file that was closed
//!   cleanly is trusted, and a flipped bit may hide rows.

mod disk;
#[expect(clippy::module_inception, reason = "the noun of this folder is the adapter itself")]
mod durable;
mod fault;
mod file;
mod format;
mod handle;
mod open;
mod operate;
mod options;
mod part;
mod reading;
mod room;
mod sequence;
mod snapshot;
mod writing;

pub use disk::{Disk, DiskFile};
pub use durable::Durable;
pub use open::Recovery;
pub use operate::{Backup, Restored};
pub use options::DurableOptions;
