use core::time::Duration;

use super::Limit;
use crate::envelope::{Headers, TraceContext};
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
    /// Its own; none where it is to be made.
    pub(super) id: Id,
    pub(super) correlation: Id,
    pub(super) causation: Id,
    pub(super) attempt: u32,
    pub(super) limit: Limit,
    pub(super) trace: Option<TraceContext>,
    pub(super) headers: Headers<'a>,
    /// Who of the event's handlers has done it already.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(super) roll: Option<&'a super::Roll<'a>>,
}

impl<'a> Origin<'a> {
    /// With another who may cancel it.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(super) const fn cancelled_by(self, cancel: &'a Cancel) -> Self {
        Self { cancel: Some(cancel), ..self }
    }
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
        let origin = Origin {
            cancel: None,
            id: Id::NIL,
            correlation: Id::NIL,
            causation: Id::NIL,
            attempt: 1,
            limit: Limit::NONE,
            trace: None,
            headers: Headers::NONE,
            #[cfg(all(feature = "wire", feature = "store"))]
            roll: None,
        };
        Self { origin, extension: None }
    }

    /// Its own id; made when it is first read unless set.
    #[must_use]
    pub const fn id(mut self, id: Id) -> Self {
        self.origin.id = id;
        self
    }

    /// How long its answer may take: the deadline that behaviors and handlers see, which travels to other
    /// processes too. It begins when it is first read, and what ends the message is a `Timeout` around it.
    #[must_use]
    pub const fn budget(mut self, budget: Duration) -> Self {
        self.origin.limit = Limit::span(budget);
        self
    }

    /// Where it stands in a distributed trace; what it sets off does so too, also in other processes.
    #[must_use]
    pub const fn trace(mut self, trace: TraceContext) -> Self {
        self.origin.trace = Some(trace);
        self
    }

    /// Headers of the caller's own; what it sets off has them too, also in other processes.
    #[must_use]
    pub const fn headers(mut self, headers: Headers<'a>) -> Self {
        self.origin.headers = headers;
        self
    }

    /// Who of the event's handlers has done it already.
    #[cfg(all(feature = "wire", feature = "store"))]
    #[must_use]
    pub(crate) const fn roll(mut self, roll: &'a super::Roll<'a>) -> Self {
        self.origin.roll = Some(roll);
        self
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

    /// Which attempt it is where it is delivered again and again until it is done; the first, 1, unless set.
    #[must_use]
    pub const fn attempt(mut self, attempt: u32) -> Self {
        self.origin.attempt = attempt;
        self
    }

    /// The mediator's extension: what handlers read through `Extended`.
    #[must_use]
    pub const fn extension(mut self, extension: &'a X) -> Self {
        self.extension = Some(extension);
        self
    }
}
