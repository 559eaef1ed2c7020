use crate::envelope;
use crate::message::{Event, Kind, Message, Replies, Rows};

/// How a message of a contract crosses.
pub trait Way: Send + Sync + 'static {}

/// A command or a query: asked, and answered once.
#[derive(Clone, Copy, Debug)]
pub struct Asked;

/// An event: told, and not answered.
#[derive(Clone, Copy, Debug)]
pub struct Told;

/// A stream query: asked, and answered row by row.
#[derive(Clone, Copy, Debug)]
pub struct Rowed;

impl Way for Asked {}
impl Way for Told {}
impl Way for Rowed {}

/// A way that is the one of `M`'s kind.
#[diagnostic::on_unimplemented(
    message = "CATGA095: a contract has `{M}` marked as what it is not",
    label = "its kind is another",
    note = "mark events `#[event]` and stream queries `#[stream]`; commands and queries stand alone"
)]
pub trait Fits<M: Message>: Way {}

#[diagnostic::do_not_recommend]
impl<M: Message<Kind: Replies>> Fits<M> for Asked {}
#[diagnostic::do_not_recommend]
impl<M: Message<Kind: Tells>> Fits<M> for Told {}
impl<M: Rows> Fits<M> for Rowed {}

/// That a contract has a message marked as what it is.
pub const fn is_marked<M: Message, W: Fits<M>>() -> bool {
    true
}

/// The kind of events.
pub trait Tells: Kind {}

impl Tells for Event {}

/// What comes back on a way: a reply, nothing, or rows.
pub trait Brings<M: Message>: Way {
    /// One piece of it.
    type Answer: Send;
    /// What its envelope says that it is.
    const KIND: envelope::Kind;
}

impl<M: Message> Brings<M> for Asked {
    type Answer = M::Reply;
    const KIND: envelope::Kind = envelope::Kind::Reply;
}

impl<M: Message> Brings<M> for Told {
    type Answer = ();
    const KIND: envelope::Kind = envelope::Kind::Reply;
}

impl<M: Rows> Brings<M> for Rowed {
    type Answer = M::Row;
    const KIND: envelope::Kind = envelope::Kind::Item;
}
