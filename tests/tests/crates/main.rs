//! Programs of several crates, built and run as a user's are.

#[path = "../fixture/mod.rs"]
mod fixture;

mod cfg;
mod features;
mod fields;
mod parts;
mod refused;
mod served;
