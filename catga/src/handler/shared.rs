//! Handler sets behind a pointer: a field of a mediator may be an `Arc` or a `Box` of one.

macro_rules! behind {
    ($($pointer:ident)::+) => {
        #[cfg(feature = "alloc")]
        impl<Tag: ?Sized, H: super::Slot<Tag, I>, const I: usize> super::Slot<Tag, I> for $($pointer)::+<H> {
            type Message = H::Message;
        }

        #[cfg(feature = "alloc")]
        impl<H: super::Named> super::Named for $($pointer)::+<H> {
            type Nothing = ();
            const RIGHT: bool = H::RIGHT;
            const WIRE: &'static [(u64, u64, &'static str)] = H::WIRE;
            const SAID: &'static [(u64, crate::pipeline::Said)] = H::SAID;
            const APART: &'static [u64] = H::APART;
            const PART: crate::describe::Part = H::PART;
        }

        #[cfg(feature = "alloc")]
        impl<M: crate::message::Message, S, H: super::Handler<M, S>> super::Handler<M, S> for $($pointer)::+<H> {
            #[inline]
            fn handle(
                &self,
                input: M::In<'_>,
                cx: &mut crate::scope::Context<S>,
            ) -> impl Future<Output = crate::message::Outcome<M>> + Send {
                (**self).handle(input, cx)
            }
        }

        #[cfg(feature = "alloc")]
        impl<Q: crate::message::Rows, S, H: super::StreamHandler<Q, S>> super::StreamHandler<Q, S>
            for $($pointer)::+<H>
        {
            #[inline]
            fn rows(
                &self,
                query: Q,
                cx: crate::scope::Context<S>,
            ) -> impl futures_core::Stream<Item = crate::message::RowOf<Q>> + Send {
                (**self).rows(query, cx)
            }
        }
    };
}

behind!(alloc::sync::Arc);
behind!(alloc::boxed::Box);
