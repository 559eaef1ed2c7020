use core::future::Future;

use super::Next;
use crate::handler::{Handler, Method};
use crate::message::{Message, Outcome, Rows};
use crate::scope::{Context, Scope};
use crate::stream::Ticket;

macro_rules! end {
    ($(#[$doc:meta])* $name:ident, $once:ident, $handles:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<'h, H>(pub &'h H);

        impl<H> Clone for $name<'_, H> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<H> Copy for $name<'_, H> {}

        impl<M: Message, S: Scope, H: $handles<M, S> + Sync> Next<M, S> for $name<'_, H> {
            #[inline]
            fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
                S::attempt(cx, input, $once(self.0))
            }
        }

        /// The same without what the scope does around it.
        struct $once<'h, H>(&'h H);

        impl<H> Clone for $once<'_, H> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<H> Copy for $once<'_, H> {}

        impl<M: Message, S, H: $handles<M, S> + Sync> Next<M, S> for $once<'_, H> {
            #[inline]
            fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
                self.0.handle(input, cx)
            }
        }
    };
}

end! {
    /// The end of a chain: a handler set.
    End, Attempt, Handler
}

/// The end of a chain.
#[inline]
pub const fn end<H>(set: &H) -> End<'_, H> {
    End(set)
}

end! {
    /// The end of a handler's own chain: its method.
    EndMethod, AttemptMethod, Method
}

/// The end of a stream query's chain: it admits the query, and waits until the last row is taken.
#[derive(Clone, Copy, Debug)]
pub struct Open;

impl<Q, S> Next<Q, S> for Open
where
    Q: Rows + for<'a> Message<In<'a> = Ticket<'a, Q>>,
{
    #[inline]
    fn run(self, input: Q::In<'_>, _: &mut Context<S>) -> impl Future<Output = Outcome<Q>> + Send {
        input.admit()
    }
}
