//! Futures that are laid out ahead of those around them.

use core::mem;

use super::Handles;
use crate::message::Message;

/// Lays out the future of a send.
///
/// A check asks for the outermost future first. Each future inside of another is then some questions deeper, of
/// which rustc takes 128; but what is laid out already is no question more. So a mediator has the inner futures
/// of its long chains laid out first, in constants, which are known before anything else is asked.
pub const fn lay_out<A: Handles<M> + 'static, M: Message>() {
    of_answer(|app: &'static A, message: M| app.send(message));
}

const fn of_answer<A, M, F>(send: impl FnOnce(A, M) -> F) {
    mem::forget(send);
    let _laid_out = size_of::<F>();
}
