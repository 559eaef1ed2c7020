use core::fmt;
use core::fmt::Write as _;
use core::future::{Future, poll_fn};
use core::marker::PhantomData;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use alloc::string::String;

use super::held::Wanted;
use super::keys::{By, ByField, LockKeys, key_of};
use super::locked::Locked;
use crate::delivery::gives_back::GivesBack;
use crate::error::{Class, Error, Failure};
use crate::message::{Message, Outcome};
use crate::pipeline::{ChangesScope, Declares, Enters, Next};
use crate::scope::{Context, Inside, Mediator};
use crate::store::StoreId;
use crate::store::port::Leases;
use crate::wire::WireError;

/// Handles messages of one key one after the other, whoever handles them: `commands: Lock(self.db)`, in the pipeline
/// of a mediator or of its field, before a transaction.
///
/// The lock is a [`Lease`](crate::store::Lease) of the store, a [`Store`](crate::store::Store) or a database of the
/// user's own, so it is kept over processes that share that, and ends by itself where its holder vanishes. The key is
/// the message's (`#[command(key = account)]`), or what [`by`](Self::by) says; messages of different types with one key
/// share the lock, unless a [name](Self::named) tells them apart.
///
/// - **Waiting.** In one process the first comes first; a caller waits until its deadline, and for
///   [`patience`](Self::patience) at most. Then it is refused with `catga.store.in_progress`, which says when to come
///   again.
/// - **Fencing.** The holder's fencing token is `cx.fence()`, with the capability [`Fenced`](super::Fenced). It grows
///   with every holder and never goes back. A transaction of the same store under the lock commits only as long as the
///   lock is held, else it is refused with `catga.store.lost`: two holders cannot both commit, however late one is.
///   What is outside of the store is told the token, to refuse who is late.
/// - **Renewal.** While the handler runs the lock is renewed, at half of its [lease](Self::lease). Where it is lost to
///   another, or the store could not be asked for a whole lease, the handler is told through the call's `Cancel`,
///   polled once more, and dropped; the answer is `catga.delivery.lock_lost`, of the class `Unknown`.
/// - **Once around a message.** What is sent from under a lock to a message that takes the same one is refused with
///   `catga.delivery.lock_nested`: it would wait for itself.
///
/// Cancel safe: a call that is dropped while it waits leaves the line; one that is dropped while it holds the lock gives
/// it back, after what it has handed to the store. Its caller's cancellation reaches the handler, as it does without a
/// lock. Each message costs two commits, to take the lock and to give it back. Commands of one process and one store
/// that are `Transactional` and have a `key` are in line without it.
///
/// In a database the pool needs a connection besides those of the handlers, to renew what they hold. SQLite has one
/// writer: while a transaction is open nobody takes a lock over, and nobody renews one; a message under a lock that is
/// sent from inside of one is refused with `catga.store.nested`.
///
/// ```
/// use catga::delivery::Fenced;
/// use catga::prelude::*;
/// use catga::store::{Memory, Store};
/// use catga::time::SystemRandom;
/// use serde::{Deserialize, Serialize};
///
/// struct Main;
///
/// #[command(reply = u64, key = printer)]
/// #[derive(Serialize, Deserialize)]
/// struct Print { printer: u32 }
///
/// struct Printers;
///
/// #[handler]
/// impl Printers {
///     async fn print(&self, _: Print, cx: &mut Context<impl Fenced>) -> u64 { cx.fence() }
/// }
///
/// #[mediator]
/// struct Office {
///     #[pipeline(commands: Lock(self.db))]
///     printers: Printers,
///     db: Store<Main>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let office = Office { printers: Printers, db: Store::new(Memory::new(&SystemRandom)).unwrap() };
/// let first = office.send(Print { printer: 1 }).await.unwrap();
/// assert!(office.send(Print { printer: 1 }).await.unwrap() > first);
/// # }
/// ```
pub struct Lock<'s, S>(pub &'s S);

impl<'s, S> Lock<'s, S> {
    /// What to lock by, of messages of one type: `Lock(self.db).by(|pay: &Pay| pay.account)`.
    #[must_use]
    pub const fn by<M, K, F: Fn(&M) -> K>(self, key: F) -> LockWith<'s, S, By<F, M, K>> {
        LockWith { store: self.0, name: "", lease: LEASE, patience: PATIENCE, keys: By(key, PhantomData) }
    }

    /// A name that tells this lock from others with the same keys.
    #[must_use]
    pub const fn named(self, name: &'static str) -> LockWith<'s, S, ByField> {
        LockWith { name, ..self.with() }
    }

    /// How long it is held by a process that has vanished, 30 s unless set; it is renewed while the handler runs.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> LockWith<'s, S, ByField> {
        LockWith { lease, ..self.with() }
    }

    /// How long a caller waits at most, also where it has no deadline, 30 s unless set. Zero refuses at once.
    #[must_use]
    pub const fn patience(self, patience: Duration) -> LockWith<'s, S, ByField> {
        LockWith { patience, ..self.with() }
    }

    const fn with(&self) -> LockWith<'s, S, ByField> {
        LockWith { store: self.0, name: "", lease: LEASE, patience: PATIENCE, keys: ByField }
    }
}

