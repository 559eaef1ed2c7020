//! Behaviors that leave a mark or let nothing pass. The marks are the thread's, so that a behavior that
//! is a constant can leave one: a test with them runs on one thread.

use std::cell::RefCell;

use catga::prelude::*;

thread_local! {
    static MARKS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Leaves a mark.
pub fn mark(what: impl Into<String>) {
    MARKS.with_borrow_mut(|marks| marks.push(what.into()));
}

/// Takes the marks that this thread has left.
pub fn marks() -> Vec<String> {
    MARKS.take()
}

/// Marks the way in with its name, and the way out with its name after a slash.
#[derive(Debug)]
pub struct Mark(pub &'static str);

impl<M: Message, S: Dispatched> Behavior<M, S> for Mark {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        mark(self.0);
        let outcome = next.run(input, cx).await;
        mark(format!("/{}", self.0));
        outcome
    }
}

/// Lets nothing pass.
#[derive(Debug)]
pub struct Deny;

impl Deny {
    /// What it refuses with.
    pub const CODE: &'static str = "test.denied";
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Deny {
    async fn around<N: Next<M, S>>(&self, _: M::In<'_>, _: &mut Context<S>, _: N) -> Outcome<M> {
        Err(Error::Refused(Failure::new(Self::CODE, Class::Permanent)))
    }
}
