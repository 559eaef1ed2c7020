use portable_atomic::{AtomicU32, AtomicU64, Ordering};

#[cfg(all(feature = "wire", feature = "store"))]
use super::delivered::Under;
use crate::scope::{Limit, Origin};
use crate::time::Clock;

/// One message on its way: its ids, its deadline, who cancels it, and the message whose handler sent
/// it. It lives in the send's own future; nothing is shared and nothing allocated.
///
/// Ids and the absolute deadline are made when they are first read, so a send that nobody asks pays
/// for four stores. All accesses are relaxed: a frame is used by the one task that polls its send.
#[derive(Debug)]
pub struct Frame<'a> {
    pub(super) above: Above<'a>,
    /// [`UNREAD`], [`SHARED`] and the like, a number behind [`CHILD`], or the id.
    pub(super) id: AtomicU64,
    pub(super) deadline: AtomicU64,
}

/// What is above a message. Beside it stands how many its handler has sent: in the same word as which of these it is.
#[derive(Debug)]
pub(super) enum Above<'a> {
    /// No caller said anything, so that most sends need not look further: the message whose handler sent it, if any did.
    Unsaid(Sent, Option<&'a Frame<'a>>),
    /// The message whose handler sent it. What the caller said is above that.
    Message(Sent, &'a Frame<'a>),
    /// What the caller said; everything that it sets off shares it.
    Caller(Sent, &'a Origin<'a>),
    #[cfg(all(feature = "wire", feature = "store"))]
    Under(Sent, &'a Under<'a>),
}

pub(super) type Sent = AtomicU32;

/// No id yet.
pub(super) const UNREAD: u64 = 0;
/// One of several handlers of its parent's event: the parent's message is its own. Behind it stands which.
pub(super) const SHARED: u64 = (u64::MAX << 32) - (1 << 32);
/// One that the parent's handler has sent, as the number behind it says, of 31 bits; its id is not read yet.
pub(super) const CHILD: u64 = u64::MAX << 32;
/// The same message in a mediator inside of the parent's, with a clock of its own.
pub(super) const BORDER: u64 = u64::MAX - 1;
/// What is open around a message: the parent's message is its own, and where a limit would be is its number.
pub(super) const OPEN: u64 = u64::MAX - 2;
/// Beside how many messages its handler has sent: it was sent apart from what is open around it.
pub(super) const APART: u32 = 1 << 31;

/// Which of the runs of a handler that run side by side has sent a message, in the number of the message: two bits, as
/// such runs may begin others, once. What counts stays below.
const FORK: u32 = 3 * FIRST_FORK;
const FIRST_FORK: u32 = 1 << 29;

/// Whether the parent's message is its own.
pub(super) const fn is_parents(id: u64) -> bool {
    (id >= SHARED && id < CHILD) || id >= OPEN
}

impl<'a> Frame<'a> {
    const fn new(above: Above<'a>, id: u64) -> Self {
        Self { above, id: AtomicU64::new(id), deadline: AtomicU64::new(0) }
    }

    /// One below this, whose handler has sent so many.
    #[inline]
    const fn below(&'a self, id: u64, sent: u32) -> Self {
        let sent = Sent::new(sent);
        let above = if self.is_unsaid() { Above::Unsaid(sent, Some(self)) } else { Above::Message(sent, self) };
        Self::new(above, id)
    }

    /// The same message, of which this one's handler sends what is sent.
    pub(super) const fn around(&'a self, id: u64) -> Self {
        Self::new(Above::Message(Sent::new(0), self), id)
    }

    /// Whether no caller said anything, and its own handler sends what is sent from it.
    #[inline]
    pub(super) const fn is_unsaid(&self) -> bool {
        matches!(self.above, Above::Unsaid(..))
    }

    #[inline]
    pub(super) const fn parent(&self) -> Option<&'a Frame<'a>> {
        match self.above {
            Above::Unsaid(_, parent) => parent,
            Above::Message(_, parent) => Some(parent),
            #[cfg(all(feature = "wire", feature = "store"))]
            Above::Under(_, under) => Some(under.message),
            Above::Caller(..) => None,
        }
    }

    /// What the caller said, or who has said it anew.
    #[inline]
    pub(super) fn origin(&self) -> Option<&'a Origin<'a>> {
        let mut above = &self.above;
        loop {
            match above {
                Above::Unsaid(..) => return None,
                Above::Message(_, parent) => above = &parent.above,
                Above::Caller(_, origin) => return Some(origin),
                #[cfg(all(feature = "wire", feature = "store"))]
                Above::Under(_, under) => return Some(&under.origin),
            }
        }
    }

    /// A message from outside, of which nothing was said.
    #[inline]
    pub(crate) const fn first() -> Self {
        Self::new(Above::Unsaid(Sent::new(0), None), UNREAD)
    }

