use portable_atomic::{AtomicU32, AtomicU64, Ordering};

use super::{Limit, Mediator, Origin};
use crate::envelope::{Headers, TraceContext};
use crate::id::{Id, Ids};
use crate::time::{Cancel, Clock, Instant};

/// One message on its way: its ids, its deadline, who cancels it, and the message whose handler sent
/// it. It lives in the send's own future; nothing is shared and nothing allocated.
///
/// Ids and the absolute deadline are made when they are first read, so a send that nobody asks pays
/// for four stores. All accesses are relaxed: a frame is used by the one task that polls its send.
#[derive(Debug)]
pub struct Frame<'a> {
    above: Above<'a>,
    /// [`UNREAD`], [`SHARED`] and the like, a number behind [`CHILD`], or the id.
    id: AtomicU64,
    deadline: AtomicU64,
}

/// What is above a message. Beside it stands how many its handler has sent: in the same word as which of these it is.
#[derive(Debug)]
enum Above<'a> {
    /// No caller said anything, so that most sends need not look further: the message whose handler sent it, if any did.
    Unsaid(Sent, Option<&'a Frame<'a>>),
    /// The message whose handler sent it. What the caller said is above that.
    Message(Sent, &'a Frame<'a>),
    /// What the caller said; everything that it sets off shares it.
    Caller(Sent, &'a Origin<'a>),
    #[cfg(all(feature = "wire", feature = "store"))]
    Under(Sent, &'a Under<'a>),
}

type Sent = AtomicU32;

/// A message of which another than its caller may cancel what it sets off.
#[cfg(all(feature = "wire", feature = "store"))]
#[derive(Debug)]
pub(crate) struct Under<'a> {
    message: &'a Frame<'a>,
    origin: Origin<'a>,
}

#[cfg(all(feature = "wire", feature = "store"))]
impl<'a> Under<'a> {
    /// The same message inside of something that has this number.
    pub(crate) const fn opening(&'a self, number: u64) -> Frame<'a> {
        let (id, deadline) = (AtomicU64::new(OPEN), AtomicU64::new(number));
        Frame { above: Above::Under(Sent::new(0), self), id, deadline }
    }
}

/// No id yet.
const UNREAD: u64 = 0;
/// One of several handlers of its parent's event: the parent's message is its own. Behind it stands which.
const SHARED: u64 = (u64::MAX << 32) - (1 << 32);
/// One that the parent's handler has sent, as the number behind it says, of 31 bits; its id is not read yet.
const CHILD: u64 = u64::MAX << 32;
/// The same message in a mediator inside of the parent's, with a clock of its own.
const BORDER: u64 = u64::MAX - 1;
/// What is open around a message: the parent's message is its own, and where a limit would be is its number.
const OPEN: u64 = u64::MAX - 2;

/// Which of the runs of a handler that run side by side has sent a message, in the number of the message: two bits, as
/// such runs may begin others, once. What counts stays below.
const FORK: u32 = 3 * FIRST_FORK;
const FIRST_FORK: u32 = 1 << 29;

/// Whether the parent's message is its own.
const fn is_parents(id: u64) -> bool {
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
    const fn around(&'a self, id: u64) -> Self {
        Self::new(Above::Message(Sent::new(0), self), id)
    }

    /// Whether no caller said anything, and its own handler sends what is sent from it.
    #[inline]
    const fn is_unsaid(&self) -> bool {
        matches!(self.above, Above::Unsaid(..))
    }

    #[inline]
    const fn parent(&self) -> Option<&'a Frame<'a>> {
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
    fn origin(&self) -> Option<&'a Origin<'a>> {
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

    /// What stands for the id of the next message that its handler sends.
    #[inline(always)]
    fn next_child(&self) -> u64 {
        let number = self.sent().load(Ordering::Relaxed);
        self.sent().store(number.wrapping_add(1), Ordering::Relaxed);
        CHILD | u64::from(number & (u32::MAX >> 1))
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
    const fn sent(&self) -> &Sent {
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
        sender.sent().store(first | (self.counted() & FORK), Ordering::Relaxed);
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

    /// The same message inside of something that has this number, such as a store's transaction.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) const fn opening(&'a self, number: u64) -> Self {
        Self { deadline: AtomicU64::new(number), ..self.around(OPEN) }
    }

    /// The same message, with another who may cancel what it sets off.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn cancelled_by<'c>(&'c self, cancel: &'c Cancel) -> Under<'c> {
        let origin = self.origin().copied().unwrap_or(super::Call::<()>::new().origin).cancelled_by(cancel);
        Under { message: self, origin }
    }

    /// Whether what has this number is open around this message, or around one whose handler sent it.
    #[cfg(all(feature = "wire", feature = "store"))]
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
    #[cfg(all(feature = "wire", feature = "store"))]
    #[inline]
    pub(crate) fn roll(&self) -> Option<&'a super::Roll<'a>> {
        match self.above {
            Above::Caller(_, origin) => origin.roll,
            _ => None,
        }
    }

    /// The same, of the frame of one of its handlers.
    #[cfg(all(feature = "wire", feature = "store"))]
    #[inline]
    pub(crate) fn shared_roll(&self) -> Option<&'a super::Roll<'a>> {
        let is_shared = (SHARED..CHILD).contains(&self.id.load(Ordering::Relaxed));
        self.parent().filter(|_| is_shared)?.roll()
    }

    /// The message from outside that this one is or follows from.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn outermost(&self) -> &Frame<'_> {
        let mut frame = self;
        while let Some(parent) = frame.parent() {
            frame = parent;
        }
        frame
    }

    /// Which message from outside it is, as far as who sent it has said; and it, not what it follows from.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn key(&self) -> crate::envelope::WireKey {
        self.origin().map_or(crate::envelope::WireKey::NONE, Origin::key)
    }

    /// Whether it follows from no other message.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn is_cause(&self) -> bool {
        self.parent().is_none() && self.origin().is_none_or(|origin| origin.causation().is_nil())
    }

