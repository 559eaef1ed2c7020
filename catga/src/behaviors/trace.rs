use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;
use tracing::Span;
use tracing::level_filters::LevelFilter;

use crate::error::{Classify, Error};
use crate::message::{Message, Outcome, TraceIds};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// Runs the rest of the chain in a span of `tracing`, at level `INFO`.
///
/// Around a stream the span lasts from its first poll to its last row; what runs in the rows
/// themselves passes beside the chain, and so outside of it.
///
/// The span is named `message`; its fields are `otel.name`, `message.kind`, `message.id`,
/// `message.correlation`, `message.causation`, `error.code` once it failed, and those that the contract
/// names: `#[command(trace(customer, %total, ?lines))]`, with the sigils of `tracing`. While nobody
/// listens at that level it costs a load and a compare: no id is made and no field is read.
///
/// A call that is dropped closes its span, without a code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trace;

impl<M: Message, S: Dispatched> Behavior<M, S> for Trace {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        let span = if LevelFilter::current() >= LevelFilter::INFO { open(M::view(&input), cx) } else { Span::none() };
        // What looks before it goes on does so while the chain is built.
        let run = span.in_scope(|| next.run(input, cx));
        Traced { run, span }
    }
}

#[cold]
fn open<M: Message, S: Dispatched>(message: &M, cx: &Context<S>) -> Span {
    message.span(TraceIds { message: cx.message_id(), correlation: cx.correlation_id(), causation: cx.causation_id() })
}

#[cold]
fn record(span: &Span, code: &str) {
    span.record("error.code", code);
}

pin_project! {
    struct Traced<F> {
        #[pin]
        run: F,
        span: Span,
    }
}

impl<T, E: Classify, F: Future<Output = Result<T, Error<E>>>> Future for Traced<F> {
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // The rest of the chain is polled at one place, with or without a span: only then does the compiler
        // put it here.
        let entered = (!this.span.is_none()).then(|| this.span.enter());
        let poll = this.run.poll(cx);
        if let (Some(_), Poll::Ready(Err(error))) = (&entered, &poll) {
            record(this.span, error.code());
        }
        poll
    }
}
