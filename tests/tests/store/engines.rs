//! The engines that the suite runs on.

use std::sync::Arc;

use catga::store::{Durable, Engine, Memory, Store, StoreOptions};
use catga::testing::SeededRandom;
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

pub fn store(engine: Arc<dyn Engine>, options: StoreOptions) -> Store {
    Store::with(engine, options).unwrap()
}
