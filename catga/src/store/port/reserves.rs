use core::future::Future;
use core::time::Duration;

use super::Transacts;
use crate::store::{Reservation, StoreError};

/// A store that keeps how far the ids of workers may have been given out: what [`Reservation`] promises, each in one
/// commit of its own.
///
/// What is no such store is found by the compiler:
///
/// ```compile_fail,E0277
/// # use std::sync::Arc;
/// # use catga::delivery::KeptIds;
/// # use catga::id::Snowflake;
/// # use catga::store::Store;
/// # struct Main;
/// async fn open(db: &Arc<Store<Main>>) {
///     let ids = KeptIds::open(db, Snowflake::new(7).unwrap()).await.unwrap();    // `&**db` is one
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "CATGA107: `{Self}` is no store that reserves ids",
    label = "how far ids were given out is kept in a store",
    note = "give it a `Store<D>`, or a `Sql<Postgres, D>` or `Sql<Sqlite, D>`; a store of your own implements `catga::store::port::Reserves`"
)]
pub trait Reserves: Transacts {
    /// Takes a worker's number over, and reserves ids of so long from now, above all that was reserved for it before.
    ///
    /// # Errors
    /// As a commit's.
    fn reserve_ids(&self, worker: u64, ahead: Duration)
    -> impl Future<Output = Result<Reservation, StoreError>> + Send;

    /// Reserves ids up to a time, in milliseconds since 1970.
    ///
    /// # Errors
    /// `Lost` where another has taken the number over; else as a commit's.
    fn extend_ids(
        &self,
        reservation: &mut Reservation,
        until_ms: u64,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}
