/// How the bits of a snowflake are dealt out: time, worker, sequence, from high to low.
///
/// The highest bit stays zero, so that an id fits a signed column. A layout whose bits do not add up
/// to 63 or fewer does not compile where it is used: where it is a mediator's, at `#[mediator(ids = ..)]`.
pub trait Layout: Send + Sync + 'static {
    /// Bits of milliseconds since the epoch; 41 last for 69 years.
    const TIME_BITS: u32;
    /// Bits of the worker's number.
    const WORKER_BITS: u32;
    /// Bits of the sequence within one millisecond.
    const SEQUENCE_BITS: u32;
    /// The epoch, in milliseconds since 1970-01-01 UTC.
    const EPOCH_MS: u64;

    /// Whether the bits are enough, and not too many.
    #[doc(hidden)]
    const FITS: bool = Self::TIME_BITS > 0
        && Self::SEQUENCE_BITS > 0
        && Self::TIME_BITS as u64 + Self::WORKER_BITS as u64 + Self::SEQUENCE_BITS as u64 <= 63;

    /// Checked wherever a layout is used.
    #[doc(hidden)]
    const CHECKED: () = laid_out(Self::FITS);
}

/// Checks that a layout fits.
///
/// # Panics
/// Where it does not; at compile time, with what to do.
#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
pub(super) const fn laid_out(fits: bool) {
    if !fits {
        panic!(
            "CATGA012: the bits of an id's layout are at most 63, with some for the time and the sequence; take some from `TIME_BITS`, `WORKER_BITS` or `SEQUENCE_BITS`"
        );
    }
}

/// The usual layout: 41 bits of time since 2025-01-01 UTC, 10 of worker, 12 of sequence.
#[derive(Clone, Copy, Debug)]
pub struct Classic;

impl Layout for Classic {
    const TIME_BITS: u32 = 41;
    const WORKER_BITS: u32 = 10;
    const SEQUENCE_BITS: u32 = 12;
    const EPOCH_MS: u64 = 1_735_689_600_000;
}

/// What a snowflake was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub unix_ms: u64,
    /// The worker that made it.
    pub worker: u64,
    /// Its place within its millisecond.
    pub sequence: u64,
}

impl Parts {
    pub(super) const fn of<L: Layout>(number: u64) -> Self {
        const { L::CHECKED };
        Self {
            unix_ms: (number >> (L::WORKER_BITS + L::SEQUENCE_BITS)) + L::EPOCH_MS,
            worker: (number >> L::SEQUENCE_BITS) & ((1 << L::WORKER_BITS) - 1),
            sequence: number & ((1 << L::SEQUENCE_BITS) - 1),
        }
    }
}
