use core::fmt;
use core::time::Duration;

use super::{Class, Classify, Error, Failure};

/// One handler of an event that failed.
#[derive(Debug)]
pub struct HandlerFailure {
    /// The handler, as `Type::method`.
    pub handler: &'static str,
    /// What it failed with.
    pub error: Error<Failure>,
}

impl fmt::Display for HandlerFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.handler, self.error)
    }
}

/// The handlers of one event that failed; the others ran.
///
/// It has at least one failure, in the order in which the mediator lists the handlers. Without the
/// feature `alloc` it keeps the first, and [`failed`](Self::failed) counts them all.
#[derive(Debug)]
pub struct PublishError(Inner);

#[derive(Debug)]
struct Failures {
    failed: usize,
    /// It was not stored, and no handler has seen it.
    is_unstored: bool,
    #[cfg(feature = "alloc")]
    list: alloc::vec::Vec<HandlerFailure>,
    #[cfg(not(feature = "alloc"))]
    list: heapless::Vec<HandlerFailure, 1>,
}

#[cfg(feature = "alloc")]
type Inner = alloc::boxed::Box<Failures>;
#[cfg(not(feature = "alloc"))]
type Inner = Failures;

impl PublishError {
    /// An error of one handler.
    pub(crate) fn new(handler: &'static str, error: Error<Failure>) -> Self {
        #[cfg(feature = "alloc")]
        let list = alloc::vec![HandlerFailure { handler, error }];
        #[cfg(not(feature = "alloc"))]
        let list = heapless::Vec::from_iter([HandlerFailure { handler, error }]);
        let failures = Failures { failed: 1, is_unstored: false, list };
        #[cfg(feature = "alloc")]
        let failures = alloc::boxed::Box::new(failures);
        Self(failures)
    }

    /// That the event could not be stored for its handlers.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn unstored(event: &'static str, failure: Failure) -> Self {
        let mut error = Self::new(event, Error::Refused(failure));
        error.0.is_unstored = true;
        error
    }

    /// The one failure of an event that could not be stored.
    fn unstored_by(&self) -> Option<&Error<Failure>> {
        self.failures().first().filter(|_| self.0.is_unstored).map(|failure| &failure.error)
    }

    /// Both errors as one, this one's failures first.
    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0.failed += other.0.failed;
        for failure in other.0.list {
            #[cfg(feature = "alloc")]
            self.0.list.push(failure);
            // A full list still counts: what does not fit is dropped, as `failed` says.
            #[cfg(not(feature = "alloc"))]
            drop(self.0.list.push(failure));
        }
        self
    }

    /// What failed, handler by handler.
    pub fn failures(&self) -> &[HandlerFailure] {
        &self.0.list
    }

    /// How many handlers failed.
    pub fn failed(&self) -> usize {
        self.0.failed
    }
}

#[diagnostic::do_not_recommend]
impl Classify for PublishError {
    /// [`Class::Permanent`] where every failure is, and [`Class::Unknown`] otherwise: other handlers may
    /// have acted, so running all of them again is for the idempotent. Of an event that a transaction could not store,
    /// the class of that failure: nobody has acted.
    fn class(&self) -> Class {
        if let Some(failure) = self.unstored_by() {
            return failure.class();
        }
        let is_permanent = |failure: &HandlerFailure| failure.error.class() == Class::Permanent;
        if self.failures().iter().all(is_permanent) { Class::Permanent } else { Class::Unknown }
    }

    /// The longest that any of them asks for.
    fn retry_after(&self) -> Option<Duration> {
        self.failures().iter().filter_map(|failure| failure.error.retry_after()).max()
    }

    fn code(&self) -> &'static str {
        self.unstored_by().map_or("catga.publish", Classify::code)
    }
}

impl core::error::Error for PublishError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.failures().first().map(|failure| &failure.error as &(dyn core::error::Error + 'static))
    }
}

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (true, Some(failure)) = (self.0.is_unstored, self.failures().first()) {
            return write!(f, "the event was not stored: {failure}");
        }
        write!(f, "{} handlers of the event failed", self.failed())?;
        for failure in self.failures() {
            write!(f, "; {failure}")?;
        }
        Ok(())
    }
}
