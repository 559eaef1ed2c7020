//! A whole system on one thread, where one seed decides everything: who runs next, how long it takes, what the wire
//! does, what a disk keeps when the power fails. The same seed gives the same run, event by event.
//!
//! - A [`Simulation`] runs the tasks of its [`Node`]s in an order of its own, on a [`VirtualClock`]
//!   that jumps to the end of the next wait when there is nothing else to do. Nothing of this crate's delivery spawns a
//!   task, reads a clock or draws a number except through the ports that it is given: a node is a mediator whose
//!   `clock`, `timer` and `random` are the simulation's, and the tasks that you spawn on it.
//! - A node [crashes](Node::crash) between any two polls: its tasks are gone, and what it had in memory with them.
//!   [Paused](Node::pause), it stands still while the others go on, as under a long swap or a stopped machine.
//! - [`SimDisk`] is a disk for the `durable` store that keeps what was synced, and of the rest what chance leaves.
//! - [`SimWriter`] is a store's writer that is a task like any other, so that commits form groups and take time.
//! - [`SimClock`] is the clock of one machine, which differs from the others' and jumps forward and back.
//! - [`SimWire`] is a broker that is late, delivers twice, loses answers, and is down for an hour: of what is published,
//!   and of what is asked and answered.
//! - [`Seeds`] runs a scenario under many seeds and says which one fails. `CATGA_SEED=17` runs one seed alone,
//!   `CATGA_SEEDS=10000` the seeds below that number.
//!
//! What the seed does not decide, it cannot repeat: no threads, no system clock, no iteration over a `HashMap` with
//! the standard hasher, no address as an order. Who waits for the [head](crate::store::Store::head) of one store several
//! times *in one task* is woken in any order: give each waiter a task. [`Seeds::all_repeat`] runs every seed twice and
//! finds what is not decided.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use catga::prelude::*;
//! use catga::testing::simulation::{Seeds, Simulation};
//! use catga::testing::{SeededRandom, VirtualClock};
//! use catga::time::Random as _;
//!
//! #[derive(Debug, Classify)]
//! #[class(transient)]
//! struct Busy;
//! # impl std::fmt::Display for Busy {
//! #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("busy") }
//! # }
//! # impl std::error::Error for Busy {}
//!
//! #[command(error = Busy)]
//! #[derive(Clone)]
//! struct Print;
//!
//! struct Printer { random: Arc<SeededRandom> }
//!
//! #[handler]
//! impl Printer {
//!     fn print(&self, _: Print) -> Result<(), Busy> { if self.random.up_to(2) == 0 { Ok(()) } else { Err(Busy) } }
//! }
//!
//! #[mediator(clock = self.clock, timer = self.clock, random = self.random)]
//! struct Office {
//!     #[pipeline(Retry::times(100))]
//!     printer: Printer,
//!     clock: VirtualClock,
//!     random: Arc<SeededRandom>,
//! }
//!
//! fn day(simulation: &Simulation) -> Result<(), String> {
//!     let (clock, random) = (simulation.clock(), simulation.random("office"));
//!     let office = Office { printer: Printer { random: random.clone() }, clock: clock.clone(), random };
//!     let node = simulation.node("office");
//!     node.spawn(async move {
//!         office.send(Print).await.unwrap();
//!     });
//!     simulation.run(clock.sleep(Duration::from_secs(3_600))).map_err(|stuck| stuck.to_string())
//! }
//!
//! Seeds::sample(20).all_pass(day).unwrap();
//! ```

mod clock;
#[cfg(feature = "durable")]
mod disk;
mod executor;
mod node;
mod seeds;
#[expect(clippy::module_inception, reason = "the noun of this folder is the simulation itself")]
mod simulation;
mod trace;
#[cfg(feature = "transport")]
mod wire;
#[cfg(feature = "store")]
mod writer;

pub use clock::SimClock;
#[cfg(feature = "durable")]
pub use disk::{DiskFaults, SimDisk};
pub use node::{Crashed, Node};
pub use seeds::{FailedSeed, Seeds};
pub use simulation::{Simulation, Stuck};
#[cfg(feature = "transport")]
pub use wire::{SimDelivery, SimSubscription, SimWire, WireCounts, WireFaults};
#[cfg(feature = "store")]
pub use writer::SimWriter;

use super::{SeededRandom, VirtualClock, lock};
