//! A mediator as a field of another: closed, with its own pipeline inside of the outer one.

use futures_core::Stream;

use super::{Handles, Hears, Yields};
use crate::error::{Error, Failure, PublishError};
use crate::message::{Message, Outcome, RowOf, Rows};
use crate::pipeline::Next;
use crate::scope::{Context, Dispatched, Inside, Lends, Mediator, Place, Scope};
use crate::stream::Lineage;

/// Whether the inner mediator has an extension, which then is the outer one's too.
#[diagnostic::on_unimplemented(
    message = "CATGA048: `{A}` inside of `{Self}` has an extension, and that of `{Self}` is another or none",
    label = "handlers in it may read its extension",
    note = "say `#[mediator(extension = ..)]` at `{Self}`, with the type that `{A}` names"
)]
trait Passes<A: Mediator, const EXTENDED: bool>: Mediator {
    fn pass(extension: Option<&Self::Extension>) -> Option<&A::Extension>;
}

impl<O: Mediator, A: Mediator> Passes<A, false> for O {
    fn pass(_: Option<&O::Extension>) -> Option<&A::Extension> {
        None
    }
}

#[diagnostic::do_not_recommend]
impl<O: Mediator<Extension: Lends<A::Extension>>, A: Mediator> Passes<A, true> for O {
    fn pass(extension: Option<&O::Extension>) -> Option<&A::Extension> {
        extension.map(Lends::lend)
    }
}

fn pass<A: Mediator, S: Scope, const EXTENDED: bool>(scope: &S) -> Option<&A::Extension>
where
    S::App: Passes<A, EXTENDED>,
{
    <S::App as Passes<A, EXTENDED>>::pass(scope.extension_ref())
}

macro_rules! end {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<'h, A, const EXTENDED: bool>(pub &'h A);

        impl<A, const EXTENDED: bool> Clone for $name<'_, A, EXTENDED> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<A, const EXTENDED: bool> Copy for $name<'_, A, EXTENDED> {}
    };
}

end! {
    /// The end of an outer chain: a command or a query of an inner mediator.
    Nested
}

impl<M, S, A, const EXTENDED: bool> Next<M, S> for Nested<'_, A, EXTENDED>
where
    M: for<'a> Message<In<'a> = M>,
    S: Dispatched<App: Passes<A, EXTENDED>>,
    A: Handles<M>,
{
    #[inline]
    async fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> Outcome<M> {
        // When it is polled and not when the chain is built: the limit of a timeout holds from then on.
        let frame = cx.frame().border(cx.app().clock());
        self.0.enter(input, frame, pass::<A, S, EXTENDED>(cx)).await
    }
}

end! {
    /// The end of an outer chain: an event that an inner mediator hears.
    NestedEars
}

impl<E, S, A, const EXTENDED: bool> Next<E, S> for NestedEars<'_, A, EXTENDED>
where
    E: Message<Reply = (), Error = Failure> + for<'a> Message<In<'a> = &'a E>,
    S: Dispatched<App: Passes<A, EXTENDED>>,
    A: Hears<E>,
{
    #[inline]
    async fn run(self, input: E::In<'_>, cx: &mut Context<S>) -> Outcome<E> {
        let frame = cx.frame().border(cx.app().clock());
        let place = Place::new(self.0, frame, pass::<A, S, EXTENDED>(cx));
        let told: Result<(), PublishError> = self.0.fan_out(input, Inside::new(&place)).await;
        told.map_err(|error| Error::Handler(Failure::from_error(error)))
    }
}

/// The rows of an inner mediator's stream query.
#[expect(private_bounds, reason = "only ever named by expansions")]
#[inline]
pub fn nested_rows<'f, A, O, Q, const EXTENDED: bool>(
    inner: &'f A,
    query: Q,
    cx: Context<Inside<'f, O>>,
) -> impl Stream<Item = RowOf<Q>> + Send
where
    A: Yields<Q>,
    O: Passes<A, EXTENDED>,
    Q: Rows,
{
    let extension = <O as Passes<A, EXTENDED>>::pass(cx.extension_of());
    let left = cx.frame_ref().deadline_left(cx.app().clock());
    inner.open(query, Lineage::mediator(cx.frame_ref(), left), extension)
}

/// No rows, of whatever query.
pub fn no_rows<T: Send>() -> impl Stream<Item = T> + Send {
    NoRows(core::marker::PhantomData)
}

struct NoRows<T>(core::marker::PhantomData<fn() -> T>);

impl<T> Stream for NoRows<T> {
    type Item = T;

    fn poll_next(self: core::pin::Pin<&mut Self>, _: &mut core::task::Context<'_>) -> core::task::Poll<Option<T>> {
        core::task::Poll::Ready(None)
    }
}
