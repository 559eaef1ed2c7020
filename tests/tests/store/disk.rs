//! The disk of the simulation, by the names of these tests.

pub use catga::testing::simulation::{DiskFaults as Faults, SimDisk};
