//! A bridge to `tower`: its layers as behaviors, and a mediator as its service.

mod layer;
mod service;

pub use layer::{Admission, Gate, Layered, Passed};
pub use service::Served;
