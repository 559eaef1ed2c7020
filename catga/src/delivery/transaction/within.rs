use crate::scope::Scope;
use crate::store::Transaction;

/// May read and write in a transaction of the store `D`: `cx.tx()`.
///
/// `D` is the marker of the store: `cx: &mut Context<impl Within<Main>>` asks for a transaction of `Store<Main>`.
#[diagnostic::on_unimplemented(
    message = "CATGA111: there is no transaction of `Store<{D}>` here",
    label = "a handler asks for `cx.tx()`",
    note = "put `commands: Transactional(self.db)`, where `db` is a `Store<{D}>`, into the pipeline of the mediator or of this field"
)]
pub trait Within<D>: Scope {
    /// The transaction: the tables of the user are read and written with it.
    fn tx(&mut self) -> &mut Transaction;
}
