//! A broker, and the wire to it.

mod deliveries;
mod requests;
#[expect(clippy::module_inception, reason = "the noun of this folder is the wire itself")]
mod wire;

pub use deliveries::{SimDelivery, SimSubscription};
pub use wire::{SimWire, WireCounts, WireFaults};

use super::{Node, SeededRandom, Simulation, VirtualClock, lock};
