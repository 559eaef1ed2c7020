use crate::id::Id;
use crate::time::Cancel;

/// What a caller sends along with a message, for `send_with` and its like.
///
/// ```
/// # use catga::scope::Call;
/// # use catga::time::Cancel;
/// # use catga::id::Id;
/// let cancel = Cancel::new();
/// let call = Call::<()>::new().cancel(&cancel).correlation(Id::new(42));
/// ```
#[derive(Debug)]
pub struct Call<'a, X = ()> {
    pub(crate) origin: Origin<'a>,
    pub(crate) extension: Option<&'a X>,
}

/// The part of a call that everything it sets off shares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin<'a> {
    pub(super) cancel: Option<&'a Cancel>,
    pub(super) correlation: Id,
    pub(super) causation: Id,
}

// By hand: a derive would ask it of `X`, which is only borrowed.
impl<X> Clone for Call<'_, X> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X> Copy for Call<'_, X> {}

impl<X> Default for Call<'_, X> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'a, X> Call<'a, X> {
    /// Nothing but the message.
    #[inline]
    pub const fn new() -> Self {
        Self { origin: Origin { cancel: None, correlation: Id::NIL, causation: Id::NIL }, extension: None }
    }

    /// Who may cancel it.
    #[must_use]
    pub const fn cancel(mut self, cancel: &'a Cancel) -> Self {
        self.origin.cancel = Some(cancel);
        self
    }

    /// The conversation that it belongs to; its own id unless set.
    #[must_use]
    pub const fn correlation(mut self, id: Id) -> Self {
        self.origin.correlation = id;
        self
    }

    /// The message that it follows from; none unless set.
    #[must_use]
    pub const fn causation(mut self, id: Id) -> Self {
        self.origin.causation = id;
        self
    }

    /// The mediator's extension: what handlers read through `Extended`.
    #[must_use]
    pub const fn extension(mut self, extension: &'a X) -> Self {
        self.extension = Some(extension);
        self
    }
}
