use core::ops::{Deref, DerefMut};

use super::{Mediator, Scope};
use crate::envelope::{Headers, TraceContext};
use crate::id::Id;
use crate::time::{Cancel, Instant};

/// What a handler is given beside its message.
///
/// Its parameter says what the handler may do, as bounds: `&mut Context<impl Sends<ChargeCard>>`. It
/// derefs to that scope, so `cx.send(..)`, `cx.publish(..)` and `cx.stream(..)` are there where the
/// bounds are.
#[derive(Debug)]
pub struct Context<S>(S);

impl<S> Context<S> {
    /// A context over a scope.
    #[inline]
    pub const fn new(scope: S) -> Self {
        Self(scope)
    }

    /// The scope, for a behavior that made the context and is done with it.
    #[inline]
    pub fn into_scope(self) -> S {
        self.0
    }
}

impl<S: Scope> Context<S> {
    /// The message's id; made when it is first read, by the id source of the mediator whose handler or
    /// behavior reads it first. [`Id::NIL`] where the source fails, as a snowflake does whose clock is set
    /// back by more than it absorbs.
    pub fn message_id(&self) -> Id {
        self.0.frame().message_id(self.0.app())
    }

    /// The id that all messages of one conversation share: the id of the first, unless the caller
    /// gave one.
    pub fn correlation_id(&self) -> Id {
        self.0.frame().correlation_id(self.0.app())
    }

    /// The id of the message whose handler sent this one; [`Id::NIL`] for the first.
    pub fn causation_id(&self) -> Id {
        self.0.frame().causation_id(self.0.app())
    }

    /// When the answer is no longer wanted, by the mediator's clock: the earliest of the timeouts
    /// around this handler and around those whose handlers sent it.
    ///
    /// A timeout begins at the first wait, or when its deadline is first read.
    pub fn deadline(&self) -> Option<Instant> {
        self.0.frame().deadline(self.0.app().clock())
    }

    /// Which attempt this is at the message from outside that this one is or follows from: the first is 1.
    /// It counts deliveries, by the transport; a `Retry` around the handler adds nothing to it.
    pub fn attempt(&self) -> u32 {
        self.0.frame().attempt()
    }

    /// Where the message stands in a distributed trace, if the caller said.
    pub fn trace(&self) -> Option<TraceContext> {
        self.0.frame().trace()
    }

    /// The caller's own headers.
    pub fn headers(&self) -> Headers<'_> {
        self.0.frame().headers()
    }

    /// Who may cancel the message, if the caller named one.
    pub fn cancel(&self) -> Option<&Cancel> {
        self.0.cancel_ref()
    }

    /// Whether the caller cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancel_ref().is_some_and(Cancel::is_cancelled)
    }

    /// The mediator's clock.
    pub fn clock(&self) -> &<S::App as Mediator>::Clock {
        self.0.app().clock()
    }

    /// The mediator's timer.
    pub fn timer(&self) -> &<S::App as Mediator>::Timer {
        self.0.app().timer()
    }
}

impl<S> Deref for Context<S> {
    type Target = S;

    #[inline]
    fn deref(&self) -> &S {
        &self.0
    }
}

impl<S> DerefMut for Context<S> {
    #[inline]
    fn deref_mut(&mut self) -> &mut S {
        &mut self.0
    }
}
