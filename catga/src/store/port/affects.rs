use core::future::Future;

use super::Transacts;
use crate::store::{Begun, Claim, EffectId, Effects, OpenEffect, StoreError};

/// What became of the call of an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was answered, with this.
    Answered(Vec<u8>),
    /// It did not happen, and that is known: the next attempt calls it as if for the first time.
    Undone,
    /// It may have happened, as this says: the next attempt is told so.
    Unanswered(String),
    /// It may have happened, as this says, and nobody calls it before an operator has looked.
    Parked(String),
}

/// A store that records effects outside of it: what [`Effects`] promises, each in one commit of its own. An effect is
/// known by the message that it is of, and by which it is of those of one name that the message has.
///
/// What is no such store is found by the compiler:
///
/// ```compile_fail,E0277
/// # use std::sync::Arc;
/// # use catga::delivery::unanswered;
/// # use catga::store::Store;
/// # struct Main;
/// async fn open(db: &Arc<Store<Main>>) -> usize {
///     unanswered(db, None, 10).await.unwrap().len()               // `&**db` is one
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "CATGA118: `{Self}` is no store that records effects",
    label = "what became of an effect is recorded in a store",
    note = "give it a `Store<D>`, or a `Sql<Postgres, D>` or `Sql<Sqlite, D>`; a store of your own implements `catga::store::port::Affects`"
)]
pub trait Affects: Transacts {
    /// Records that an effect is about to be called, or answers what is known of it.
    ///
    /// # Errors
    /// `InProgress` where another calls it now; `Mismatch` where another request was made by this id; else as a
    /// commit's, a `Conflict` where another was faster.
    fn begin_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        request: &[u8],
        owner: u64,
    ) -> impl Future<Output = Result<Begun, StoreError>> + Send;

    /// That the call is still under way, for one lease more.
    ///
    /// # Errors
    /// `Lost` where another attempt has taken it over; else as a commit's.
    fn renew_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        claim: Claim,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What became of the call.
    ///
    /// # Errors
    /// As [`renew_effect`](Self::renew_effect).
    fn end_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        claim: Claim,
        ended: Ended,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Up to `limit` effects whose answer is not known, of all names, after one of them.
    ///
    /// # Errors
    /// As a read's.
    fn open_effects(
        &self,
        after: Option<&EffectId>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<OpenEffect>, StoreError>> + Send;

    /// Somebody has found out what became of an effect without an answer: it has answered with this, or it did not
    /// happen.
    ///
    /// # Errors
    /// `Missing` where it is answered, was never called, or is being called; else as a commit's.
    fn resolve_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        answer: Option<&[u8]>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Removes up to `limit` answers that are older than the retention, and says how many.
    ///
    /// # Errors
    /// As a commit's.
    fn trim_effects(&self, effects: &Effects, limit: usize) -> impl Future<Output = Result<usize, StoreError>> + Send;

    /// Removes up to `limit` answers of all names that are older than the retention that was recorded with them, and says
    /// how many.
    ///
    /// # Errors
    /// As a commit's.
    fn trim_answers(&self, limit: usize) -> impl Future<Output = Result<usize, StoreError>> + Send;
}
