//! The check of a handler's message: one constant, on which everything else of the handler hangs. Where it has
//! no value, what is built on it has no type, and rustc says no more about it.

use crate::message::{Called, Kind, Message, Sentence, Taken};

/// A message that a handler takes as it should.
///
/// No bound says that it is a message: where it is none, the constant has no value, which is enough.
pub trait Checked<const RIGHT: bool> {
    /// The message.
    type Message;
}

impl<M> Checked<true> for M {
    type Message = M;
}

/// The context of a handler whose capabilities are messages.
pub type Sound<C, const SOUND: bool> = <C as Checked<SOUND>>::Message;

/// A message, where that is all that is asked.
#[diagnostic::on_unimplemented(
    message = "CATGA002: `{Self}` is no message",
    label = "not a command, a query or an event",
    note = "add `#[command]`, `#[query]` or `#[event]` to `{Self}`; a method of a `#[handler]` impl that handles nothing says `#[handler(skip)]` or moves to another impl"
)]
pub trait IsMessage: Message {}

// Without it rustc shows other messages, too.
#[diagnostic::do_not_recommend]
impl<M: Message> IsMessage for M {}

/// A message, as a capability names it.
#[diagnostic::on_unimplemented(
    message = "CATGA002: `{Self}` is no message",
    label = "not a command, a query or an event",
    note = "add `#[command]`, `#[query]` or `#[event]` to `{Self}`, or name the message that is meant"
)]
pub trait IsNamed: Message {}

#[diagnostic::do_not_recommend]
impl<M: Message> IsNamed for M {}

/// That a capability names a message.
pub const fn is_message<M: IsNamed>() -> bool {
    // Where threads cannot share it, this has no value.
    let _asked = M::WIRE;
    true
}

const MISNAMED: &str = "CATGA007: `{message}` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`";

const MISTAKEN: &str = "CATGA009: `{message}` is not taken like this; a handler takes a command or a query by value, an event by reference, `&{message}`, and for a stream query it returns `impl Stream`";

/// That something has a value, whatever it is.
pub const fn asked(_: bool) -> bool {
    true
}

/// That a message is called by its own name, whose hash this is, and taken in its own way; of a set that has a value.
///
/// # Panics
/// Where it is not; at compile time.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub const fn check<M: IsMessage>(hash: u64, way: Taken, name: &str, _: bool) -> bool {
    // Where threads cannot share the message, it has none, and this no value.
    let _asked = M::WIRE;
    if M::Key::HASH != hash {
        panic!("{}", Sentence::of(MISNAMED, &[name]).get());
    }
    if M::Kind::TAKEN as u8 != way as u8 {
        panic!("{}", Sentence::of(MISTAKEN, &[name, name]).get());
    }
    true
}
