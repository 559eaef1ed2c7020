use std::fmt;
use std::sync::Mutex;

use super::lock;
use crate::describe::{HandlerInfo, HandlerSet, Part, Pipeline};
use crate::error::Error;
use crate::handler::{Handler, Named, Slot};
use crate::message::{Message, Outcome};
use crate::scope::{Context, Scope};

type Answer<M> = Box<dyn Fn(&M) -> Outcome<M> + Send + Sync>;

/// A handler set for the command or query `M` that answers as it is told, and keeps what it was sent.
pub struct Stub<M: Message> {
    answer: Answer<M>,
    received: Mutex<Vec<M>>,
}

impl<M: Message> Stub<M> {
    /// Answers with what `answer` makes of the message: its reply, or its own error.
    pub fn new(answer: impl Fn(&M) -> Result<M::Reply, M::Error> + Send + Sync + 'static) -> Self {
        Self::with_outcome(move |message| answer(message).map_err(Error::Handler))
    }

    /// Answers with any outcome of a send, such as [`Error::Timeout`].
    pub fn with_outcome(answer: impl Fn(&M) -> Outcome<M> + Send + Sync + 'static) -> Self {
        Self { answer: Box::new(answer), received: Mutex::default() }
    }

    /// Takes what it was sent since the last time, in order.
    pub fn received(&self) -> Vec<M> {
        std::mem::take(&mut *lock(&self.received))
    }
}

impl<M: Message + fmt::Debug> fmt::Debug for Stub<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stub").field("received", &*lock(&self.received)).finish_non_exhaustive()
    }
}

impl<M: Message> Named for Stub<M> {
    type Nothing = ();
    const PART: Part =
        Part::Handlers(HandlerSet::new(file!(), Pipeline::EMPTY, &[HandlerInfo::new(M::INFO, "Stub", line!())]));
}

impl<Tag: ?Sized, M: Message> Slot<Tag, 0> for Stub<M> {
    type Message = M;
}

impl<M: for<'a> Message<In<'a> = M>, S: Scope> Handler<M, S> for Stub<M> {
    async fn handle(&self, input: M::In<'_>, _: &mut Context<S>) -> Outcome<M> {
        let outcome = (self.answer)(&input);
        lock(&self.received).push(input);
        outcome
    }
}

/// Its message is its type's argument, which the mediator hands in.
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_Stub {
    ([$($before:tt)*] ($($message:tt)*) [$next:path] $($rest:tt)*) => {
        $next! { [$($before)* { (0 answers $($message)* [] "" "Stub" [] []) }] $($rest)* }
    };
    (= $($own:tt)*) => { $($own)* };
}
