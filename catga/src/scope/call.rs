use core::time::Duration;

use super::Limit;
#[cfg(feature = "wire")]
use crate::envelope::Envelope;
#[cfg(all(feature = "wire", feature = "store"))]
use crate::envelope::WireKey;
use crate::envelope::{Headers, TraceContext};
use crate::id::Id;
#[cfg(all(feature = "wire", feature = "store"))]
use crate::message::Message;
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
    pub(crate) cancel: Option<&'a Cancel>,
    said: Saying<'a>,
    /// Who of the event's handlers has done it already.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) roll: Option<&'a super::Roll<'a>>,
}

/// What was said, where it was said: little of it is ever read.
#[derive(Clone, Copy, Debug)]
enum Saying<'a> {
    Here(Words<'a>),
    #[cfg(feature = "wire")]
    Arrived(&'a Envelope<'a>),
}

#[derive(Clone, Copy, Debug)]
struct Words<'a> {
    /// Its own; none where it is to be made.
    id: Id,
    correlation: Id,
    causation: Id,
    attempt: u32,
    limit: Limit,
    trace: Option<TraceContext>,
    headers: Headers<'a>,
    /// Of which message it is said, where that is known.
    #[cfg(all(feature = "wire", feature = "store"))]
    key: WireKey,
}

macro_rules! said {
    ($($name:ident: $type:ty, $envelope:ident => $arrived:expr;)*) => {$(
        #[inline]
        pub(super) const fn $name(&self) -> $type {
            match self.said {
                Saying::Here(words) => words.$name,
                #[cfg(feature = "wire")]
                Saying::Arrived($envelope) => $arrived,
            }
        }
    )*};
}

impl<'a> Origin<'a> {
    said! {
        id: Id, envelope => envelope.id;
        correlation: Id, envelope => envelope.correlation;
        causation: Id, envelope => envelope.causation;
        attempt: u32, envelope => envelope.attempt;
        limit: Limit, envelope => Limit::of(envelope.budget);
        trace: Option<TraceContext>, envelope => envelope.trace;
        headers: Headers<'a>, envelope => envelope.headers;
    }

    /// Of which message it is said.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(super) const fn key(&self) -> WireKey {
        match self.said {
            Saying::Here(words) => words.key,
            Saying::Arrived(envelope) => envelope.key,
        }
    }

    const fn of(cancel: Option<&'a Cancel>, said: Saying<'a>) -> Self {
        Self {
            cancel,
            said,
            #[cfg(all(feature = "wire", feature = "store"))]
            roll: None,
        }
    }

    /// What an envelope says.
    #[cfg(feature = "wire")]
    #[inline]
    pub(crate) const fn of_arrived(envelope: &'a Envelope<'a>) -> Self {
        Self::of(None, Saying::Arrived(envelope))
    }

    /// As what it arrived, if it did.
    #[cfg(feature = "wire")]
    pub(super) const fn arrived(&self) -> Option<&'a Envelope<'a>> {
        match self.said {
            Saying::Here(_) => None,
            Saying::Arrived(envelope) => Some(envelope),
        }
    }

    const fn words(&self) -> Words<'a> {
        Words {
            id: self.id(),
            correlation: self.correlation(),
            causation: self.causation(),
            attempt: self.attempt(),
            limit: self.limit(),
            trace: self.trace(),
            headers: self.headers(),
            #[cfg(all(feature = "wire", feature = "store"))]
            key: self.key(),
        }
    }

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
    /// That it is said of this message.
    #[cfg(all(feature = "wire", feature = "store"))]
    #[inline]
    #[must_use]
    pub(crate) const fn of<M: Message>(mut self) -> Self {
        if let Saying::Here(words) = &mut self.origin.said {
            words.key = const { WireKey::of(M::INFO.name) };
        }
        self
    }

    /// Nothing but the message.
    #[inline]
    pub const fn new() -> Self {
        let words = Words {
            id: Id::NIL,
            correlation: Id::NIL,
            causation: Id::NIL,
            attempt: 1,
            limit: Limit::NONE,
            trace: None,
            headers: Headers::NONE,
            #[cfg(all(feature = "wire", feature = "store"))]
            key: WireKey::NONE,
        };
        Self { origin: Origin::of(None, Saying::Here(words)), extension: None }
    }

    /// Its own id; made when it is first read unless set.
    #[must_use]
    pub const fn id(mut self, id: Id) -> Self {
        self.origin.said = Saying::Here(Words { id, ..self.origin.words() });
        self
    }

    /// How long its answer may take: the deadline that behaviors and handlers see, which travels to other
    /// processes too. It begins when it is first read, and what ends the message is a `Timeout` around it.
    #[must_use]
    pub const fn budget(mut self, budget: Duration) -> Self {
        self.origin.said = Saying::Here(Words { limit: Limit::span(budget), ..self.origin.words() });
        self
    }

    /// Where it stands in a distributed trace; what it sets off does so too, also in other processes.
    #[must_use]
    pub const fn trace(mut self, trace: TraceContext) -> Self {
        self.origin.said = Saying::Here(Words { trace: Some(trace), ..self.origin.words() });
        self
    }

    /// Headers of the caller's own; what it sets off has them too, also in other processes.
    #[must_use]
    pub const fn headers(mut self, headers: Headers<'a>) -> Self {
        self.origin.said = Saying::Here(Words { headers, ..self.origin.words() });
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
        self.origin.said = Saying::Here(Words { correlation: id, ..self.origin.words() });
        self
    }

    /// The message that it follows from; none unless set.
    #[must_use]
    pub const fn causation(mut self, id: Id) -> Self {
        self.origin.said = Saying::Here(Words { causation: id, ..self.origin.words() });
        self
    }

    /// Which attempt it is where it is delivered again and again until it is done; the first, 1, unless set.
    #[must_use]
    pub const fn attempt(mut self, attempt: u32) -> Self {
        self.origin.said = Saying::Here(Words { attempt, ..self.origin.words() });
        self
    }

    /// The mediator's extension: what handlers read through `Extended`.
    #[must_use]
    pub const fn extension(mut self, extension: &'a X) -> Self {
        self.extension = Some(extension);
        self
    }
}