const LEASE: Duration = Duration::from_secs(30);
const PATIENCE: Duration = Duration::from_secs(30);

/// A [`Lock`] of which more is said.
pub struct LockWith<'s, S, B> {
    store: &'s S,
    name: &'static str,
    lease: Duration,
    patience: Duration,
    keys: B,
}

impl<S, B> LockWith<'_, S, B> {
    /// As [`Lock::named`].
    #[must_use]
    pub const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// As [`Lock::lease`].
    #[must_use]
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// As [`Lock::patience`].
    #[must_use]
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    fn wanted<M: Message>(&self, id: StoreId, message: &M) -> Result<Wanted<'_, S>, Error<M::Error>>
    where
        B: LockKeys<M>,
    {
        let key = key_of(&self.keys, message).map_err(|error| {
            Error::Refused(Failure::from_error(WireError::Unencodable { message: M::INFO.name, error }))
        })?;
        let mut name = String::from(self.name);
        name.push('/');
        for byte in key {
            // Into a string, which does not fail.
            let _ = write!(name, "{byte:02x}");
        }
        Ok(Wanted { store: self.store, id, name, lease: self.lease, patience: self.patience })
    }
}

impl<S: fmt::Debug> fmt::Debug for Lock<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lock").field(self.0).finish()
    }
}

impl<S: fmt::Debug, B> fmt::Debug for LockWith<'_, S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockWith")
            .field("store", self.store)
            .field("name", &self.name)
            .field("lease", &self.lease)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

impl<S> ChangesScope for Lock<'_, S> {}
impl<S, B> ChangesScope for LockWith<'_, S, B> {}

impl<S> Declares for Lock<'_, S> {
    const NEEDS_TIMER: bool = true;
    const NEEDS_CLOCK: bool = true;
    const RUNS_ALONE: bool = true;
}

impl<S, B> Declares for LockWith<'_, S, B> {
    const NEEDS_TIMER: bool = true;
    const NEEDS_CLOCK: bool = true;
    const RUNS_ALONE: bool = true;
}

impl<'a, M, A, S> Enters<M, Inside<'a, A>> for Lock<'_, S>
where
    M: Message,
    A: Mediator,
    S: Leases,
    ByField: LockKeys<M>,
{
    type Inner = Locked<'a, A>;

    async fn around<N: Next<M, Self::Inner>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<Inside<'a, A>>,
        next: N,
    ) -> Outcome<M> {
        self.with().around(input, cx, next).await
    }
}

impl<'a, M, A, S, B> Enters<M, Inside<'a, A>> for LockWith<'_, S, B>
where
    M: Message,
    A: Mediator,
    S: Leases,
    B: LockKeys<M>,
{
    type Inner = Locked<'a, A>;

    async fn around<N: Next<M, Self::Inner>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<Inside<'a, A>>,
        next: N,
    ) -> Outcome<M> {
        let root = **cx;
        let store = self.store.store_id().await.map_err(Error::refused)?;
        S::apart(root.frame_ref().is_inside(store.folded())).map_err(Error::refused)?;
        let wanted = self.wanted(store, M::view(&input))?;
        if root.frame_ref().is_inside(wanted.number()) {
            let text = "the lock is held around this message, which would wait for itself; send it outside of the lock, or do its work here";
            return Err(Error::Refused(Failure::with_source("catga.delivery.lock_nested", Class::Permanent, text)));
        }
        let acquired = wanted.acquire(root).await;
        if root.frame_ref().is_cancelled() {
            if let Ok((_turn, held)) = acquired {
                wanted.release(&held).await;
            }
            return Err(Error::Cancelled);
        }
        let (_turn, held) = acquired.map_err(Error::refused)?;
        // Before the handler's own things are dropped it is not given back.
        let mut given = GivesBack { store: wanted.store, lease: Some(held.lease().clone()) };
        let mut inner = Context::new(Locked::new(root, held.clone()));
        let outcome = {
            let mut work = pin!(next.run(input, &mut inner));
            let mut keep = pin!(wanted.keep(&held, root.mediator()));
            let mut told = pin!(async {
                match root.frame_ref().cancel() {
                    Some(caller) => caller.cancelled().await,
                    None => core::future::pending().await,
                }
            });
            let mut is_told = false;
            poll_fn(|task| {
                if !is_told && told.as_mut().poll(task).is_ready() {
                    is_told = true;
                    held.cancelled().cancel();
                }
                if let Poll::Ready(outcome) = work.as_mut().poll(task) {
                    return Poll::Ready(outcome);
                }
                if keep.as_mut().poll(task).is_pending() {
                    return Poll::Pending;
                }
                held.cancelled().cancel();
                Poll::Ready(match work.as_mut().poll(task) {
                    Poll::Ready(Ok(reply)) => Ok(reply),
                    _ => Err(lost()),
                })
            })
            .await
        };
        given.lease = None;
        wanted.release(&held).await;
        outcome
    }
}

#[cold]
fn lost<E>() -> Error<E> {
    let text = "the lock was lost while the handler ran; see what it had done by then";
    Error::Refused(Failure::with_source("catga.delivery.lock_lost", Class::Unknown, text))
}
