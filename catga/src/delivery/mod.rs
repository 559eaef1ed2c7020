//! What is published is handled until it is done: acknowledged after its handlers, tried again where that may
//! help, and given to the dead letters where it does not. Nothing is dropped in silence.
//!
//! Over a transport that is a [`Consumer`], with an [`Inbox`] where its messages are of QoS 2. Over a
//! [store](crate::store) it is [`Transactional`], under which a handler's rows and events commit together, and a
//! [`Relay`], which delivers what was committed; [`Idempotent`] gives a repeat of a command the reply of the first. A
//! [`StoreInbox`] of the same store has its record of a message in the transaction of the handler's effect, and
//! [`StoreLetters`] keep what a consumer gives up. A [`Lock`] lets one message of a key run at a time, and [`leased`] a leader's work. An [`Effect`] is
//! what a handler does outside of the store. [`KeptIds`] are ids of which none is given out twice.

mod consumer;
mod count;
mod dead_letters;
#[cfg(feature = "store")]
mod effect;
#[cfg(feature = "store")]
mod gives_back;
#[cfg(feature = "store")]
mod idempotent;
mod inbox;
#[cfg(feature = "store")]
mod kept_ids;
mod last_poll;
#[cfg(feature = "store")]
mod leased;
#[cfg(feature = "store")]
mod lock;
#[cfg(feature = "store")]
mod relay;
#[cfg(feature = "store")]
mod renewed;
mod said;
#[cfg(feature = "store")]
mod transaction;

pub use consumer::{Consumer, Redelivery, Stats};
#[cfg(feature = "store")]
pub use dead_letters::StoreLetters;
pub use dead_letters::{DeadLetters, Letter};
#[cfg(feature = "store")]
pub use effect::{Effect, EffectKey, unanswered};
#[cfg(feature = "store")]
pub use idempotent::{Idempotent, IdempotentWith, Records};
pub use inbox::{Admitted, Arrival, Inbox};
#[cfg(feature = "store")]
pub use inbox::{Entry, StoreInbox};
#[cfg(feature = "store")]
pub use kept_ids::KeptIds;
#[cfg(feature = "store")]
pub use leased::leased;
#[cfg(feature = "store")]
pub use lock::{By, ByField, Fenced, Held, Hold, Lock, LockKeys, LockWith, Locked, Outer};
#[cfg(feature = "store")]
pub use relay::{DEAD, Relay, RelayStats};
#[cfg(feature = "store")]
pub use transaction::{
    EnqueueIn, Enqueues, InTurn, InTx, OUTBOX, SCHEDULE, Stored, Transactional, TransactionalWith, Within,
};
