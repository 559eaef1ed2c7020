use core::marker::PhantomData;

/// What a message says of its way out of the process, as a type: its codec, the version before it, and
/// whether it has a key.
#[derive(Debug)]
pub struct Wire<C = ByDefault, F = First, K = Unkeyed>(Parts<C, F, K>);

type Parts<C, F, K> = PhantomData<fn() -> (C, F, K)>;

/// The parts of a [`Wire`].
pub trait OnWire {
    /// Its format, or [`ByDefault`].
    type Codec;
    /// The version before it, or [`First`].
    type Former;
    /// [`ByKey`] or [`Unkeyed`].
    type Order;
}

impl<C, F, K> OnWire for Wire<C, F, K> {
    type Codec = C;
    type Former = F;
    type Order = K;
}

/// The codec of whoever serves or calls the message.
#[derive(Debug)]
pub struct ByDefault;

/// No version of the message came before.
#[derive(Debug)]
pub struct First;

/// The message has no key: no order is kept between two of it.
#[derive(Debug)]
pub struct Unkeyed;

/// The message has a key, and what has one key is delivered in order.
#[derive(Debug)]
pub struct ByKey;
