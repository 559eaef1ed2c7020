use super::{Frame, Mediator};

/// What a [`Context`](super::Context) stands for: a place in a mediator where a handler runs.
///
/// A handler asks for more by bounds: `cx: &mut Context<impl Sends<ChargeCard>>`.
pub trait Scope: Send + Sync {
    /// The mediator.
    type App: Mediator;

    /// The mediator.
    fn app(&self) -> &Self::App;

    /// The message that is being handled, and what it came from.
    fn frame(&self) -> &Frame<'_>;

    /// What the caller sent along, if it did.
    fn extension_ref(&self) -> Option<&<Self::App as Mediator>::Extension>;
}

/// The scope of a running dispatch, which is what a behavior sees.
pub trait Dispatched: Scope {
    /// The plain scope below this one. A behavior keeps it while the rest of the chain has the context.
    type Root: Dispatched<App = Self::App> + Copy;

    /// The plain scope below this one.
    fn root(&self) -> Self::Root;
}
