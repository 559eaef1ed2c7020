//! Effects outside of the store, such as a card that is charged: called under a key that is the same for every
//! attempt at a message, and recorded, so that one whose answer was lost is not called twice by accident.

#[expect(clippy::module_inception, reason = "the noun of this folder is the effect itself")]
mod effect;
mod key;
mod open;
mod run;

pub use effect::Effect;
pub use key::EffectKey;
pub(super) use key::message;
pub use open::unanswered;
