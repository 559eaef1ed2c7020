//! What a handler finds in its context: deadline, cancellation, ids, the caller's extension, and the
//! sends that it may make.

mod attempt;
mod cancel;
mod concurrent;
mod deadline;
mod extension;
mod ids;
mod unit;
