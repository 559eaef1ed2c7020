use super::{Held, Locked};
use crate::delivery::transaction::InTx;
use crate::scope::{Mediator, Scope};
use crate::store::port::Writes;

/// May read the fencing token of the lock around this handler: `cx.fence()`.
#[diagnostic::on_unimplemented(
    message = "CATGA115: there is no lock around this handler",
    label = "a handler asks for `cx.fence()`",
    note = "put `commands: Lock(self.db)` into the pipeline of the mediator or of this field, before a transaction"
)]
pub trait Fenced: Scope {
    /// The fencing token: larger than that of every holder before, of this lock and of every other in the store. Hand
    /// it to what is acted on outside of the store, so that it can refuse whoever is late.
    fn fence(&self) -> u64;
}

#[diagnostic::do_not_recommend]
impl<A: Mediator> Fenced for Locked<'_, A> {
    fn fence(&self) -> u64 {
        self.held().fence()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, D, T: Writes> Fenced for InTx<'_, A, D, Held, T> {
    fn fence(&self) -> u64 {
        self.hold.fence()
    }
}
