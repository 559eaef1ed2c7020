use super::Qos;

/// What a message is for, as a type.
pub trait Kind: sealed::Kind + Send + Sync + 'static {
    /// `command`, `query`, `event` or `stream`.
    const NAME: &'static str;
    /// Its place among them, from 0.
    #[doc(hidden)]
    const NUMBER: u8;
    /// How handlers take it.
    #[doc(hidden)]
    const TAKEN: Taken;
    /// What a message of this kind asks of its way, where it says nothing itself: an event is delivered at
    /// least once, and of a request the answer tells.
    const QOS: Qos;
}

/// How a handler takes its message.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub enum Taken {
    /// By value: a command or a query.
    Value,
    /// By reference: an event.
    Reference,
    /// By value, and it returns a stream.
    Rows,
}

/// The kinds whose one handler answers: commands and queries.
pub trait Replies: Kind {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $number:literal $name:literal, $way:ident, $qos:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $kind;

        impl Kind for $kind {
            const NAME: &'static str = $name;
            const NUMBER: u8 = $number;
            const TAKEN: Taken = Taken::$way;
            const QOS: Qos = Qos::$qos;
        }

        impl sealed::Kind for $kind {}
    )*};
}

kinds! {
    /// Changes something; has one handler and an answer.
    Command = 0 "command", Value, AtMostOnce;
    /// Reads something; has one handler and an answer.
    Query = 1 "query", Value, AtMostOnce;
    /// Has happened; has any number of handlers and no answer.
    Event = 2 "event", Reference, AtLeastOnce;
    /// Reads rows, one after the other; has one handler.
    Stream = 3 "stream", Rows, AtMostOnce;
}

impl Replies for Command {}
impl Replies for Query {}

mod sealed {
    pub trait Kind {}
}
