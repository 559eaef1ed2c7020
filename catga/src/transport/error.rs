use core::fmt;

use crate::error::{Class, Classify};

/// Why bytes did not arrive, or no answer came: what was known when it was given up.
///
/// Its class says what a retry may do. `Transient` and `Permanent` errors are those of bytes that were
/// not handed to the other side; `Unknown` those of bytes that were, or may have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportError {
    /// The other side cannot be reached, and nothing was written. `Transient`.
    Unreachable,
    /// Nobody listens or has subscribed there, and nothing was taken. `Transient`: somebody may come.
    NobodyListens,
    /// The other side has no room or is going away, and refused before anybody saw the bytes. `Transient`.
    Refused,
    /// The budget ran out while it waited for room, and nothing was written. `Transient`.
    Expired,
    /// The transport is closed, and nothing was written. `Permanent`: it stays closed.
    Closed,
    /// More bytes than it carries, and nothing was written. `Permanent`.
    TooLarge {
        /// How many there are.
        bytes: usize,
        /// How many it carries.
        limit: usize,
    },
    /// The other side speaks another version, or breaks the rules of this one. `Permanent`.
    Incompatible,
    /// It was written, and the connection was lost before the answer. `Unknown`.
    Lost,
    /// It was written, and no answer came within the budget. `Unknown`.
    TimedOut,
    /// It was taken by somebody who gave up without an answer. `Unknown`.
    Unanswered,
    /// The delivery is no longer this one's to acknowledge or to refuse: its deadline has passed, and it
    /// comes or came again. `Conflict`.
    Stale,
    /// The one who asked has gone, and wants no answer any more. `Permanent`.
    Cancelled,
}

// Who forgot their own would be shown this one.
#[diagnostic::do_not_recommend]
impl Classify for TransportError {
    fn class(&self) -> Class {
        match self {
            Self::Unreachable | Self::NobodyListens | Self::Refused | Self::Expired => Class::Transient,
            Self::Closed | Self::TooLarge { .. } | Self::Incompatible | Self::Cancelled => Class::Permanent,
            Self::Lost | Self::TimedOut | Self::Unanswered => Class::Unknown,
            Self::Stale => Class::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "catga.transport.unreachable",
            Self::NobodyListens => "catga.transport.nobody_listens",
            Self::Refused => "catga.transport.refused",
            Self::Expired => "catga.transport.expired",
            Self::Closed => "catga.transport.closed",
            Self::TooLarge { .. } => "catga.transport.too_large",
            Self::Incompatible => "catga.transport.incompatible",
            Self::Lost => "catga.transport.lost",
            Self::TimedOut => "catga.transport.timed_out",
            Self::Unanswered => "catga.transport.unanswered",
            Self::Stale => "catga.transport.stale",
            Self::Cancelled => "catga.transport.cancelled",
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Unreachable => "the other side cannot be reached, and nothing was sent; start it, or try again later",
            Self::NobodyListens => {
                "nobody listens at the endpoint, and nothing was sent; start who serves it, or try again later"
            }
            Self::Refused => "the other side refused before anybody saw it; try again later",
            Self::Expired => {
                "the time ran out while it waited for room, and nothing was sent; try again later, or give it longer"
            }
            Self::Closed => "the transport is closed, and nothing was sent; open another",
            Self::TooLarge { bytes, limit } => {
                return write!(
                    f,
                    "{bytes} bytes are more than the {limit} that the transport carries; send less, or raise its limit"
                );
            }
            Self::Incompatible => {
                "the other side does not speak this version of the protocol; build both with the same one"
            }
            Self::Lost => {
                "the connection was lost before the answer; it may have been handled, so look whether its effect is there"
            }
            Self::TimedOut => "no answer came in time; it may have been handled, so look whether its effect is there",
            Self::Unanswered => {
                "the other side gave up without an answer; it may have been handled, so look whether its effect is there"
            }
            Self::Stale => "the delivery's deadline has passed, and it belongs to a later attempt; leave it to that",
            Self::Cancelled => "the caller has gone, and wants no answer; drop it",
        };
        f.write_str(text)
    }
}

impl core::error::Error for TransportError {}
