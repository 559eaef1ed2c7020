//! Expansions mean the same wherever they stand: without a prelude, beside names that shadow it, in
//! functions and private modules, next to each other, and with their attributes in any order.

mod no_prelude;
mod order;
mod places;
mod shadowed;

use futures_util::FutureExt;

/// The answer of a future that does not wait.
fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing here waits")
}
