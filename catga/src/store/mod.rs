//! Stores: one serializable transaction over the user's tables and all that delivery keeps.
//!
//! # Design
//!
//! - **[`Engine`]** is the port: an ordered map from byte keys to records, with snapshots, and one call that
//!   commits a *group* of transactions. [`Memory`] and `Durable` (one file) are the adapters; they share all
//!   of what decides what a transaction may do, and one suite of tests runs on both.
//! - **Optimistic, checked by reads.** A [`Transaction`] reads a snapshot and buffers its writes. It hands
//!   over what it has read, points and ranges, and the engine checks each member of a group *in its turn*
//!   against what was committed since, earlier members of its own group included: isolation is serializable.
//! - **Group commit.** One [writer](writer::Writer) commits all that waits with one sync of the disk. Each
//!   member has its own answer: `Committed`, `Conflict` (nothing happened), `Unknown` (it may have happened),
//!   `Failed` (nothing happened).
//! - **Hot keys queue.** Under contention optimistic retry fails; who has a key waits for it in
//!   [`KeyedLocks`], first come first served, until its commit answers. The check stays behind it.
//! - **Sequences.** A commit's sequence grows for as long as the store lives, is part of the commit itself,
//!   and may be *stamped* into its keys and records. Positions of outbox rows and fences of claims are that
//!   number: drawn from one counter, without a conflict between those who draw.
//! - **Claims** are one protocol: state, owner, fence, time. Every later write carries owner and fence as a
//!   precondition, which is checked when it is applied; renewing a claim conflicts with nobody.
//! - **Records** have a sum (CRC32C) over key and bytes, their kind, and a schema version.
//!
//! On top, as plain functions over a transaction or a small commit of their own: [`Table`], [`Idempotency`],
//! [`Outbox`], [`Inbox`], [`DeadLetters`], [`Scheduler`], [`Lease`], [`Effects`], [`Reservation`].
//!
//! Time, randomness, the disk and who runs the writer are ports, so that all of it runs in a simulation.
//!
//! [`port`] is what delivery asks of a store; `sql` is its other side, in a database of the user's own. In the folder,
//! `embedded` has the engine and what is read and written in it, `protocol` what delivery keeps, on either side.
//!
//! | key space | key | record |
//! |---|---|---|
//! | rows | table, key | the user's row |
//! | idempotency | scope, key | claim, request, reply; parts of it that are done; and an index by time |
//! | outbox | outbox, key, sequence, number | a message; indexes of keys that are ready, that wait until a time, the state of a key, and the handlers that have done their part, by id and name |
//! | inbox | subscriber, source, key, id | nothing; an index by time, and a watermark per source and key |
//! | dead letters | name, sequence, number | the message and why; and an index of what consumers gave up, by group, endpoint and id |
//! | schedule | name, time, id | a message; and an index by id |
//! | leases | name | claim |
//! | workers | number | claim, with the time up to which its ids are reserved |
//! | effects | name, message, part | claim, request, answer; an index of those without an answer, and of the others one by time, and one by how long they are kept |

mod backlogs;
mod clock;
mod embedded;
mod error;
mod identity;
mod key;
mod keyed;
pub mod port;
mod protocol;
mod span;
#[cfg(feature = "sql")]
pub mod sql;
pub(crate) mod value;

#[cfg(feature = "durable")]
pub use embedded::durable::{self, Durable};
pub use embedded::{
    Answer, At, Clash, Commit, Committed, Engine, Mark, Member, Memory, Need, Row, Snapshot, Store, StoreOptions,
    StoreStats, Table, Transaction, Write, WrittenRow, memory, writer,
};
pub use error::{ErrorKind, StoreError};
pub use identity::{Identity, StoreId};
pub use key::{EncodeKey, RowKey};
pub use keyed::{KeyGuard, KeyedLocks};
pub use port::Transacts;
pub use protocol::{
    Arrival, Begun, Claim, Claiming, DeadLetter, DeadLetters, EffectId, Effects, Fingerprint, Idempotency, Inbox,
    Lease, LetterId, OpenEffect, Outbox, Recorded, Reservation, Scheduled, Scheduler, Taken, outbox,
};
pub use span::{Direction, Span};
#[cfg(feature = "sql")]
pub use sql::Sql;
