use crate::describe::Part;
use crate::message::Message;
use crate::pipeline::Said;

/// The message of a handler set's method number `I`, so that a mediator can name it without having
/// its path in scope.
///
/// `Tag` is the mediator. With a local type among its parameters, coherence may look through the
/// projection even where `Self` and this trait are foreign; without it, two foreign handler sets
/// conflict (E0119).
pub trait Slot<Tag: ?Sized, const I: usize> {
    /// The message.
    type Message: Message;
}

/// What a handler set says of its messages.
pub trait Named {
    /// Nothing. Where it is named, the set is.
    type Nothing;
    /// Nothing is wrong with how its handlers take their messages: otherwise this has no value, and what asks
    /// for it is quiet.
    const RIGHT: bool = {
        let _asked = Self::WIRE;
        true
    };
    /// The messages: each its ident's hash, its number on the wire, and its ident.
    const WIRE: &'static [(u64, u64, &'static str)] = &[];
    /// What the behaviors of its pipelines say: each with the hash of the message that it is around, 0 for
    /// all, 1 where the message cannot be told from another.
    const SAID: &'static [(u64, Said)] = &[];
    /// Messages that are not among all, as their methods do without something: what is around them stands
    /// under their own hashes.
    const APART: &'static [u64] = &[];
    /// Refuses a generic mediator that lacks what its behaviors or its messages need.
    const SOUND: () = ();
    /// What it is made of; no program holds it that does not describe its mediator.
    const PART: Part;
}

/// The answer of a type that has one handler impl: the constant of this name that one in another module brings comes
/// first.
pub trait Single {
    /// There is no second.
    const __CATGA_TWICE: bool = false;
}

impl<H: ?Sized> Single for H {}

/// The handler impls of a type, to be asked where they stand: `Impls.are()` is looked up by value first, in [`More`], which
/// every impl that is too many brings into its module, and then by reference.
#[derive(Debug)]
pub struct Impls;

/// There is one.
pub trait One {
    /// Says so.
    fn are(&self) -> Lone;
}

impl One for Impls {
    fn are(&self) -> Lone {
        Lone
    }
}

/// There are more.
pub trait More {
    /// Says so.
    fn are(self) -> Several;
}

impl More for Impls {
    fn are(self) -> Several {
        Several
    }
}

/// One, as a type.
#[derive(Debug)]
pub struct Lone;

/// More than one, as a type.
#[derive(Debug)]
pub struct Several;

/// How many there are, as a value.
pub trait Count {
    /// Whether there is one.
    const IS_ONE: bool;
}

impl Count for Lone {
    const IS_ONE: bool = true;
}

impl Count for Several {
    const IS_ONE: bool = false;
}

/// Whether there is one; what is given says so by its type, and never runs.
pub const fn is_single<C: Count>(_: fn() -> C) -> bool {
    C::IS_ONE
}
