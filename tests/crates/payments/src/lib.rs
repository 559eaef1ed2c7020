//! Another crate with handlers, and a message that only it knows by name.

use std::sync::atomic::{AtomicU64, Ordering};

use catga::prelude::*;
use messages::{ChargeCard, OrderPlaced};

#[derive(Default)]
pub struct Payments {
    taken: AtomicU64,
    told: AtomicU64,
}

#[handler(export)]
#[pipeline(Validate)]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        self.taken.fetch_add(command.cents, Ordering::Relaxed) + command.cents
    }

    fn on_placed(&self, event: &OrderPlaced) {
        self.told.fetch_add(event.pieces, Ordering::Relaxed);
    }

    fn report(&self, _: Report) -> (u64, u64) {
        (self.taken.load(Ordering::Relaxed), self.told.load(Ordering::Relaxed))
    }
}

/// Cents that were taken, and pieces that were told of.
#[query(reply = (u64, u64))]
pub struct Report;
