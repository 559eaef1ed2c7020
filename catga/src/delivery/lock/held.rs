use core::fmt;
use core::pin::pin;
use core::time::Duration;

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use futures_util::future::{Either, select};

use crate::delivery::renewed::renewed;
use crate::message::{fnv, hash};
use crate::scope::{Inside, Mediator};
use crate::store::port::{Leases, Writes};
use crate::store::{ErrorKind, KeyGuard, Lease, StoreError, StoreId};
use crate::time::{Cancel, Clock as _, Random as _, Timer as _};

/// A lock that a message holds. Clones are the same.
#[derive(Clone)]
pub struct Held(Arc<Inner>);

struct Inner {
    lease: Lease,
    store: StoreId,
    number: u64,
    cancel: Cancel,
}

impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("lease", &self.0.lease).finish_non_exhaustive()
    }
}

impl Held {
    pub(super) fn fence(&self) -> u64 {
        self.0.lease.claim().fence
    }

    pub(super) fn lease(&self) -> &Lease {
        &self.0.lease
    }

    pub(super) fn cancelled(&self) -> &Cancel {
        &self.0.cancel
    }

    pub(super) fn number(&self) -> u64 {
        self.0.number
    }

    pub(super) async fn guard_in<T: Writes>(&self, tx: &mut T) -> Result<(), StoreError> {
        if tx.store_id() == self.0.store { tx.guard(&self.0.lease).await } else { Ok(()) }
    }
}

/// How long before its deadline a caller stops to wait, to say so.
const TO_ANSWER: Duration = Duration::from_millis(10);

/// A lock by its name, of whom nobody knows yet who holds it.
pub(super) struct Wanted<'s, S> {
    pub(super) store: &'s S,
    pub(super) id: StoreId,
    pub(super) name: String,
    /// How long it is held without being renewed.
    pub(super) lease: Duration,
    /// How long to wait for it.
    pub(super) patience: Duration,
}

impl<S: Leases> Wanted<'_, S> {
    /// Its number, for what is open around a message.
    pub(super) fn number(&self) -> u64 {
        fnv::onto(self.id.folded() ^ hash("lock"), self.name.as_bytes())
    }

    fn later(&self) -> StoreError {
        let kind = ErrorKind::InProgress { retry_after: self.lease };
        StoreError::new(kind, "too many wait for the lock; try again later")
    }

    /// Waits for it: in this process first come first served, and then for whoever holds it elsewhere.
    pub(super) async fn acquire<A: Mediator>(&self, root: Inside<'_, A>) -> Result<(KeyGuard, Held), StoreError> {
        let (clock, timer) = (root.mediator().clock(), root.mediator().timer());
        let patient = clock.now().later(self.patience);
        let until = root.frame_ref().deadline(clock).map_or(patient, |at| patient.min(at));
        let left = || until.since(clock.now()).saturating_sub(TO_ANSWER);
        let line = format!("lock/{}", self.name);
        let turn = match select(pin!(self.store.turns().lock(line.as_bytes())), pin!(timer.sleep(left()))).await {
            Either::Left((turn, _)) => turn?,
            Either::Right(_) => return Err(self.later()),
        };
        let owner = root.mediator().random().next();
        let mut head = self.store.head();
        loop {
            head.borrow_and_update();
            let error = match self.store.acquire_lease(&self.name, owner, self.lease).await {
                Ok(lease) => {
                    let (store, number) = (self.id, self.number());
                    return Ok((turn, Held(Arc::new(Inner { lease, store, number, cancel: Cancel::new() }))));
                }
                Err(error) => error,
            };
            let ErrorKind::InProgress { retry_after } = error.kind() else { return Err(error) };
            if left().is_zero() || root.frame_ref().is_cancelled() {
                return Err(error);
            }
            // A commit may be the one that gives it back; whoever vanished commits nothing.
            let look = self.store.look_every().unwrap_or(retry_after).min(retry_after);
            let wait = timer.sleep(left().min(look.max(Duration::from_millis(1))));
            select(pin!(head.changed()), pin!(wait)).await;
        }
    }

    /// Renews it for as long as this is polled, and ends when it is lost.
    pub(super) async fn keep<A: Mediator>(&self, held: &Held, app: &A) {
        // Begun before the commit that took it, it would be earlier; what is written is fenced all the same.
        renewed(app, self.lease, app.clock().now(), || {
            let mut lease = held.0.lease.clone();
            async move { self.store.renew_lease(&mut lease, self.lease).await }
        })
        .await;
    }

    /// Gives it back. Where the store does not take that, it ends by itself.
    pub(super) async fn release(&self, held: &Held) {
        let _ends = self.store.release_lease(held.0.lease.clone()).await;
    }
}
