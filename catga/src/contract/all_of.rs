use core::marker::PhantomData;

use super::{Contract, Includes, Member};
use crate::codec::{Choose, Codec, Orders};
use crate::describe::Part;
use crate::message::{Command, Event, Kind, Message, OnWire, Query, Stream};
use crate::scope::Mediator;
use crate::wire::{Asked, Carries, Fits, Former, Rowed, Told, Way};

/// All that the mediator `A` handles, as a contract: `#[mediator(serves)]` makes it one.
#[derive(Debug)]
pub struct AllOf<A>(PhantomData<fn() -> A>);

/// A mediator whose messages may arrive as bytes.
#[diagnostic::on_unimplemented(
    message = "CATGA101: `{Self}` takes no messages as bytes",
    label = "it has no table for them",
    note = "say `#[mediator(serves)]` at `{Self}`"
)]
pub trait Served: Mediator + 'static {
    /// Its ident.
    const NAME: &'static str;
    /// The format of messages that name none.
    type Codec: Codec;
    /// What it handles.
    const MEMBERS: &'static [Member];
    /// What it is made of.
    const PART: Part;
}

impl<A: Served> Contract for AllOf<A> {
    const NAME: &'static str = A::NAME;
    const DEFAULT_ENDPOINT: &'static str = A::NAME;
    type DefaultCodec = A::Codec;
    const MEMBERS: &'static [Member] = A::MEMBERS;
    const WIRE: &'static [(u64, u64, &'static str)] = &[];
    const PART: Part = A::PART;
}

/// The way of a kind.
pub trait Goes: Kind {
    /// The way.
    type Way: Way;
}

impl Goes for Command {
    type Way = Asked;
}

impl Goes for Query {
    type Way = Asked;
}

impl Goes for Event {
    type Way = Told;
}

impl Goes for Stream {
    type Way = Rowed;
}

type WayOf<M> = <<M as Message>::Kind as Goes>::Way;
type CodecOf<M, A> = <<<M as Message>::Wire as OnWire>::Codec as Choose<<A as Served>::Codec>>::Codec;

impl<A, M> Includes<M> for AllOf<A>
where
    A: Served,
    M: Message<Kind: Goes>,
    M::Wire: OnWire<
            Codec: Choose<A::Codec, Codec: Carries<M, WayOf<M>>>,
            Order: Orders<M>,
            Former: Former<M, WayOf<M>, CodecOf<M, A>>,
        >,
    WayOf<M>: Fits<M>,
{
    type Way = WayOf<M>;
    type Codec = CodecOf<M, A>;
    type Order = <M::Wire as OnWire>::Order;
    type Former = <M::Wire as OnWire>::Former;
}
