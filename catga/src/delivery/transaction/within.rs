use crate::delivery::effect::{self, EffectKey};
use crate::error::Failure;
use crate::scope::Scope;
use crate::store::Transaction;
use crate::store::port::Writes;

/// May read and write in a transaction of the store `D`: `cx.tx()`.
///
/// `D` is the marker of the store: `cx: &mut Context<impl Within<Main>>` asks for a transaction of `Store<Main>`.
/// `T` is what its transactions are: `Within<Main, PgTx>` asks for one of `Sql<Postgres, Main>`, which is a
/// connection that the handler's own SQL is run on.
#[diagnostic::on_unimplemented(
    message = "CATGA111: there is no transaction of the store `{D}` here",
    label = "a handler asks for `cx.tx()`",
    note = "put `commands: Transactional(self.db)` into the pipeline of the mediator or of this field, where `db` is a `Store<{D}>`, or with `PgTx` a `Sql<Postgres, {D}>`, and with `SqliteTx` a `Sql<Sqlite, {D}>`"
)]
pub trait Within<D, T = Transaction>: Scope {
    /// The transaction: the tables of the user are read and written with it.
    fn tx(&mut self) -> &mut T;

    /// By what an effect outside of the store is known there: see [`EffectKey`]. It is the same for every attempt at the
    /// message; an [`Effect`](crate::delivery::Effect) records, besides, what became of it.
    ///
    /// ```
    /// # use catga::prelude::*;
    /// # struct Main;
    /// # #[command] struct Pay { cents: u64 }
    /// # struct Payments;
    /// # impl Payments { async fn charge(&self, key: &str, cents: u64) -> Result<(), Error> { Ok(()) } }
    /// #[handler]
    /// impl Payments {
    ///     async fn pay(&self, cmd: Pay, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
    ///         let key = cx.effect_key("card.charge").map_err(Error::refused)?;
    ///         self.charge(key.as_str(), cmd.cents).await
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    /// The message has no id, as the mediator's source of ids has failed.
    fn effect_key(&mut self, name: &str) -> Result<EffectKey, Failure>
    where
        Self: Sized,
        T: Writes,
    {
        let store = self.tx().store_id();
        Ok(EffectKey::new(store, &effect::message(self)?, name, 0))
    }
}

/// A scope of ours that has a transaction. Were [`Within`] implemented for it by itself, rustc would show whoever asks
/// for another store's which one there is, and how.
pub trait Holding<D, T>: Scope {
    /// The transaction.
    fn held(&mut self) -> &mut T;
}

#[diagnostic::do_not_recommend]
impl<D, T, S: Holding<D, T>> Within<D, T> for S {
    #[inline]
    fn tx(&mut self) -> &mut T {
        self.held()
    }
}