    /// As what it arrived, if it did: it, and not what it follows from.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn arrived(&self) -> Option<&'a crate::envelope::Envelope<'a>> {
        self.outside().and_then(Origin::arrived)
    }

    /// A relay delivers it: it, and not what it follows from.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn delivered(&self) -> Option<&'a super::Roll<'a>> {
        self.outside().and_then(|origin| origin.roll)
    }

    /// What was said of it by who sent it from outside.
    #[cfg(all(feature = "wire", feature = "store"))]
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

    /// What is left of the deadline.
    pub(crate) fn deadline_left(&self, clock: &impl Clock) -> Limit {
        self.deadline(clock).map_or(Limit::NONE, |at| Limit::span(at.since(clock.now())))
    }

    /// Who may cancel it.
    pub fn cancel(&self) -> Option<&'a Cancel> {
        self.origin().and_then(|origin| origin.cancel)
    }

    /// Which attempt it is, as the caller said.
    pub fn attempt(&self) -> u32 {
        self.origin().map_or(1, Origin::attempt)
    }

    /// Where it stands in a distributed trace, if the caller said.
    pub fn trace(&self) -> Option<TraceContext> {
        self.origin().and_then(Origin::trace)
    }

    /// The caller's own headers.
    pub fn headers(&self) -> Headers<'a> {
        self.origin().map_or(Headers::NONE, Origin::headers)
    }

    /// Whether the caller cancelled.
    #[inline]
    pub fn is_cancelled(&self) -> bool {
        !self.is_unsaid() && self.is_cancelled_by_caller()
    }

    /// Apart, so that a send of which nothing was said has little code.
    #[inline(never)]
    fn is_cancelled_by_caller(&self) -> bool {
        self.cancel().is_some_and(Cancel::is_cancelled)
    }

    /// Its id, which this mediator makes where there is none yet.
    pub(crate) fn message_id(&self, app: &impl Mediator) -> Id {
        let new = match (self.id.load(Ordering::Relaxed), self.parent()) {
            (id, Some(parent)) if is_parents(id) => return parent.message_id(app),
            (child @ CHILD.., Some(parent)) => match parent.message_id(app) {
                Id::NIL => made(app),
                above => child_of(above, child),
            },
            (id, _) if id == UNREAD || is_parents(id) => made(app),
            (id, _) => return Id::new(id),
        };
        self.id.store(new.get(), Ordering::Relaxed);
        new
    }

    pub(super) fn correlation_id(&self, app: &impl Mediator) -> Id {
        match (self.origin(), self.parent()) {
            (Some(origin), _) if !origin.correlation().is_nil() => origin.correlation(),
            (_, Some(parent)) => parent.correlation_id(app),
            (_, None) => self.message_id(app),
        }
    }

    pub(super) fn causation_id(&self, app: &impl Mediator) -> Id {
        match self.parent() {
            Some(parent) if is_parents(self.id.load(Ordering::Relaxed)) => parent.causation_id(app),
            Some(parent) => parent.message_id(app),
            None => self.origin().map_or(Id::NIL, Origin::causation),
        }
    }

    /// When it has to be done: the earliest of its own limit and those above it.
    pub(crate) fn deadline(&self, clock: &impl Clock) -> Option<Instant> {
        let own = if self.id.load(Ordering::Relaxed) == OPEN { Limit::NONE } else { self.limit() };
        let own_at = own.settle(clock);
        if let (false, Some(at)) = (own.is_point(), own_at) {
            // Read once, it stays where it is.
            self.set_limit(Limit::point(at));
        }
        let above = match self.parent() {
            Some(parent) if self.id.load(Ordering::Relaxed) != BORDER => parent.deadline(clock),
            _ => None,
        };
        match (own_at, above) {
            (Some(own), Some(above)) => Some(own.min(above)),
            (own, above) => own.or(above),
        }
    }

    #[inline]
    pub(crate) fn limit(&self) -> Limit {
        Limit(self.deadline.load(Ordering::Relaxed))
    }

    #[inline]
    pub(crate) fn set_limit(&self, limit: Limit) {
        self.deadline.store(limit.0, Ordering::Relaxed);
    }

    /// Sets the earlier of this limit and the one that is set, and returns the one that was.
    #[inline]
    pub(crate) fn tighten(&self, limit: Limit, clock: &impl Clock) -> Limit {
        let outer = self.limit();
        self.set_limit(if outer == Limit::NONE { limit } else { outer.earlier(limit, clock) });
        outer
    }
}

fn made(app: &impl Mediator) -> Id {
    // An id source that fails gives no id: reading an id must not fail a message.
    app.ids().next(app.clock(), app.random()).unwrap_or(Id::NIL)
}

/// The id of what the handler of a message has sent, by its number. Ids that are made are below 2^63, and these are not;
/// none of them is a number behind [`CHILD`].
///
/// Source: the finalizer of SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
fn child_of(parent: Id, number: u64) -> Id {
    let mixed = parent.get().wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Id::new((((mixed ^ (mixed >> 31)) << 2) >> 2) | (1 << 63))
}
