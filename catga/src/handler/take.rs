//! In which way a handler's method takes its message.

use crate::message::Message;

/// Messages that are taken by value: commands and queries.
#[diagnostic::on_unimplemented(
    message = "CATGA009: `{Self}` is not taken by value here",
    label = "a handler takes commands and queries by value",
    note = "a handler of an event takes `&{Self}`; a handler of a stream query returns `impl Stream`"
)]
pub trait ByValue: Message {
    /// The message.
    fn take(input: Self::In<'_>) -> Self;
}

#[diagnostic::do_not_recommend]
impl<M: for<'a> Message<In<'a> = M>> ByValue for M {
    #[inline]
    fn take(input: M) -> M {
        input
    }
}

/// Messages that are taken by reference: events.
#[diagnostic::on_unimplemented(
    message = "CATGA009: `{Self}` is not taken by reference here",
    label = "a handler takes events by reference",
    note = "a handler of a command or a query takes `{Self}`"
)]
pub trait ByReference: Message {
    /// The message.
    fn take<'a>(input: Self::In<'a>) -> &'a Self;
}

#[diagnostic::do_not_recommend]
impl<M: for<'a> Message<In<'a> = &'a M>> ByReference for M {
    #[inline]
    fn take<'a>(input: M::In<'a>) -> &'a M {
        input
    }
}
