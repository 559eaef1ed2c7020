use super::{Contract, Shape};
use crate::codec::Orders;
use crate::codec::compression::Compresses;
use crate::envelope::{Fingerprint, WireKey};
use crate::message::Message;
use crate::wire::{Brings, Carries, Fits, Former, Outlines};

/// A contract that the message `M` is part of.
pub trait Includes<M: Message<Key = K>, K = <M as Message>::Key>: Contract {
    /// How it crosses: asked, told, or answered by rows.
    type Way: Fits<M> + Brings<M>;
    /// The format that carries it.
    type Codec: Carries<M, Self::Way>;
    /// How large bodies are made smaller.
    type Compression: Compresses;
    /// What keeps the order of two of it.
    type Order: Orders<M>;
    /// The versions before it.
    type Former: Former<M, Self::Way, Self::Codec>;
    /// What it, its reply and its error are made of, where the contract says `schema`: for who compares contracts. What
    /// travels is found out from the types as they are read.
    const SHAPE: Option<&'static Shape> = None;
    /// The same as a number.
    const SCHEMA: Fingerprint = match Self::SHAPE {
        Some(shape) => shape.fingerprint,
        None => Fingerprint::UNKNOWN,
    };
    /// By which it is found on the wire.
    const KEY: WireKey = WireKey::of(M::INFO.name);
    /// Where it is sent to.
    const ENDPOINT: &'static str = match M::ENDPOINT {
        Some(endpoint) => endpoint,
        None => Self::DEFAULT_ENDPOINT,
    };

    /// What is kept of what it is made of.
    #[doc(hidden)]
    fn outlines() -> &'static Outlines;
}
