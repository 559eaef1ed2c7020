//! Pipelines: which behaviors surround what, in which order, and that nothing goes around them.

mod behavior;
mod critical;
mod deny;
mod deny_wire;
mod entries;
mod from_macro;
mod kinds;
mod order;
mod without;
