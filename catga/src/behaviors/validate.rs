use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;

use crate::error::{Checks, Error, Violations};
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// Refuses a message that is not valid with [`Error::Invalid`], which lists every violation.
///
/// It acts where a contract says `#[command(validate)]`, and lets the rest pass; see
/// [`Valid`](crate::error::Valid). Nothing is allocated for a valid message.
///
/// It checks in one go, before the rest of the chain is begun: a call that is dropped is a call of the rest of the chain
/// that is dropped.
#[derive(Clone, Copy, Debug, Default)]
pub struct Validate;

impl<M: Message, S: Dispatched> Behavior<M, S> for Validate {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        if M::VALIDATED
            && let Err(violations) = check(M::view(&input))
        {
            return Checked::Refused { violations };
        }
        Checked::Passed { run: next.run(input, cx) }
    }
}

fn check(message: &impl Message) -> Result<(), Violations> {
    let mut checks = Checks::default();
    message.inspect(&mut checks);
    checks.finish()
}

pin_project! {
    #[project = CheckedProjection]
    enum Checked<F> {
        Passed {
            #[pin]
            run: F,
        },
        Refused { violations: Violations },
    }
}

impl<T, E, F: Future<Output = Result<T, Error<E>>>> Future for Checked<F> {
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            CheckedProjection::Passed { run } => run.poll(cx),
            CheckedProjection::Refused { violations } => Poll::Ready(Err(Error::Invalid(core::mem::take(violations)))),
        }
    }
}
