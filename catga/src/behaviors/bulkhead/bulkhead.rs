use core::future::Future;

use super::future::Held;
#[cfg(feature = "std")]
use super::line::Line;
use super::place::{Place, Wait};
use super::places::Places;
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// Lets so many messages run at a time; so many more wait, first come first served, and the rest are
/// refused with [`Error::Unavailable`](crate::Error::Unavailable).
///
/// A call that is dropped gives its place back, whether it runs or waits; one that is cancelled while it
/// waits ends with [`Error::Cancelled`](crate::Error::Cancelled) when its turn comes. A wait has no end of
/// its own: put a `Timeout` around. A stream holds its place until its last row is taken. A handler that
/// sends through the bulkhead that it runs in takes a second place, and where all do so they wait for each
/// other.
///
/// Taking a free place is one atomic write and giving it back is another; nothing is allocated but the
/// line of those who wait. It has a state, so it is a field:
///
/// ```
/// # use catga::prelude::*;
/// # #[query(reply = u8)] struct Rate;
/// struct Rates { bulkhead: Bulkhead }
///
/// #[handler]
/// #[pipeline(Timeout::secs(1), self.bulkhead)]
/// impl Rates {
///     async fn rate(&self, _query: Rate) -> u8 { 7 }
/// }
/// # #[cfg(feature = "std")]
/// let rates = Rates { bulkhead: Bulkhead::new(16, 64) };
/// ```
///
/// Source: Nygard, "Release It!", 2007.
#[derive(Debug)]
pub struct Bulkhead {
    #[cfg(feature = "std")]
    line: Line,
    #[cfg(not(feature = "std"))]
    places: Places,
}

impl Bulkhead {
    /// At most `concurrent` (at least one) run at a time, and at most `waiting` wait.
    #[cfg(feature = "std")]
    pub const fn new(concurrent: u32, waiting: u32) -> Self {
        Self { line: Line::new(Places::new(concurrent), waiting) }
    }

    /// At most `concurrent` (at least one) run at a time, and nobody waits.
    pub const fn refusing(concurrent: u32) -> Self {
        Self {
            #[cfg(feature = "std")]
            line: Line::new(Places::new(concurrent), 0),
            #[cfg(not(feature = "std"))]
            places: Places::new(concurrent),
        }
    }

    /// How many messages run now.
    pub fn running(&self) -> u32 {
        self.places().taken()
    }

    #[inline]
    fn places(&self) -> &Places {
        #[cfg(feature = "std")]
        return self.line.places();
        #[cfg(not(feature = "std"))]
        &self.places
    }

    #[cfg(feature = "std")]
    pub(super) fn line(&self) -> &Line {
        &self.line
    }

    /// How many wait in line for a place.
    #[cfg(feature = "std")]
    pub(in crate::behaviors) fn waiting(&self) -> u32 {
        self.line.waiting()
    }

    /// A place, if one is free.
    #[inline]
    pub(in crate::behaviors) fn enter(&self) -> Option<Place<'_>> {
        self.places().take().then(|| Place::of(self))
    }

    /// A place, sooner or later.
    pub(in crate::behaviors) const fn wait(&self) -> Wait<'_> {
        Wait::new(self)
    }

    #[inline]
    pub(super) fn give(&self) {
        #[cfg(feature = "std")]
        self.line.give();
        #[cfg(not(feature = "std"))]
        let _nobody_waits = self.places.give();
    }
}

#[cfg(feature = "std")]
impl crate::behaviors::Idle for Bulkhead {
    fn is_idle(&self, _: &impl crate::time::Clock) -> bool {
        self.running() == 0 && self.waiting() == 0
    }
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Bulkhead {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        let root = cx.root();
        Held::<_, _, S>::new(self, move || next.run(input, cx), root)
    }
}
