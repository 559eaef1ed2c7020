//! Expansions mean the same wherever they stand: beside names that shadow what they need, in functions
//! and private modules, next to each other, and with their attributes in any order.

mod bindings;
mod fragments;
mod order;
mod places;
mod shadowed;

use tokio::runtime;

/// The answer, with a runtime's timer around it.
fn now<T>(future: impl Future<Output = T>) -> T {
    let runtime = runtime::Builder::new_current_thread().enable_time().build();
    runtime.expect("a runtime").block_on(future)
}
