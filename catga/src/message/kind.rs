use super::Qos;

/// What a message is for, as a type.
pub trait Kind: sealed::Kind + Send + Sync + 'static {
    /// `command`, `query`, `event` or `stream`.
    const NAME: &'static str;
    /// Whether handlers take it by reference.
    #[doc(hidden)]
    const IS_HEARD: bool;
    /// What a message of this kind asks of its way, where it says nothing itself: an event is delivered at
    /// least once, and of a request the answer tells.
    const QOS: Qos;
}

/// The kinds whose one handler answers: commands and queries.
pub trait Answers: Kind {}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident = $name:literal, $is_heard:literal, $qos:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $kind;

        impl Kind for $kind {
            const NAME: &'static str = $name;
            const IS_HEARD: bool = $is_heard;
            const QOS: Qos = Qos::$qos;
        }

        impl sealed::Kind for $kind {}
    )*};
}

kinds! {
    /// Changes something; has one handler and an answer.
    Command = "command", false, AtMostOnce;
    /// Reads something; has one handler and an answer.
    Query = "query", false, AtMostOnce;
    /// Has happened; has any number of handlers and no answer.
    Event = "event", true, AtLeastOnce;
    /// Reads rows, one after the other; has one handler.
    Stream = "stream", false, AtMostOnce;
}

impl Answers for Command {}
impl Answers for Query {}

mod sealed {
    pub trait Kind {}
}
