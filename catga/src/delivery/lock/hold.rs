use core::future::Future;

use super::{Held, Locked};
use crate::error::PublishError;
use crate::mediator::{Handles, Hears};
use crate::message::{Message, Outcome};
use crate::scope::{Dispatched, Frame, Inside, Mediator};
use crate::store::StoreError;
use crate::store::port::Writes;
use crate::time::Cancel;

/// What a transaction stands under: nothing, or a lock that is held.
pub trait Hold: Send + Sync {
    /// The transaction commits only as long as the lock is held, where they are of one store.
    ///
    /// # Errors
    /// As a write's.
    fn guard<T: Writes>(&self, tx: &mut T) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Who tells the handler that the lock is lost, or that the caller has cancelled.
    fn cancel(&self) -> Option<&Cancel>;

    /// Sends a message from a handler whose frame this is; apart from what is open around that, where it says so.
    #[doc(hidden)]
    fn enter<'s, M: Message, A: Handles<M>>(
        &'s self,
        app: &'s A,
        message: (M, bool),
        frame: &'s Frame<'s>,
        extension: Option<&'s A::Extension>,
    ) -> impl Future<Output = Outcome<M>> + Send;
}

fn child<'s>(frame: &'s Frame<'s>, is_apart: bool) -> Frame<'s> {
    if is_apart { frame.nested_apart() } else { frame.nested() }
}

impl Hold for () {
    async fn guard<T: Writes>(&self, _: &mut T) -> Result<(), StoreError> {
        Ok(())
    }

    fn cancel(&self) -> Option<&Cancel> {
        None
    }

    fn enter<'s, M: Message, A: Handles<M>>(
        &'s self,
        app: &'s A,
        (message, is_apart): (M, bool),
        frame: &'s Frame<'s>,
        extension: Option<&'s A::Extension>,
    ) -> impl Future<Output = Outcome<M>> + Send {
        app.enter(message, child(frame, is_apart), extension)
    }
}

impl Hold for Held {
    async fn guard<T: Writes>(&self, tx: &mut T) -> Result<(), StoreError> {
        self.guard_in(tx).await
    }

    fn cancel(&self) -> Option<&Cancel> {
        Some(self.cancelled())
    }

    async fn enter<'s, M: Message, A: Handles<M>>(
        &'s self,
        app: &'s A,
        (message, is_apart): (M, bool),
        frame: &'s Frame<'s>,
        extension: Option<&'s A::Extension>,
    ) -> Outcome<M> {
        let under = frame.cancelled_by(self.cancelled());
        let locked = under.opening(self.number());
        app.enter(message, child(&locked, is_apart), extension).await
    }
}

impl Held {
    /// Publishes an event from a handler whose frame this is.
    pub(super) async fn spread<E: Message, A: Hears<E>>(
        &self,
        app: &A,
        event: E,
        frame: &Frame<'_>,
        extension: Option<&A::Extension>,
    ) -> Result<(), PublishError> {
        let under = frame.cancelled_by(self.cancelled());
        let locked = under.opening(self.number());
        app.spread(event, locked.nested(), extension).await
    }
}

/// A scope in which a transaction may be opened: that of a message, or that under a lock.
#[diagnostic::on_unimplemented(
    message = "CATGA008: a transaction cannot be opened inside of another",
    label = "no way from this scope into its own",
    note = "a transaction stands once in a chain, in the pipeline of a mediator or of its field, and a lock before it"
)]
pub trait Outer: Dispatched {
    /// What the transaction stands under.
    type Hold: Hold;

    /// What the transaction stands under.
    fn hold(&self) -> Self::Hold;
}

#[diagnostic::do_not_recommend]
impl<A: Mediator> Outer for Inside<'_, A> {
    type Hold = ();

    fn hold(&self) {}
}

#[diagnostic::do_not_recommend]
impl<A: Mediator> Outer for Locked<'_, A> {
    type Hold = Held;

    fn hold(&self) -> Held {
        self.held().clone()
    }
}
