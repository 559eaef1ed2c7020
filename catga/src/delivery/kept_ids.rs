use core::fmt;
use core::pin::pin;
use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{Either, select};
use portable_atomic::{AtomicBool, AtomicU64, Ordering};

use crate::id::{Classic, Id, IdError, Ids, Layout, Snowflake};
use crate::scope::Mediator;
use crate::store::port::Reserves;
use crate::store::{ErrorKind, Reservation, StoreError};
use crate::time::{Cancel, Clock, Random, Timer as _};

/// How long from now ids are reserved, unless it is said.
const AHEAD: Duration = Duration::from_secs(10);

/// How many times that the ids may run ahead of the clock: after a restart they begin above what was reserved.
const LEADS: u64 = 4;

/// A [`Snowflake`] that gives no id twice over restarts, whatever the clock says, and whoever else has its worker's
/// number: `#[mediator(ids = self.ids)]`.
///
/// A snowflake alone knows in memory what it has given out. A process that begins anew with a clock that was set back
/// gives the same ids again, and so do two processes with one number: their messages are taken for repeats of others, and
/// answered with what those had for an answer. Here a span of time is reserved in a store before an id of it is given
/// out. That is one commit for all ids of some seconds, and not one for each.
///
/// - **A restart** begins above all that was reserved before. Ids run up to 10 s ahead of the clock then, until it comes
///   after. A clock that is behind by more than 40 s is [`IdError::ClockBehind`]: mend it, or take another number.
/// - **A second process** with the number takes it over, and begins above what the first has reserved: what both give out
///   is told apart. The first learns of it when it reserves more, and gives no ids from then on ([`IdError::Taken`]).
/// - **[`keep`](Self::keep)** reserves more in time, beside the program, as a relay runs. Without it, or where the store
///   does not answer, there are no ids when the span is over ([`IdError::Unkept`]).
///
/// ```
/// use catga::delivery::KeptIds;
/// use catga::id::Snowflake;
/// use catga::prelude::*;
/// use catga::store::{Memory, Store};
/// use catga::time::SystemRandom;
///
/// struct Main;
///
/// #[query(reply = u64)]
/// struct Who;
///
/// struct Desk;
///
/// #[handler]
/// impl Desk {
///     fn who(&self, _: Who, cx: &mut Context<impl Scope>) -> u64 { cx.message_id().get() }
/// }
///
/// #[mediator(ids = self.ids)]
/// struct Shop {
///     desk: Desk,
///     ids: KeptIds<Store<Main>>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let db = Store::<Main>::new(Memory::new(&SystemRandom))?;
/// let shop = Shop { desk: Desk, ids: KeptIds::open(&db, Snowflake::new(7)?).await? };
/// let stop = Cancel::new();
/// let work = async {
///     let (one, other) = (shop.send(Who).await, shop.send(Who).await);
///     stop.cancel();
///     assert_ne!(one.unwrap(), other.unwrap());
/// };
/// tokio::join!(shop.ids.keep(&shop, &stop), work);             // spawned, in a program
/// # Ok(()) }
/// ```
pub struct KeptIds<S, L = Classic> {
    store: S,
    ids: Snowflake<L>,
    ahead: Duration,
    /// Up to when ids are reserved, in milliseconds since 1970.
    until_ms: AtomicU64,
    is_taken: AtomicBool,
    reservation: Mutex<Reservation>,
}

impl<S: Reserves, L: Layout> KeptIds<S, L> {
    /// Takes the snowflake's worker number over in this store, and reserves ids of 10 s from now.
    ///
    /// # Errors
    /// As a commit's of the store.
    pub async fn open(store: &S, ids: Snowflake<L>) -> Result<Self, StoreError> {
        Self::open_ahead(store, ids, AHEAD).await
    }

    /// The same with ids of so long from now, of a second at least. The longer, the fewer commits, and the further ids run
    /// ahead of the clock after a restart.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_ahead(store: &S, ids: Snowflake<L>, ahead: Duration) -> Result<Self, StoreError> {
        let ahead = ahead.max(Duration::from_secs(1));
        let reservation = store.reserve_ids(ids.worker(), ahead).await?;
        ids.not_before(reservation.from_ms());
        let until_ms = AtomicU64::new(reservation.until_ms());
        let is_taken = AtomicBool::new(false);
        Ok(Self { store: store.clone(), ids, ahead, until_ms, is_taken, reservation: Mutex::new(reservation) })
    }

    /// Reserves more before what is reserved is over, until it is told to stop, or until another process has taken the
    /// number over. What the store refuses is tried again.
    ///
    /// Waits are those of `app`. Cancel safe.
    pub async fn keep<A: Mediator>(&self, app: &A, stop: &Cancel) {
        let mut stopped = pin!(stop.cancelled());
        loop {
            if self.extend(app.clock()).await.is_err_and(|error| error.kind() == ErrorKind::Lost) {
                return;
            }
            let look = pin!(app.timer().sleep(self.ahead / 8));
            if let Either::Left(_) = select(stopped.as_mut(), look).await {
                return;
            }
        }
    }

    /// Reserves more where half of what was reserved is over; does nothing before that.
    ///
    /// # Errors
    /// `Lost` where another process has taken the number over: no more ids are given out. Else as a commit's.
    pub async fn extend(&self, clock: &impl Clock) -> Result<(), StoreError> {
        let reached = clock.unix_ms().max(self.ids.reached_ms());
        let ahead = u64::try_from(self.ahead.as_millis()).unwrap_or(u64::MAX);
        if self.until_ms.load(Ordering::Relaxed).saturating_sub(reached) > ahead / 2 {
            return Ok(());
        }
        let mut reservation = self.reservation().clone();
        let extended = self.store.extend_ids(&mut reservation, reached.saturating_add(ahead)).await;
        match &extended {
            Ok(()) => {
                self.until_ms.fetch_max(reservation.until_ms(), Ordering::Relaxed);
                *self.reservation() = reservation;
            }
            Err(error) if error.kind() == ErrorKind::Lost => self.is_taken.store(true, Ordering::Relaxed),
            Err(_) => {}
        }
        extended
    }

    fn reservation(&self) -> MutexGuard<'_, Reservation> {
        self.reservation.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S: Reserves, L: Layout> Ids for KeptIds<S, L> {
    const FITS: bool = L::FITS;

    fn next(&self, clock: &impl Clock, _: &impl Random) -> Result<Id, IdError> {
        if self.is_taken.load(Ordering::Relaxed) {
            return Err(IdError::Taken { worker: self.ids.worker() });
        }
        let lead_ms = u64::try_from(self.ahead.as_millis()).unwrap_or(u64::MAX).saturating_mul(LEADS);
        self.ids.next_before(clock, self.until_ms.load(Ordering::Relaxed), lead_ms)
    }
}

impl<S: fmt::Debug, L> fmt::Debug for KeptIds<S, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until_ms = self.until_ms.load(Ordering::Relaxed);
        f.debug_struct("KeptIds").field("store", &self.store).field("until_ms", &until_ms).finish_non_exhaustive()
    }
}
