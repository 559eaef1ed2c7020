use super::Message;

/// What goes through a pipeline for the message `M`: the message itself, a reference to it, or a ticket.
pub trait Travels<M>: Send + Sized {
    /// The message.
    fn message(&self) -> &M;

    /// The message as what travels, where it travels by value.
    #[doc(hidden)]
    #[inline]
    fn of(message: M) -> Option<Self> {
        let _ = message;
        None
    }

    /// What `then` makes of that, and else `other`: out of an option, the message would be copied.
    #[doc(hidden)]
    #[inline]
    fn hand_to<T>(message: M, then: impl FnOnce(Self) -> T, other: impl FnOnce() -> T) -> T {
        Self::of(message).map_or_else(other, then)
    }
}

/// Commands and queries.
impl<M: Message> Travels<M> for M {
    #[inline]
    fn message(&self) -> &M {
        self
    }

    #[inline]
    fn of(message: M) -> Option<M> {
        Some(message)
    }

    #[inline]
    fn hand_to<T>(message: M, then: impl FnOnce(M) -> T, _: impl FnOnce() -> T) -> T {
        then(message)
    }
}

/// Events.
impl<M: Message> Travels<M> for &M {
    #[inline]
    fn message(&self) -> &M {
        self
    }
}
