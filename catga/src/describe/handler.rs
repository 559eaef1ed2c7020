use core::fmt;

use super::Pipeline;
use crate::message::MessageInfo;

/// A handler of a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerInfo {
    /// What it handles.
    pub message: MessageInfo,
    /// The message's generic arguments as the handler writes them: `<u8>`, or nothing.
    pub arguments: &'static str,
    /// Whether a parameter of its impl is among them: what that is, the field's type says.
    pub is_generic: bool,
    /// `Type::method`
    pub name: &'static str,
    /// The line of its method.
    pub line: u32,
    /// The method's own pipeline.
    pub pipeline: Pipeline,
    /// What its context lets it do.
    pub may: &'static [Capability],
}

impl HandlerInfo {
    #[doc(hidden)]
    pub const fn new(message: MessageInfo, name: &'static str, line: u32) -> Self {
        Self { message, arguments: "", is_generic: false, name, line, pipeline: Pipeline::EMPTY, may: &[] }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn arguments(self, arguments: &'static str, is_generic: bool) -> Self {
        Self { arguments, is_generic, ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn pipeline(self, pipeline: Pipeline) -> Self {
        Self { pipeline, ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn may(self, may: &'static [Capability]) -> Self {
        Self { may, ..self }
    }

    pub(super) fn is_event(&self) -> bool {
        self.message.kind == "event"
    }

    pub(super) fn same_message(&self, other: &Self) -> bool {
        self.message == other.message && self.arguments == other.arguments
    }

    pub(super) const fn title(&self) -> Title {
        Title { message: self.message, arguments: self.arguments }
    }
}

/// What a handler may do, as a bound on its context says it: `Sends<ChargeCard>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Capability {
    /// `sends`, `publishes`, `streams` or `enqueues`.
    pub verb: &'static str,
    /// The ident of the message.
    pub message: &'static str,
    /// The message's generic arguments as the bound writes them.
    pub arguments: &'static str,
}

impl Capability {
    #[doc(hidden)]
    pub const fn new(verb: &'static str, message: &'static str, arguments: &'static str) -> Self {
        Self { verb, message, arguments }
    }

    /// Whether it may be this handler that is reached, as far as can be read.
    pub(super) fn reaches(&self, handler: &HandlerInfo) -> Option<Match> {
        let fits = match handler.message.kind {
            "event" => self.verb == "publishes",
            "stream" => self.verb == "streams",
            _ => self.verb == "sends" || self.verb == "enqueues",
        };
        (fits && handler.message.ident == self.message).then(|| match handler.is_generic {
            _ if handler.arguments == self.arguments => Match::Exact,
            true => Match::Generic,
            false => Match::Ident,
        })
    }
}

/// How well a handler's message is the one of a capability.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// By its ident.
    #[default]
    Ident,
    /// What a parameter may make of it.
    Generic,
    /// As it is written.
    Exact,
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.message, self.arguments)
    }
}

/// A message as people read it: `PlaceOrder`, `Save<u8>`.
#[derive(Clone, Copy)]
pub(super) struct Title {
    pub(super) message: MessageInfo,
    pub(super) arguments: &'static str,
}

impl fmt::Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.message.ident, self.arguments)
    }
}
