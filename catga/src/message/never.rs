//! Messages that nobody sends and every mediator handles. A capability asks for one of them besides
//! its own message: with two candidates the compiler never guesses which message is meant, so that a
//! miss is reported as one, and not as a type mismatch.

use core::convert::Infallible;

use super::{ByDefault, Command, Event, First, Key, Message, MessageInfo, Rows, Stream, Unkeyed, Unsent, Wire, hash};
use crate::error::Failure;

macro_rules! never {
    ($name:ident, $kind:ident, $text:literal, $in:ty, $error:ty) => {
        #[doc(hidden)]
        #[derive(Debug)]
        pub struct $name(Infallible);

        impl Message for $name {
            type Key = Key<{ hash(concat!("catga::", stringify!($name))) }>;
            type Kind = $kind;
            type In<'a> = $in;
            type Reply = ();
            type Error = $error;
            type Wire = Wire<ByDefault, First, Unkeyed, Unsent>;
            const INFO: MessageInfo = MessageInfo::new(
                (concat!("catga.", stringify!($name)), 1),
                (stringify!($name), $text),
                (module_path!(), file!(), line!()),
            );
        }
    };
}

never!(Never, Command, "command", Self, Infallible);
never!(NeverEvent, Event, "event", &'a Self, Failure);
never!(NeverRows, Stream, "stream", Self, Infallible);

impl Rows for NeverRows {
    type Row = ();
}
