use super::{Called, Kind, MessageInfo, OnWire, Qos, Travels};
use crate::error::{Checks, Classify, Error};

/// A command, a query, an event or a stream query, with its contract.
///
/// Implemented by `#[command]`, `#[query]` and `#[event]`.
#[diagnostic::on_unimplemented(
    message = "CATGA002: `{Self}` is no message",
    label = "not a command, a query or an event",
    note = "add `#[command]`, `#[query]` or `#[event]` to `{Self}`; a method of a `#[handler]` impl that handles nothing says `#[handler(skip)]` or moves to another impl"
)]
pub trait Message: Send + Sync + Sized + 'static {
    /// The ident as a type: [`Key`](super::Key).
    type Key: Called;
    /// Command, query, event or stream.
    type Kind: Kind;
    /// What travels through the pipeline: the message itself, `&Self` for an event, a ticket for a
    /// stream query.
    type In<'a>: Travels<Self>;
    /// What the handler answers.
    type Reply: Send;
    /// What the handler fails with.
    type Error: Classify;
    /// What it says of its way out of the process: [`Wire`](super::Wire).
    type Wire: OnWire;

    /// Name, version, kind and place of declaration.
    const INFO: MessageInfo;
    /// Whether running it twice does no more than running it once: queries, and what says
    /// `idempotent`.
    const REPEATABLE: bool = false;
    /// Whether it says `critical`: a mediator in which a repeat of it could do more than the first does not
    /// compile.
    const CRITICAL: bool = false;
    /// Whether it checks itself; see [`Valid`](crate::error::Valid).
    const VALIDATED: bool = false;
    /// Name and version as a number, by which a mediator finds two messages that are one on the wire, 0 for
    /// the ident in version 1; its kind, whether it may run twice, and whether it is critical.
    #[doc(hidden)]
    const WIRE: u64 = super::ridden::<Self>();
    /// How long its answer may take, in milliseconds, as `within(..)` says; 0 where nothing is said. A
    /// longer `Timeout` in a pipeline does not compile.
    const WITHIN_MS: u64 = 0;
    /// How often its handler runs for one that was sent, as its way out of the process has to honour.
    const QOS: Qos = <Self::Kind as Kind>::QOS;
    /// The endpoint that it is sent to; where nothing is said, the contract's.
    const ENDPOINT: Option<&'static str> = None;
    /// In which way its handlers run, if it is an event.
    const FAN_OUT: FanOut = FanOut::Concurrent;

    /// The message, whatever travels.
    #[inline]
    fn view<'a>(input: &'a Self::In<'_>) -> &'a Self {
        input.message()
    }

    /// The message as what travels, where it travels by value.
    #[doc(hidden)]
    #[inline]
    fn own(self) -> Option<Self::In<'static>> {
        Self::In::of(self)
    }

    /// Lists what is not valid of it, where the contract says `validate`.
    fn inspect(&self, checks: &mut Checks) {
        let _ = checks;
    }

    /// The span that `Trace` opens around it.
    #[cfg(feature = "tracing")]
    fn span(&self, ids: super::TraceIds) -> tracing::Span {
        tracing::info_span!(
            "message",
            otel.name = Self::INFO.name,
            message.kind = Self::INFO.kind,
            message.id = ids.message.get(),
            message.correlation = ids.correlation.get(),
            message.causation = ids.causation.get(),
            error.code = tracing::field::Empty,
        )
    }
}

/// A stream query.
#[diagnostic::on_unimplemented(
    message = "CATGA095: `{Self}` is no stream query",
    label = "its kind is another",
    note = "mark stream queries alone `#[stream]`, and stream them alone; a command or a query is sent, an event published"
)]
pub trait Rows: Message<Reply = ()> {
    /// One row of the answer.
    type Row: Send + 'static;
}

/// What travels through the pipeline of `M`; a behavior for one message alone is written with it.
pub type In<'a, M> = <M as Message>::In<'a>;

/// What a send answers.
pub type Outcome<M> = Result<<M as Message>::Reply, Error<<M as Message>::Error>>;

/// One item of a stream's answer. An error is the last item.
pub type RowOf<Q> = Result<<Q as Rows>::Row, Error<<Q as Message>::Error>>;

/// In which way the handlers of an event run: `#[event(fan_out = sequential)]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum FanOut {
    /// All at once, each to its end; the default.
    #[default]
    Concurrent,
    /// One after the other, in the order of the mediator's fields, each to its end.
    Sequential,
    /// One after the other, until one fails; the rest do not run.
    StopAtFirst,
}
