use core::fmt;
use core::future::Future;
use core::time::Duration;

use tokio::sync::watch;

use super::Writes;
use crate::store::{ErrorKind, KeyedLocks, Outbox, StoreError, StoreId};

/// A store in whose transactions handlers run. Clones are the same store.
#[diagnostic::on_unimplemented(
    message = "CATGA119: `{Self}` is no store that runs transactions",
    label = "named by `Transactional`, `Idempotent`, a `Relay` or an inbox",
    note = "name a field of the type `Store<D>`, or `Sql<Postgres, D>` or `Sql<Sqlite, D>`"
)]
pub trait Transacts: Clone + fmt::Debug + Send + Sync + 'static {
    /// The type of the user's own that tells this store from others.
    type Marker: 'static;

    /// One of its transactions.
    type Tx: Writes;

    /// Whether one transaction at a time is all that it takes: whoever waits inside of one for another commit would wait
    /// for himself, and is refused.
    const ONE_WRITER: bool = false;

    /// Who the store is: the same for each of its handles.
    ///
    /// # Errors
    /// It cannot be reached, or has not been set up.
    fn store_id(&self) -> impl Future<Output = Result<StoreId, StoreError>> + Send;

    /// The keys whose commands wait for each other, of this store in this process.
    fn turns(&self) -> &KeyedLocks;

    /// Changes when a transaction of this process commits.
    fn head(&self) -> watch::Receiver<u64>;

    /// How often to look for what other processes commit, which `head` does not show; none where there are none.
    fn look_every(&self) -> Option<Duration>;

    /// Begins a transaction, where those of these stores are open around the caller.
    ///
    /// # Errors
    /// `Nested` where this store is among them; `Overloaded`, or the store cannot be reached.
    fn begin_tx(&self, open: &[StoreId]) -> impl Future<Output = Result<Self::Tx, StoreError>> + Send;

    /// Begins a transaction for a handler that a relay delivers to, where none of this store is open around it: it drains
    /// the store, and is not stopped with the intake.
    ///
    /// # Errors
    /// The store cannot be reached.
    fn begin_drain(&self) -> impl Future<Output = Result<Self::Tx, StoreError>> + Send {
        self.begin_tx(&[])
    }

    /// Begins a transaction beside one of this store that is open around the caller, who commits it first. What that has
    /// locked is not waited for without an end.
    ///
    /// # Errors
    /// As [`begin_tx`](Self::begin_tx).
    fn begin_apart(&self) -> impl Future<Output = Result<Self::Tx, StoreError>> + Send {
        self.begin_tx(&[])
    }

    /// Whether what comes in is taken: there is space, and the outbox takes a message besides those that it has, and one
    /// of this key where there is a key. What is drained does not ask.
    ///
    /// # Errors
    /// `Overloaded` where it is not; else as a read's.
    fn takes_in(&self, outbox: &Outbox, key: Option<&[u8]>) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Whether a commit of its own can be waited for, where a transaction of this store is open around the caller.
    ///
    /// # Errors
    /// `Nested` where it cannot.
    #[doc(hidden)]
    fn apart(is_open: bool) -> Result<(), StoreError> {
        if Self::ONE_WRITER && is_open {
            let detail = "a transaction of this database is open around this, and it takes no other commit meanwhile; \
                do it outside of the transaction";
            return Err(StoreError::new(ErrorKind::Nested, detail));
        }
        Ok(())
    }
}
