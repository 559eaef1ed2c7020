use core::marker::PhantomData;

/// What a message says of its way out of the process, as a type: its codec, the version before it, whether
/// it has a key, whether its handler may fail, and its compression.
#[derive(Debug)]
pub struct Wire<C = ByDefault, F = First, K = Unkeyed, E = Faultless, Z = ByDefault>(Parts<C, F, K, E, Z>);

type Parts<C, F, K, E, Z> = PhantomData<fn() -> (C, F, K, E, Z)>;

/// The parts of a [`Wire`].
pub trait OnWire {
    /// Its format, or [`ByDefault`].
    type Codec;
    /// The version before it, or [`First`].
    type Former;
    /// [`ByKey`] or [`Unkeyed`].
    type Order;
    /// [`Faulty`] or [`Faultless`].
    type Fault;
    /// Its compression, or [`ByDefault`].
    type Compression;
}

impl<C, F, K, E, Z> OnWire for Wire<C, F, K, E, Z> {
    type Codec = C;
    type Former = F;
    type Order = K;
    type Fault = E;
    type Compression = Z;
}

/// As whoever serves or calls the message has it.
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

/// The message's handler has no error of its own.
#[derive(Debug)]
pub struct Faultless;

/// The message never is, and never leaves.
#[derive(Debug)]
pub struct Unsent;

/// The message's handler has an error of its own.
#[derive(Debug)]
pub struct Faulty;
