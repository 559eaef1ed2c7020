//! Whether threads may share something, as a constant asks it: where they may not, it has no value, and what hangs on
//! it no type. That is one error, and rustc asks no further.

/// That one thread may hand it to another.
pub const fn is_sent<T: Send>() -> bool {
    true
}

/// That threads may share it.
pub const fn is_shared<T: Sync>() -> bool {
    true
}

/// What threads may hand to each other and share.
#[diagnostic::on_unimplemented(
    message = "CATGA088: threads cannot share `{Self}`, and a message travels between them",
    label = "something in it is not `Send`, or not `Sync`",
    note = "a field, or what is in the type of a field, is an `Rc`, a `Cell`, a `RefCell`, a pointer or a guard of a lock: take `Arc`, `Mutex` or an atomic, and for a guard what it guards"
)]
pub trait Shared: Send + Sync {}

#[diagnostic::do_not_recommend]
impl<T: Send + Sync> Shared for T {}

/// A message's number on the wire, where threads may share it: otherwise it has none, and what asks for it no value.
pub const fn numbered<M: Shared>(wire: u64) -> u64 {
    wire
}
