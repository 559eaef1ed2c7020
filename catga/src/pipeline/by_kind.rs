//! Entries for one kind of message: `#[pipeline(queries: Retry::times(3))]`.

use core::future::Future;
use core::marker::PhantomData;

use super::{Behavior, ChangesScope, Enters, Next};
use crate::message::{Command, Event, Message, Outcome, Query, Stream};
use crate::scope::{Context, Dispatched};

/// A behavior for the messages of kind `K`; the others pass.
#[derive(Clone, Copy, Debug)]
pub struct On<K, B>(B, PhantomData<fn() -> K>);

impl<K, B> On<K, B> {
    /// `behavior` for the messages of kind `K`.
    pub const fn new(behavior: B) -> Self {
        Self(behavior, PhantomData)
    }
}

/// The entry's messages: `commands: ..`.
#[derive(Clone, Copy, Debug)]
pub struct Commands;
/// The entry's messages: `queries: ..`.
#[derive(Clone, Copy, Debug)]
pub struct Queries;
/// The entry's messages: `events: ..`.
#[derive(Clone, Copy, Debug)]
pub struct Events;
/// The entry's messages: `streams: ..`.
#[derive(Clone, Copy, Debug)]
pub struct StreamQueries;

/// The entry's messages: all.
#[derive(Clone, Copy, Debug)]
pub struct AnyKind;

/// Whether messages of this kind are meant by entries for `K`.
pub trait Among<K> {
    /// [`Applies`] or [`PassesBy`].
    type Answer: Meant;
}

/// An answer of [`Among`] as a value.
pub trait Meant {
    /// Whether the entry is for the message.
    const MEANT: bool;
}

impl Meant for Applies {
    const MEANT: bool = true;
}

impl Meant for PassesBy {
    const MEANT: bool = false;
}

/// Whether a timeout of so many milliseconds in an entry for `K` is no longer than the answer to `M` may
/// take.
pub const fn is_in_bound<M: Message<Kind: Among<K>>, K>(millis: u64) -> bool {
    !<<M::Kind as Among<K>>::Answer as Meant>::MEANT || M::WITHIN_MS == 0 || millis <= M::WITHIN_MS
}

/// The entry is for this message.
#[derive(Debug)]
pub struct Applies;
/// The entry is not for this message, and whether the behavior fits it does not matter.
#[derive(Debug)]
pub struct PassesBy;

macro_rules! among {
    ($($kind:ident: $($entry:ident $answer:ident),*;)*) => {
        $($(impl Among<$entry> for $kind { type Answer = $answer; })*)*
    };
}

among! {
    Command: AnyKind Applies, Commands Applies, Queries PassesBy, Events PassesBy, StreamQueries PassesBy;
    Query: AnyKind Applies, Commands PassesBy, Queries Applies, Events PassesBy, StreamQueries PassesBy;
    Event: AnyKind Applies, Commands PassesBy, Queries PassesBy, Events Applies, StreamQueries PassesBy;
    Stream: AnyKind Applies, Commands PassesBy, Queries PassesBy, Events PassesBy, StreamQueries Applies;
}

/// Applies a behavior or passes.
pub trait Guard<B, M: Message, S: Dispatched>: Send + Sync {
    /// The behavior's way, or straight on.
    fn pass<N: Next<M, S>>(
        behavior: &B,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send;
}

impl<B: Behavior<M, S>, M: Message, S: Dispatched> Guard<B, M, S> for Applies {
    #[inline]
    fn pass<N: Next<M, S>>(
        behavior: &B,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        behavior.around(input, cx, next)
    }
}

impl<B: Sync, M: Message, S: Dispatched> Guard<B, M, S> for PassesBy {
    #[inline]
    fn pass<N: Next<M, S>>(
        _: &B,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        next.run(input, cx)
    }
}

impl<K, B, M, S> Behavior<M, S> for On<K, B>
where
    K: 'static,
    B: Send + Sync,
    M: Message<Kind: Among<K, Answer: Guard<B, M, S>>>,
    S: Dispatched,
{
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        <<M::Kind as Among<K>>::Answer as Guard<B, M, S>>::pass(&self.0, input, cx, next)
    }
}

/// Changes the scope or passes.
pub trait GuardInto<B, M: Message, S: Dispatched>: Send + Sync {
    /// The scope of the rest of the chain.
    type Inner: Dispatched<App = S::App>;

    /// The behavior's way, or straight on.
    fn pass<N: Next<M, Self::Inner>>(
        behavior: &B,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send;
}

impl<B: Enters<M, S>, M: Message, S: Dispatched> GuardInto<B, M, S> for Applies {
    type Inner = B::Inner;

    #[inline]
    fn pass<N: Next<M, B::Inner>>(
        behavior: &B,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        behavior.around(input, cx, next)
    }
}

impl<B: Sync, M: Message, S: Dispatched> GuardInto<B, M, S> for PassesBy {
    type Inner = S;

    #[inline]
    fn pass<N: Next<M, S>>(
        _: &B,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        next.run(input, cx)
    }
}

impl<K, B, M, S> Enters<M, S> for On<K, B>
where
    K: 'static,
    B: ChangesScope + Send + Sync,
    M: Message<Kind: Among<K, Answer: GuardInto<B, M, S>>>,
    S: Dispatched,
{
    type Inner = <<M::Kind as Among<K>>::Answer as GuardInto<B, M, S>>::Inner;

    #[inline]
    fn around<N: Next<M, Self::Inner>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        <<M::Kind as Among<K>>::Answer as GuardInto<B, M, S>>::pass(&self.0, input, cx, next)
    }
}

impl<K, B: ChangesScope> ChangesScope for On<K, B> {}
