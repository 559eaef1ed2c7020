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
    #[inline]
    fn take(&self, clock: &impl Clock, count: u64) -> Result<u64, IdError> {
        self.take_below(clock, count, LEAD_MS, u64::MAX)
    }

    /// The next id whose time is before `end_ms`, in milliseconds since 1970, and no further ahead of the clock than
    /// `lead_ms`.
    ///
    /// # Errors
    /// [`IdError::Unkept`] where the time is that; else as [`next_id`](Self::next_id).
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn next_before(&self, clock: &impl Clock, end_ms: u64, lead_ms: u64) -> Result<Id, IdError> {
        self.take_below(clock, 1, lead_ms, Self::place(end_ms)).map(|place| self.id(place))
    }

    /// Gives no id whose time is before this, in milliseconds since 1970.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn not_before(&self, unix_ms: u64) {
        self.next.fetch_max(Self::place(unix_ms), Ordering::Relaxed);
    }

    /// The time of the next id, in milliseconds since 1970, where the clock has not passed it.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) fn reached_ms(&self) -> u64 {
        (self.next.load(Ordering::Relaxed) >> L::SEQUENCE_BITS) + L::EPOCH_MS
    }

    /// The worker's number.
    #[cfg(all(feature = "wire", feature = "store"))]
    pub(crate) const fn worker(&self) -> u64 {
        self.worker
    }

    /// The first place of a time.
    #[cfg(all(feature = "wire", feature = "store"))]
    const fn place(unix_ms: u64) -> u64 {
        unix_ms.saturating_sub(L::EPOCH_MS) << L::SEQUENCE_BITS
    }

    #[inline]
    fn take_below(&self, clock: &impl Clock, count: u64, lead_ms: u64, below: u64) -> Result<u64, IdError> {
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
            (last_ms <= now_ms + lead_ms && last_ms >> L::TIME_BITS == 0 && end <= below).then_some(end)
        });
        match taken {
            Ok(_) => Ok(first),
            Err(_) => {
                let last_ms = first.saturating_add(count) >> L::SEQUENCE_BITS;
                if now_ms >> L::TIME_BITS != 0 || last_ms >> L::TIME_BITS != 0 {
                    Err(IdError::OutOfRange)
                } else if last_ms <= now_ms + lead_ms {
                    Err(IdError::Unkept)
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
