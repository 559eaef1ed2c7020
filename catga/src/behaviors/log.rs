use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;
use tracing::Level;
use tracing::level_filters::LevelFilter;

use crate::error::{Class, Classify, Error};
use crate::message::{Message, MessageInfo, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// One event of `tracing` for every message that failed, and one for those that succeeded where it is asked
/// to.
///
/// A failure's level goes by its class: `ERROR` for `Unknown`, as something may be half done, `WARN` for
/// `Transient` and `Permanent`, `INFO` for `Conflict`. Its fields are `message.name`, `message.kind`,
/// `message.id`, `message.correlation`, `error.code`, `error.class` and `error`, its text. Each handler of
/// an event is logged by itself, and a stream once, at its end.
///
/// What nobody listens to costs a load and a compare: no id is made and no text is written. A call that is
/// dropped is not logged, and neither is a panic, unless a `CatchPanic` stands inside.
///
/// ```
/// use catga::prelude::*;
/// use tracing::Level;
///
/// #[command]
/// struct Ping;
///
/// struct Pings;
///
/// #[handler]
/// impl Pings {
///     fn ping(&self, _command: Ping) {}
/// }
///
/// #[mediator]
/// #[pipeline(Trace, Log::failures().level(Class::Conflict, Level::DEBUG), queries: Log::everything())]
/// struct App { pings: Pings }
/// # let _ = App { pings: Pings };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    successes: bool,
    transient: Level,
    permanent: Level,
    conflict: Level,
    unknown: Level,
}

impl Log {
    /// What failed, each class at its level.
    pub const fn failures() -> Self {
        Self {
            successes: false,
            transient: Level::WARN,
            permanent: Level::WARN,
            conflict: Level::INFO,
            unknown: Level::ERROR,
        }
    }

    /// The same, and what succeeded, at level `DEBUG`.
    pub const fn everything() -> Self {
        Self { successes: true, ..Self::failures() }
    }

    /// Logs failures of a class at another level.
    #[must_use]
    pub const fn level(mut self, class: Class, level: Level) -> Self {
        match class {
            Class::Transient => self.transient = level,
            Class::Permanent => self.permanent = level,
            Class::Conflict => self.conflict = level,
            Class::Unknown => self.unknown = level,
        }
        self
    }

    const fn level_of(&self, class: Class) -> Level {
        match class {
            Class::Transient => self.transient,
            Class::Permanent => self.permanent,
            Class::Conflict => self.conflict,
            Class::Unknown => self.unknown,
        }
    }
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Log {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        let root = cx.root();
        Logged::<_, M, S> { run: next.run(input, cx), log: self, root, message: PhantomData }
    }
}

pin_project! {
    struct Logged<'l, F, M, S: Dispatched> {
        #[pin]
        run: F,
        log: &'l Log,
        root: S::Root,
        message: PhantomData<fn() -> M>,
    }
}

impl<F: Future<Output = Outcome<M>>, M: Message, S: Dispatched> Future for Logged<'_, F, M, S> {
    type Output = Outcome<M>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let poll = this.run.poll(cx);
        match &poll {
            Poll::Ready(Err(error)) => {
                let level = this.log.level_of(error.class());
                if LevelFilter::current() >= level {
                    failed(level, &M::INFO, &Context::new(*this.root), error);
                }
            }
            Poll::Ready(Ok(_)) if this.log.successes && LevelFilter::current() >= LevelFilter::DEBUG => {
                succeeded(&M::INFO, &Context::new(*this.root));
            }
            _ => {}
        }
        poll
    }
}

#[cold]
fn failed<E: Classify, S: Dispatched>(level: Level, message: &MessageInfo, cx: &Context<S>, error: &Error<E>) {
    // The level of an event is its callsite's, so each has its own.
    macro_rules! at {
        ($($level:ident)*) => {
            match level {
                $(Level::$level => tracing::event!(
                    Level::$level,
                    message.name = message.name,
                    message.kind = message.kind,
                    message.id = cx.message_id().get(),
                    message.correlation = cx.correlation_id().get(),
                    error.code = error.code(),
                    error.class = ?error.class(),
                    %error,
                    "message failed"
                ),)*
            }
        };
    }
    at!(ERROR WARN INFO DEBUG TRACE);
}

#[cold]
fn succeeded<S: Dispatched>(message: &MessageInfo, cx: &Context<S>) {
    tracing::debug!(
        message.name = message.name,
        message.kind = message.kind,
        message.id = cx.message_id().get(),
        message.correlation = cx.correlation_id().get(),
        "message succeeded"
    );
}
