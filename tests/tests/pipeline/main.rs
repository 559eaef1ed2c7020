//! Pipelines: which behaviors surround what, in which order, and that nothing goes around them.

mod behavior;
mod deny;
mod entries;
mod kinds;
mod order;
mod without;
