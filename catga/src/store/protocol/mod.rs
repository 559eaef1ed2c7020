//! What delivery keeps: the words of it, which every store speaks, and how it is kept in an embedded one, as plain
//! functions over a transaction or a small commit of their own. `sql` has its own statements for the same.

pub(in crate::store) mod claim;
pub(in crate::store) mod dead_letters;
pub(in crate::store) mod effects;
pub(in crate::store) mod idempotency;
pub(in crate::store) mod inbox;
pub(in crate::store) mod lease;
pub mod outbox;
pub(in crate::store) mod parts;
pub(in crate::store) mod reservation;
pub(in crate::store) mod scheduler;

pub use claim::Claim;
pub use dead_letters::{DeadLetter, DeadLetters, LetterId};
pub use effects::{Begun, EffectId, Effects, OpenEffect};
pub use idempotency::{Claiming, Fingerprint, Idempotency, Recorded};
pub use inbox::{Arrival, Inbox, Taken};
pub use lease::Lease;
pub use outbox::Outbox;
pub use reservation::Reservation;
pub use scheduler::{Scheduled, Scheduler};