    /// A message from outside.
    #[inline]
    pub(crate) const fn of(origin: &'a Origin<'a>) -> Self {
        let Limit(limit) = origin.limit();
        Self {
            above: Above::Caller(Sent::new(0), origin),
            id: AtomicU64::new(origin.id().get()),
            deadline: AtomicU64::new(limit),
        }
    }

    /// A message that has arrived in this envelope, which is what is said of it.
    #[cfg(feature = "wire")]
    #[inline]
    pub(crate) const fn arrived_in(envelope: &crate::envelope::Envelope<'_>, origin: &'a Origin<'a>) -> Self {
        let Limit(limit) = Limit::of(envelope.budget);
        Self {
            above: Above::Caller(Sent::new(0), origin),
            id: AtomicU64::new(envelope.id.get()),
            deadline: AtomicU64::new(limit),
        }
    }

    /// A message that this one's handler sends: it shares deadline, cancellation and correlation.
    ///
    /// Its id follows from this one's and from how many were sent before, so that a handler that runs again for the
    /// same message sends the same messages.
    #[doc(hidden)]
    #[inline]
    #[must_use]
    pub fn nested(&'a self) -> Self {
        // What most sends are, without a look above.
        if self.is_unsaid() {
            Self::new(Above::Unsaid(Sent::new(0), Some(self)), self.next_child())
        } else {
            Self::new(Above::Message(Sent::new(0), self), self.next_below_caller())
        }
    }

    /// Apart, and a number alone: a frame of either kind would be made here and there, and copied.
    #[inline(never)]
    fn next_below_caller(&self) -> u64 {
        self.sender().next_child()
    }

    /// A message that this one's handler sends apart from what is open around it.
    #[inline]
    #[must_use]
    pub(crate) fn nested_apart(&'a self) -> Self {
        self.below(self.sender().next_child(), APART)
    }

    /// What stands for the id of the next message that its handler sends.
    #[inline(always)]
    fn next_child(&self) -> u64 {
        let number = self.sent().load(Ordering::Relaxed);
        self.sent().store(number.wrapping_add(1), Ordering::Relaxed);
        CHILD | u64::from(number & !APART)
    }

    /// A message that this one's handler stores: its id is one of the mediator's.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) const fn stored(&'a self) -> Self {
        self.below(UNREAD, 0)
    }

    /// The frame whose handler sends what is sent from this one.
    #[inline]
    fn sender(&self) -> &Self {
        let mut frame = self;
        while frame.id.load(Ordering::Relaxed) >= OPEN
            && let Some(parent) = frame.parent()
        {
            frame = parent;
        }
        frame
    }

    /// How many messages its handler has sent.
    #[inline]
    pub(super) const fn sent(&self) -> &Sent {
        match &self.above {
            Above::Unsaid(sent, _) | Above::Message(sent, _) | Above::Caller(sent, _) => sent,
            #[cfg(all(feature = "wire", feature = "store"))]
            Above::Under(sent, _) => sent,
        }
    }

    /// Its handler runs again, and sends what it has sent before.
    pub(crate) fn sends_again(&self) {
        let sender = self.sender();
        let first = match sender.id.load(Ordering::Relaxed) {
            shared @ SHARED..CHILD => shared as u32,
            _ => 0,
        };
        sender.sent().store(first | (self.counted() & (FORK | APART)), Ordering::Relaxed);
    }

    /// How many messages its handler has sent, and in which of its runs.
    pub(crate) fn counted(&self) -> u32 {
        self.sender().sent().load(Ordering::Relaxed)
    }

    /// Goes on counting from another number, and returns the one that it was at.
    pub(crate) fn counts_from(&self, number: u32) -> u32 {
        let sent = self.sender().sent();
        let before = sent.load(Ordering::Relaxed);
        sent.store(number, Ordering::Relaxed);
        before
    }

    /// From where two runs of its handler count what they send, side by side: the first as one alone would.
    pub(crate) fn forked(&self) -> [u32; 2] {
        let sent = self.counted();
        let first = (sent & !FORK) | ((sent << 1) & FORK);
        [first, first | FIRST_FORK]
    }

    /// One of several handlers of this frame's event: a deadline of its own, the same message. What it sends is told by
    /// `which` from what the others send.
    pub(crate) const fn share(&'a self, which: u32) -> Self {
        self.below(SHARED | which as u64, which)
    }

    /// The same message on its way into another mediator. Points of two clocks do not compare, so what is
    /// left of the deadline goes in as a span.
    pub(crate) fn border(&'a self, clock: &impl Clock) -> Self {
        self.border_with(self.deadline_left(clock))
    }

    pub(crate) fn border_with(&'a self, limit: Limit) -> Self {
        let frame = self.around(BORDER);
        frame.set_limit(limit);
        frame
    }
}
