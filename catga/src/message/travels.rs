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
}

/// Events.
impl<M: Message> Travels<M> for &M {
    #[inline]
    fn message(&self) -> &M {
        self
    }
}
