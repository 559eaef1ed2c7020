use core::future::Future;
use core::time::Duration;

use super::Transacts;
use crate::store::{Lease, StoreError};

/// A store that holds leases: what [`Lease`] promises, each in one commit of its own.
#[diagnostic::on_unimplemented(
    message = "CATGA117: `{Self}` is no store that holds leases",
    label = "a lock is a lease of a store",
    note = "name a field of the type `Store<D>`, or `Sql<Postgres, D>` or `Sql<Sqlite, D>`; a store of your own implements `catga::store::port::Leases`"
)]
pub trait Leases: Transacts {
    /// Takes the lease of this name for so long.
    ///
    /// # Errors
    /// `InProgress` where another has it; else as a commit's.
    fn acquire_lease(
        &self,
        name: &str,
        owner: u64,
        time: Duration,
    ) -> impl Future<Output = Result<Lease, StoreError>> + Send;

    /// Holds it for so long from now.
    ///
    /// # Errors
    /// `Lost` where another has it by now, or had it; else as a commit's.
    fn renew_lease(&self, lease: &mut Lease, time: Duration) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Gives it back.
    ///
    /// # Errors
    /// `Lost` where another has it by now; else as a commit's.
    fn release_lease(&self, lease: Lease) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Gives it back behind a holder that was dropped, who cannot wait for that. Where it cannot be given back, it ends
    /// by itself.
    fn let_lease_go(&self, lease: Lease);
}
