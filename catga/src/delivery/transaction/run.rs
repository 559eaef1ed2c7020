use alloc::vec::Vec;

use super::InTx;
use super::in_tx::commits;
use crate::codec::{OrderOf, Orders};
use crate::delivery::lock::Hold;
use crate::envelope::Kind;
use crate::error::{Error, Failure};
use crate::message::{Message, OnWire, Outcome};
use crate::pipeline::Next;
use crate::scope::{Context, Inside, Mediator};
use crate::store::outbox::heard;
use crate::store::{KeyGuard, Outbox, Store, StoreError, Transaction};
use crate::wire::WireError;

/// How a transaction is run.
#[derive(Clone, Copy, Debug)]
pub(in crate::delivery) struct Plan {
    /// The codes of the errors that commit.
    pub(in crate::delivery) commits: &'static [&'static str],
    /// Where its messages go.
    pub(in crate::delivery) outbox: Outbox,
}

/// The key of a message is held, until its commit has answered.
pub(in crate::delivery) struct Turn {
    _key: Option<KeyGuard>,
}

/// Checks that the store is not open around this message, and waits for the message's key where it has one.
pub(in crate::delivery) async fn turn<M, A, D>(
    store: &Store<D>,
    message: &M,
    cx: Inside<'_, A>,
) -> Result<Turn, Error<M::Error>>
where
    M: Message<Wire: OnWire<Order: Orders<M>>>,
    A: Mediator,
{
    // Before the wait: the key may be that of the transaction around this one.
    if cx.frame_ref().is_inside(store.id().folded()) {
        store.begin_inside(&[store.id()]).map_err(Error::refused)?;
    }
    let mut held = None;
    if OrderOf::<M>::IS_KEYED && matches!(const { Kind::of::<M::Kind>() }, Kind::Command | Kind::Event) {
        let mut key = Vec::new();
        OrderOf::<M>::write(message, &mut key).map_err(|error| {
            Error::Refused(Failure::from_error(WireError::Unencodable { message: M::INFO.name, error }))
        })?;
        held = Some(store.turns().lock(&key).await.map_err(Error::refused)?);
    }
    if cx.frame_ref().is_cancelled() {
        return Err(Error::Cancelled);
    }
    Ok(Turn { _key: held })
}

/// Runs the rest of the chain in a transaction, and commits it where that ends well. `last` writes what belongs to
/// it besides, before it commits.
///
/// Dropped before it is handed over, or ended by an error, nothing happened.
pub(in crate::delivery) async fn transact<'a, M, A, D, H, N, L>(
    store: &Store<D>,
    plan: Plan,
    input: M::In<'_>,
    (root, hold): (Inside<'a, A>, H),
    next: N,
    last: L,
) -> Outcome<M>
where
    M: Message,
    A: Mediator,
    H: Hold,
    N: Next<M, InTx<'a, A, D, H>>,
    L: FnOnce(&mut Transaction, &M::Reply) -> Result<(), StoreError> + Send,
{
    let open = root.frame_ref().opening(store.id().folded());
    let mut tx = store.begin().map_err(Error::refused)?;
    if root.frame_ref().outermost().roll().is_none() {
        // Refused before it has done anything. What a relay delivers goes on, or a full outbox would stay full.
        plan.outbox.has_room(&mut tx).map_err(Error::refused)?;
    }
    let mut inner = Context::new(InTx::new(root, open, tx, plan, hold));
    let outcome = next.run(input, &mut inner).await;
    let InTx { mut tx, kept, hold, .. } = inner.into_scope();
    match &outcome {
        Ok(reply) => {
            if let Some(kept) = kept {
                // A behavior has answered in the place of an error that commits.
                tx.truncate(kept);
            }
            let frame = root.frame_ref();
            if let Some(handler) = frame.shared_roll().and_then(|roll| roll.recording(frame, store.id().folded())) {
                // Done with its effect, or not at all.
                let id = Context::new(root).message_id().get();
                heard::record_once(&mut tx, id, handler).map_err(Error::refused)?;
            }
            last(&mut tx, reply).map_err(Error::refused)?;
        }
        Err(error) if commits(error, plan.commits) => {}
        Err(_) => return outcome,
    }
    if root.frame_ref().is_cancelled() {
        return Err(Error::Cancelled);
    }
    hold.guard(&mut tx);
    tx.commit().await.map_err(Error::refused)?;
    outcome
}
