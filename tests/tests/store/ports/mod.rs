//! What delivery keeps in a store, on every engine: replies and arrivals (`g`), the outbox with its claims and its order
//! (`f`), messages for later (`e`), dead letters (`d`), leases.

mod claims;
mod clocks;
mod crowded;
mod ever;
mod every_engine;
mod idempotency;
mod inbox;
mod lease;
mod letters;
pub mod messages;
mod outbox;
mod schedule;
mod tidied;
mod watched;
mod world;

use crate::suite::Scenario;

pub fn all() -> impl Iterator<Item = &'static Scenario> {
    let delivery = [idempotency::SCENARIOS, inbox::SCENARIOS, outbox::SCENARIOS, claims::SCENARIOS];
    let rest = [schedule::SCENARIOS, clocks::SCENARIOS, letters::SCENARIOS, lease::SCENARIOS, ever::SCENARIOS];
    let more = [tidied::SCENARIOS, crowded::SCENARIOS];
    delivery.into_iter().chain(rest).chain(more).flatten()
}
