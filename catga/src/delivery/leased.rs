use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};

use super::gives_back::GivesBack;
use super::last_poll::last_poll;
use super::renewed::renewed;
use crate::mediator::{needs_clock, needs_timer};
use crate::scope::Mediator;
use crate::store::port::Leases;
use crate::store::{ErrorKind, Lease, StoreError};
use crate::time::{Cancel, Clock as _, Random as _};

/// Works under the lease of this name: what one process does at a time, of those that share the store, and that is no
/// message's, such as a leader's. What a message does stands under a [`Lock`](super::Lock).
///
/// The lease is held for `time` at a time, and renewed at half of that while the work runs. Where it is lost to another, or
/// the store could not be asked for all of `time`, the work is told through its `Cancel`, polled once more, and dropped.
/// A transaction of the work commits only under the lease where it is [guarded](Lease::guard) by it; what is outside of
/// the store is told the lease's fence, to refuse who is late.
///
/// ```
/// use catga::delivery::leased;
/// use catga::prelude::*;
/// use catga::store::{Memory, Store};
/// use catga::time::SystemRandom;
/// use std::time::Duration;
///
/// struct Main;
///
/// #[mediator]
/// struct Shop {
///     #[state]
///     db: Store<Main>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let shop = Shop { db: Store::new(Memory::new(&SystemRandom))? };
/// let sent = leased(&shop, &shop.db, "reports", Duration::from_secs(30), async |lease, lost| {
///     let mut sent = 0;
///     while !lost.is_cancelled() && sent < 3 {
///         sent += 1; // a report, and `lease.claim().fence` with it
///     }
///     sent
/// });
/// assert_eq!(sent.await?, 3);
/// # Ok(()) }
/// ```
///
/// Cancel safe: dropped, the work is dropped, and then the lease given back.
///
/// # Errors
/// `InProgress` where another has the lease, which says when to ask again; `Lost` where it was lost before the work had
/// ended. Else it could not be taken, as a commit's.
pub async fn leased<A, S, F, T>(app: &A, store: &S, name: &str, time: Duration, work: F) -> Result<T, StoreError>
where
    A: Mediator,
    S: Leases,
    F: AsyncFnOnce(&Lease, &Cancel) -> T,
{
    const {
        needs_clock::<A::Clock>("leased");
        needs_timer::<A::Timer>("leased");
    }
    let (owner, asked) = (app.random().next(), app.clock().now());
    let lease = store.acquire_lease(name, owner, time).await?;
    // Before the work's own things are dropped it is not given back.
    let mut given = GivesBack { store, lease: Some(lease.clone()) };
    let lost = Cancel::new();
    let done = {
        let mut work = pin!(work(&lease, &lost));
        let keep = pin!(renewed(app, time, asked, || {
            let mut lease = lease.clone();
            async move { store.renew_lease(&mut lease, time).await }
        }));
        match select(work.as_mut(), keep).await {
            Either::Left((done, _)) => Some(done),
            Either::Right(((), _)) => {
                lost.cancel();
                last_poll(work).await
            }
        }
    };
    given.lease = None;
    // Where the store does not take that, it ends by itself.
    let _ends = store.release_lease(lease).await;
    done.ok_or_else(|| {
        StoreError::new(ErrorKind::Lost, "the lease was lost while its work ran; see what it had done by then")
    })
}
