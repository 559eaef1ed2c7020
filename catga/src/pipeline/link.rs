use core::future::Future;
use core::marker::PhantomData;

use super::{Behavior, Enters, Entry, Next};
use crate::message::{Message, Outcome};
use crate::scope::{Context, Dispatched};

macro_rules! link {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<'h, E, N> {
            entry: E,
            next: N,
            held: PhantomData<&'h ()>,
        }

        impl<E, N> $name<'_, E, N> {
            #[inline]
            pub(super) fn new(entry: E, next: N) -> Self {
                Self { entry, next, held: PhantomData }
            }
        }

        impl<E: Copy, N: Copy> Clone for $name<'_, E, N> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<E: Copy, N: Copy> Copy for $name<'_, E, N> {}
    };
}

link! {
    /// A behavior and the rest of the chain.
    Link
}

impl<'h, M: Message, S: Dispatched, E, N> Next<M, S> for Link<'h, E, N>
where
    E: Entry<'h, Behavior: Behavior<M, S>>,
    N: Next<M, S>,
{
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        self.entry.reach().around(input, cx, self.next)
    }
}

link! {
    /// A behavior that changes the scope, and the rest of the chain in that scope.
    LinkInto
}

impl<'h, M: Message, S: Dispatched, E, N> Next<M, S> for LinkInto<'h, E, N>
where
    E: Entry<'h, Behavior: Enters<M, S>>,
    N: Next<M, <E::Behavior as Enters<M, S>>::Inner>,
{
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        self.entry.reach().around(input, cx, self.next)
    }
}

link! {
    /// A behavior that is built over fields for each call, and the rest of the chain.
    LinkBuilt
}

impl<M: Message, S: Dispatched, B, F, N> Next<M, S> for LinkBuilt<'_, F, N>
where
    B: Behavior<M, S>,
    F: Fn() -> B + Copy + Send + Sync,
    N: Next<M, S>,
{
    #[inline]
    async fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> Outcome<M> {
        (self.entry)().around(input, cx, self.next).await
    }
}

link! {
    /// A behavior that is built over fields for each call and changes the scope.
    LinkBuiltInto
}

impl<M: Message, S: Dispatched, B, F, N> Next<M, S> for LinkBuiltInto<'_, F, N>
where
    B: Enters<M, S>,
    F: Fn() -> B + Copy + Send + Sync,
    N: Next<M, B::Inner>,
{
    #[inline]
    async fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> Outcome<M> {
        (self.entry)().around(input, cx, self.next).await
    }
}
