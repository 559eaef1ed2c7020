//! Which stores the behaviors of entries open, for the compiler to check what is sent from inside of a transaction.

use core::marker::PhantomData;

use super::by_kind::{Among, Meant};
use crate::message::Message;

/// A behavior that runs the rest of the chain in a transaction of a store.
///
/// A handler inside of one may not send what another of them surrounds: the store is open, and would answer
/// `Nested` each time. The mediator's compiler says so where it sees both; one that wraps a `Transactional` and does
/// not say this is seen when it is run.
pub trait Opens {
    /// What tells the store from others.
    type Store;
}

/// An entry's behavior, to be asked. `Opener(entry).opening()` is looked up by value first, where the behavior opens
/// a store, and then by reference, for every behavior.
pub struct Opener<B>(pub B);

/// Asks one that opens a store.
pub trait Opening: Sized {
    /// The store.
    type Store;

    /// The store.
    fn opening(self) -> Opened<Self::Store>;
}

/// Asks any other.
pub trait OpensNothing {
    /// Nothing.
    fn opening(&self) -> Closed;
}

/// A store that is opened, as a type.
pub struct Opened<D>(PhantomData<fn() -> D>);

/// None is.
pub struct Closed;

impl<B: Opens> Opening for Opener<B> {
    type Store = B::Store;

    fn opening(self) -> Opened<B::Store> {
        Opened(PhantomData)
    }
}

impl<B> OpensNothing for Opener<B> {
    fn opening(&self) -> Closed {
        Closed
    }
}

/// What two entries open, to be compared: by value where it is one store, and else by reference.
pub struct Pair<A, B>(pub A, pub B);

/// They are one.
pub trait PairIsOne: Sized {
    /// They are.
    fn compared(self) -> One;
}

/// They are not, or there are no two.
pub trait PairIsTwo {
    /// They are not.
    fn compared(&self) -> Two;
}

/// One store, as a type.
pub struct One;

/// Two, or fewer, as a type.
pub struct Two;

impl<D> PairIsOne for Pair<Opened<D>, Opened<D>> {
    fn compared(self) -> One {
        One
    }
}

impl<A, B> PairIsTwo for Pair<A, B> {
    fn compared(&self) -> Two {
        Two
    }
}

/// Whether it is one store, as a value.
pub trait IsOne {
    /// The value.
    const IS_ONE: bool;
}

impl IsOne for One {
    const IS_ONE: bool = true;
}

impl IsOne for Two {
    const IS_ONE: bool = false;
}

/// Whether a store is opened, as a value.
pub trait IsOpened {
    /// The value.
    const IS_OPENED: bool;
}

impl<D> IsOpened for Opened<D> {
    const IS_OPENED: bool = true;
}

impl IsOpened for Closed {
    const IS_OPENED: bool = false;
}

/// Whether an entry for `K` opens a store around the handler of the message `M`. The closure gives the type, and never
/// runs.
pub const fn opens<'a, A, M, K, R>(_: fn(&'a A) -> R) -> bool
where
    A: ?Sized + 'a,
    M: Message<Kind: Among<K>>,
    R: IsOpened,
{
    R::IS_OPENED && <<M::Kind as Among<K>>::Answer as Meant>::MEANT
}

/// Whether `N` is sent from inside of a transaction of the store that is opened around it in turn: the entries are for
/// `K` around the sender of the message `M`, and for `L` around `N`. The closure gives the type, and never runs.
pub const fn nests<'a, A, M, K, N, L, R>(_: fn(&'a A) -> R) -> bool
where
    A: ?Sized + 'a,
    M: Message<Kind: Among<K>>,
    N: Message<Kind: Among<L>>,
    R: IsOne,
{
    let around_sender = <<M::Kind as Among<K>>::Answer as Meant>::MEANT;
    let around_sent = <<N::Kind as Among<L>>::Answer as Meant>::MEANT;
    R::IS_ONE && around_sender && around_sent
}
