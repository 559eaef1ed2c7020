use std::sync::Mutex;

use super::lock;
use crate::describe::{HandlerInfo, HandlerSet, Part, Pipeline};
use crate::error::Failure;
use crate::handler::{Handler, Named, Slot};
use crate::message::{Message, Outcome};
use crate::scope::{Context, Scope};

/// A handler set that hears the event `E` and keeps what it heard.
#[derive(Debug)]
pub struct Recorder<E> {
    received: Mutex<Vec<E>>,
}

impl<E> Default for Recorder<E> {
    fn default() -> Self {
        Self { received: Mutex::default() }
    }
}

impl<E> Recorder<E> {
    /// Has heard nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what it heard since the last time, in order.
    pub fn received(&self) -> Vec<E> {
        std::mem::take(&mut *lock(&self.received))
    }
}

impl<E: Message> Named for Recorder<E> {
    type Nothing = ();
    const PART: Part =
        Part::Handlers(HandlerSet::new(file!(), Pipeline::EMPTY, &[HandlerInfo::new(E::INFO, "Recorder", line!())]));
}

impl<Tag: ?Sized, E: Message> Slot<Tag, 0> for Recorder<E> {
    type Message = E;
}

impl<E, S> Handler<E, S> for Recorder<E>
where
    S: Scope,
    E: Clone + for<'a> Message<In<'a> = &'a E, Reply = (), Error = Failure>,
{
    async fn handle(&self, input: E::In<'_>, _: &mut Context<S>) -> Outcome<E> {
        lock(&self.received).push(input.clone());
        Ok(())
    }
}

/// Its event is its type's argument, which the mediator hands in.
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_Recorder {
    ([$($before:tt)*] ($($event:tt)*) [$next:path] $($rest:tt)*) => {
        $next! { [$($before)* { (0 hears $($event)* [] "" "Recorder" [] []) }] $($rest)* }
    };
    (= $($own:tt)*) => { $($own)* };
}
