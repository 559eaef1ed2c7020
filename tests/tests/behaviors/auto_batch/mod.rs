//! `AutoBatch` on virtual time.

mod app;
mod leaving;
mod queue;
mod runs;
mod storms;
