//! What delivery and stores ask of a message: what is open around it, and how it came.

use portable_atomic::{AtomicU64, Ordering};

use super::frame::{APART, Above, CHILD, Frame, OPEN, SHARED, Sent, is_parents};
use crate::envelope::{Envelope, WireKey};
use crate::scope::{Call, Origin, Roll};
use crate::time::Cancel;

/// A message of which another than its caller may cancel what it sets off.
#[derive(Debug)]
pub(crate) struct Under<'a> {
    pub(super) message: &'a Frame<'a>,
    pub(super) origin: Origin<'a>,
}

impl<'a> Under<'a> {
    /// The same message inside of something that has this number.
    pub(crate) const fn opening(&'a self, number: u64) -> Frame<'a> {
        let (id, deadline) = (AtomicU64::new(OPEN), AtomicU64::new(number));
        Frame { above: Above::Under(Sent::new(0), self), id, deadline }
    }
}

impl<'a> Frame<'a> {
    /// The same message inside of something that has this number, such as a store's transaction.
    pub(crate) const fn opening(&'a self, number: u64) -> Self {
        Self { deadline: AtomicU64::new(number), ..self.around(OPEN) }
    }

    /// Whether the message was sent apart from what has this number and is open around it, as the nearest of that.
    pub(crate) fn is_apart(&self, number: u64) -> bool {
        let mut next = Some(self);
        while let Some(frame) = next {
            if frame.sent().load(Ordering::Relaxed) & APART != 0 {
                return true;
            }
            if frame.id.load(Ordering::Relaxed) == OPEN && frame.deadline.load(Ordering::Relaxed) == number {
                return false;
            }
            next = frame.parent();
        }
        false
    }

    /// The same message, with another who may cancel what it sets off.
    pub(crate) fn cancelled_by<'c>(&'c self, cancel: &'c Cancel) -> Under<'c> {
        let origin = self.origin().copied().unwrap_or(Call::<()>::new().origin).cancelled_by(cancel);
        Under { message: self, origin }
    }

    /// Whether what has this number is open around this message, or around one whose handler sent it.
    pub(crate) fn is_inside(&self, number: u64) -> bool {
        let mut next = Some(self);
        while let Some(frame) = next {
            if frame.id.load(Ordering::Relaxed) == OPEN && frame.deadline.load(Ordering::Relaxed) == number {
                return true;
            }
            next = frame.parent();
        }
        false
    }

    /// Of an event that was delivered: who of its handlers has done it already.
    #[inline]
    pub(crate) fn roll(&self) -> Option<&'a Roll<'a>> {
        match self.above {
            Above::Caller(_, origin) => origin.roll,
            _ => None,
        }
    }

    /// The same, of the frame of one of its handlers.
    #[inline]
    pub(crate) fn shared_roll(&self) -> Option<&'a Roll<'a>> {
        let is_shared = (SHARED..CHILD).contains(&self.id.load(Ordering::Relaxed));
        self.parent().filter(|_| is_shared)?.roll()
    }

    /// Whether it is or follows from one that a relay delivers.
    pub(crate) fn is_drain(&self) -> bool {
        self.outermost().roll().is_some_and(Roll::is_relayed)
    }

    /// The message from outside that this one is or follows from.
    pub(crate) fn outermost(&self) -> &Frame<'_> {
        let mut frame = self;
        while let Some(parent) = frame.parent() {
            frame = parent;
        }
        frame
    }

    /// Which message from outside it is, as far as who sent it has said; and it, not what it follows from.
    pub(crate) fn key(&self) -> WireKey {
        self.origin().map_or(WireKey::NONE, Origin::key)
    }

    /// Whether it follows from no other message.
    pub(crate) fn is_cause(&self) -> bool {
        self.parent().is_none() && self.origin().is_none_or(|origin| origin.causation().is_nil())
    }

    /// As what it arrived, if it did: it, and not what it follows from.
    pub(crate) fn arrived(&self) -> Option<&'a Envelope<'a>> {
        self.outside().and_then(Origin::arrived)
    }

    /// A relay or an inbox delivers it: it, and not what it follows from.
    pub(crate) fn delivered(&self) -> Option<&'a Roll<'a>> {
        self.outside().and_then(|origin| origin.roll)
    }

    /// What was said of it by who sent it from outside.
    fn outside(&self) -> Option<&'a Origin<'a>> {
        let mut frame = self;
        while let Some(parent) = frame.parent() {
            if !is_parents(frame.id.load(Ordering::Relaxed)) {
                return None;
            }
            frame = parent;
        }
        frame.origin()
    }
}
