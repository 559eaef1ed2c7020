use crate::envelope::Envelope;

/// What a mediator's handlers read through `Extended`, made of what has arrived: a tenant out of its
/// headers, say. A closure is one, and `()` makes none.
pub trait Extends<X>: Send + Sync {
    /// Makes it of one message.
    fn extend(&self, envelope: &Envelope<'_>) -> Option<X>;
}

impl<X> Extends<X> for () {
    fn extend(&self, _: &Envelope<'_>) -> Option<X> {
        None
    }
}

impl<X, F: Fn(&Envelope<'_>) -> X + Send + Sync> Extends<X> for F {
    fn extend(&self, envelope: &Envelope<'_>) -> Option<X> {
        Some(self(envelope))
    }
}
