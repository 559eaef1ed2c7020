//! The engines that the suite runs on.

use std::sync::Arc;

use catga::store::{Durable, Engine, Memory, Store, StoreOptions};
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::SystemRandom;

use crate::disk::SimDisk;

/// Makes an empty engine.
pub type Make<'m> = &'m dyn Fn() -> Arc<dyn Engine>;

pub fn memory() -> Arc<dyn Engine> {
    Arc::new(Memory::new(&SystemRandom))
}

pub fn durable() -> Arc<dyn Engine> {
    Arc::new(on(&SimDisk::new()))
}

/// The durable engine over a simulated disk.
pub fn on(disk: &SimDisk) -> Durable {
    Durable::options().verify(false).random(SeededRandom::new(1)).open_on(disk.clone()).unwrap()
}

/// A store whose time stands still: no transaction becomes too old, however busy the machine is.
pub fn options() -> StoreOptions {
    Store::<()>::options().clock(VirtualClock::new())
}

pub fn store(engine: Arc<dyn Engine>, options: StoreOptions) -> Store {
    Store::with(engine, options).unwrap()
}
