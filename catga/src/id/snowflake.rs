use core::marker::PhantomData;

use portable_atomic::{AtomicU64, Ordering};

use super::{Classic, Id, IdError, Ids, Layout};
use crate::time::{Clock, Random};

/// How far the ids may run ahead of the clock, in milliseconds: a clock that is set back by less, or
/// a burst beyond one millisecond's sequence, is absorbed, and ids stay in order.
const LEAD_MS: u64 = 1_000;

/// A lock-free generator of ids that grow with time: Twitter's snowflake, with the layout and the
/// epoch as a type and the worker's number given, never drawn.
///
/// Ids of one generator strictly grow. Time and sequence are one counter: a burst runs on into the
/// next millisecond, and a clock that went back leaves the counter where it is, up to one second;
/// beyond that [`IdError::ClockBehind`] says so.
///
/// ```
/// use catga::id::{Classic, Snowflake};
/// use catga::time::SystemClock;
///
/// let ids = Snowflake::new(7)?;
/// let (a, b) = (ids.next_id(&SystemClock)?, ids.next_id(&SystemClock)?);
/// assert!(a < b);
/// assert_eq!(a.parts::<Classic>().worker, 7);
/// # Ok::<(), catga::id::IdError>(())
/// ```
#[derive(Debug)]
pub struct Snowflake<L = Classic> {
    worker: u64,
    /// The next free place: milliseconds since the epoch, then the sequence.
    next: AtomicU64,
    layout: PhantomData<fn() -> L>,
}

impl Snowflake<Classic> {
    /// A generator of the usual layout for this worker, whose number is below 1024.
    ///
    /// # Errors
    /// [`IdError::Worker`] where the number does not fit.
    pub const fn new(worker: u64) -> Result<Self, IdError> {
        Self::with_layout(worker)
    }
}

impl<L: Layout> Snowflake<L> {
    /// A generator of layout `L` for this worker.
    ///
    /// # Errors
    /// [`IdError::Worker`] where the number does not fit.
    pub const fn with_layout(worker: u64) -> Result<Self, IdError> {
        const { L::CHECKED };
        let largest = (1 << L::WORKER_BITS) - 1;
        if worker > largest {
            return Err(IdError::Worker { largest });
        }
        Ok(Self { worker, next: AtomicU64::new(0), layout: PhantomData })
    }

    /// The next id.
    ///
    /// # Errors
    /// [`IdError::ClockBehind`] and [`IdError::OutOfRange`], as the type says.
    pub fn next_id(&self, clock: &impl Clock) -> Result<Id, IdError> {
        self.take(clock, 1).map(|place| self.id(place))
    }

    /// The next `count` ids in one step; they are in order, and no other id lies between them.
    ///
    /// # Errors
    /// As [`next_id`](Self::next_id); a batch so large that it would run more than a second ahead of
    /// the clock is [`IdError::ClockBehind`], and takes nothing.
    pub fn batch(&self, clock: &impl Clock, count: u32) -> Result<Batch<'_, L>, IdError> {
        let next = self.take(clock, u64::from(count))?;
        Ok(Batch { ids: self, next, left: count })
    }

    /// Reserves `count` places and gives the first.
    fn take(&self, clock: &impl Clock, count: u64) -> Result<u64, IdError> {
        let now_ms = clock.unix_ms().checked_sub(L::EPOCH_MS).ok_or(IdError::OutOfRange)?;
        if now_ms >> L::TIME_BITS != 0 {
            return Err(IdError::OutOfRange);
        }
        let now = now_ms << L::SEQUENCE_BITS;
        let mut first = 0;
        // Relaxed: the counter orders its own changes, and an id publishes nothing else.
        let taken = self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
            first = next.max(now);
            let end = first.checked_add(count)?;
            let last_ms = end.saturating_sub(1) >> L::SEQUENCE_BITS;
            (last_ms <= now_ms + LEAD_MS && last_ms >> L::TIME_BITS == 0).then_some(end)
        });
        match taken {
            Ok(_) => Ok(first),
            Err(_) => {
                let last_ms = first.saturating_add(count) >> L::SEQUENCE_BITS;
                if now_ms >> L::TIME_BITS != 0 || last_ms >> L::TIME_BITS != 0 {
                    Err(IdError::OutOfRange)
                } else {
                    Err(IdError::ClockBehind { by_ms: last_ms - now_ms })
                }
            }
        }
    }

    const fn id(&self, place: u64) -> Id {
        let time = place >> L::SEQUENCE_BITS;
        let sequence = place & ((1 << L::SEQUENCE_BITS) - 1);
        Id::new((time << (L::WORKER_BITS + L::SEQUENCE_BITS)) | (self.worker << L::SEQUENCE_BITS) | sequence)
    }
}

impl<L: Layout> Ids for Snowflake<L> {
    const FITS: bool = L::FITS;

    fn next(&self, clock: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        self.next_id(clock)
    }
}

/// Ids that were reserved together.
#[derive(Debug)]
pub struct Batch<'a, L> {
    ids: &'a Snowflake<L>,
    next: u64,
    left: u32,
}

impl<L: Layout> Iterator for Batch<'_, L> {
    type Item = Id;

    fn next(&mut self) -> Option<Id> {
        self.left = self.left.checked_sub(1)?;
        let id = self.ids.id(self.next);
        self.next += 1;
        Some(id)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left as usize, Some(self.left as usize))
    }
}

impl<L: Layout> ExactSizeIterator for Batch<'_, L> {}
