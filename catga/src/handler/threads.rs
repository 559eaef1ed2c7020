//! Whether threads may share something, as a constant asks it: where they may not, it has no value, and what hangs on
//! it no type. That is one error, and rustc asks no further. Of a bound of `Send` itself rustc would not say what to do.

/// A handler set or a mediator that one thread may hand to another.
#[diagnostic::on_unimplemented(
    message = "CATGA068: `{Self}` cannot be handed from one thread to another",
    label = "`Rc`, `Cell`, `RefCell`, a raw pointer or a `dyn` without `Send + Sync` is in it",
    note = "one of it serves many messages at once, on any thread: take `Arc` for `Rc`, and `Mutex`, `RwLock` or an atomic for `Cell` and `RefCell`"
)]
pub trait SentSet {}

#[diagnostic::do_not_recommend]
impl<T: Send> SentSet for T {}

/// That one thread may hand a handler set or a mediator to another.
pub const fn is_sent<T: SentSet>() -> bool {
    true
}

/// A handler set or a mediator that threads may share.
#[diagnostic::on_unimplemented(
    message = "CATGA068: threads cannot share `{Self}`",
    label = "`Rc`, `Cell`, `RefCell`, a raw pointer or a `dyn` without `Send + Sync` is in it",
    note = "one of it serves many messages at once, on any thread: take `Mutex`, `RwLock` or an atomic for `Cell` and `RefCell`, and `Arc` for `Rc`"
)]
pub trait SharedSet {}

#[diagnostic::do_not_recommend]
impl<T: Sync> SharedSet for T {}

/// That threads may share a handler set or a mediator.
pub const fn is_shared<T: SharedSet>() -> bool {
    true
}

/// A message that one thread may hand to another.
#[diagnostic::on_unimplemented(
    message = "CATGA074: `{Self}` cannot be handed from one thread to another",
    label = "`Rc`, `Cell`, `RefCell`, a raw pointer or a `dyn` without `Send + Sync` is in it",
    note = "a message travels between threads: take `Arc` for `Rc`, and a value or an atomic for `Cell` and `RefCell`"
)]
pub trait SentMessage {}

#[diagnostic::do_not_recommend]
impl<T: Send> SentMessage for T {}

/// That one thread may hand a message to another.
pub const fn is_sent_message<T: SentMessage>() -> bool {
    true
}

/// A message that threads may share.
#[diagnostic::on_unimplemented(
    message = "CATGA074: threads cannot share `{Self}`",
    label = "`Rc`, `Cell`, `RefCell`, a raw pointer or a `dyn` without `Send + Sync` is in it",
    note = "a message travels between threads: take a value, `Mutex` or an atomic for `Cell` and `RefCell`, and `Arc` for `Rc`"
)]
pub trait SharedMessage {}

#[diagnostic::do_not_recommend]
impl<T: Sync> SharedMessage for T {}

/// That threads may share a message.
pub const fn is_shared_message<T: SharedMessage>() -> bool {
    true
}

/// An answer that one thread may hand to another.
#[diagnostic::on_unimplemented(
    message = "CATGA128: `{Self}` cannot be handed from one thread to another, and what answers a message is",
    label = "`Rc`, a `Cell` behind a pointer, a guard of a lock or a `dyn` without `Send` is in it",
    note = "take `Arc` for `Rc`, and answer with what a lock guards and not with its guard"
)]
pub trait SentAnswer {}

#[diagnostic::do_not_recommend]
impl<T: Send> SentAnswer for T {}

/// That one thread may hand an answer to another.
pub const fn is_sent_answer<T: SentAnswer>() -> bool {
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

/// That threads may hand a message to each other and share it, with all that is in it.
pub const fn is_shared_within<T: Shared>() -> bool {
    true
}
