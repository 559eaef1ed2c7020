use core::fmt;

use super::Id;
use super::layout::laid_out;
use crate::time::{Clock, Random};

/// Where a mediator's ids come from: the port behind `#[mediator(ids = self.ids)]`.
pub trait Ids: Send + Sync {
    /// Whether the layout of its ids fits, where they have one.
    #[doc(hidden)]
    const FITS: bool = true;

    /// The next id; two calls never give the same.
    ///
    /// # Errors
    /// What keeps the source from giving an id that is new.
    fn next(&self, clock: &impl Clock, random: &impl Random) -> Result<Id, IdError>;
}

impl<I: Ids + ?Sized> Ids for &I {
    const FITS: bool = I::FITS;

    fn next(&self, clock: &impl Clock, random: &impl Random) -> Result<Id, IdError> {
        (**self).next(clock, random)
    }
}

#[cfg(feature = "alloc")]
impl<I: Ids + ?Sized> Ids for alloc::sync::Arc<I> {
    const FITS: bool = I::FITS;

    fn next(&self, clock: &impl Clock, random: &impl Random) -> Result<Id, IdError> {
        (**self).next(clock, random)
    }
}

/// Checks that the layout of a mediator's ids fits.
#[track_caller]
pub const fn ids_fit<I: Ids>() {
    laid_out(I::FITS);
}

/// No ids: every id is [`Id::NIL`]. The default where there is no `std`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoIds;

impl Ids for NoIds {
    fn next(&self, _: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        Ok(Id::NIL)
    }
}

/// 63 random bits: the default with `std`, enough to tell messages apart in traces.
///
/// A billion of them hold a repeated one with a chance of one in twenty, and they do not grow with
/// time, so whatever is stored deserves a [`Snowflake`](super::Snowflake) with a worker number.
#[derive(Clone, Copy, Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    fn next(&self, _: &impl Clock, random: &impl Random) -> Result<Id, IdError> {
        Ok(Id::new((random.next() >> 1).max(1)))
    }
}

/// Why there is no new id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdError {
    /// The clock is further behind the last id than the generator absorbs.
    ClockBehind {
        /// By how many milliseconds.
        by_ms: u64,
    },
    /// The clock stands before the layout's epoch, or after the last time that its bits can hold.
    OutOfRange,
    /// The ids that a store has reserved are used up.
    Unkept,
    /// Another process has taken the worker's number over.
    Taken {
        /// The number.
        worker: u64,
    },
    /// The worker's number does not fit the layout.
    Worker {
        /// The largest number that fits.
        largest: u64,
    },
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ClockBehind { by_ms } => {
                write!(f, "the clock is {by_ms} ms behind the last id; wait, or mend the clock")
            }
            Self::OutOfRange => f.write_str(
                "the clock is outside of the time that the id's layout covers; set the clock, or choose another epoch",
            ),
            Self::Unkept => f.write_str(
                "the ids that the store has reserved are used up; run `keep` of the id source, and see that its store answers",
            ),
            Self::Taken { worker } => {
                write!(f, "another process gives out the ids of worker {worker}; give each process a number of its own")
            }
            Self::Worker { largest } => write!(f, "the worker's number is above {largest}; choose a smaller one"),
        }
    }
}

impl core::error::Error for IdError {}
