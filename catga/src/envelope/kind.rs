use crate::message;

/// What an envelope carries: a message, or a part of an answer to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u8)]
pub enum Kind {
    /// A command.
    Command = 1,
    /// A query.
    Query = 2,
    /// An event.
    Event = 3,
    /// A stream query.
    Stream = 4,
    /// The answer of a command or a query.
    Reply = 8,
    /// Why there is no answer, or no more rows.
    Failure = 9,
    /// One row of a stream's answer.
    Item = 10,
    /// After the last row.
    End = 11,
    /// How many more rows the asking side has room for.
    Credit = 12,
    /// Nobody waits for the answer any more.
    Cancel = 13,
}

impl Kind {
    /// The kind of messages of kind `K`.
    pub const fn of<K: message::Kind>() -> Self {
        // The trait is sealed: there is no fifth.
        match K::NAME.as_bytes() {
            b"command" => Self::Command,
            b"query" => Self::Query,
            b"event" => Self::Event,
            _ => Self::Stream,
        }
    }

    /// Whether it is a message, and not a part of an answer.
    pub const fn is_message(self) -> bool {
        (self as u8) < Self::Reply as u8
    }

    pub(super) const fn of_number(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::Command,
            2 => Self::Query,
            3 => Self::Event,
            4 => Self::Stream,
            8 => Self::Reply,
            9 => Self::Failure,
            10 => Self::Item,
            11 => Self::End,
            12 => Self::Credit,
            13 => Self::Cancel,
            _ => return None,
        })
    }
}
