use alloc::vec::Vec;

use super::InTx;
use super::in_tx::commits;
use super::stored::keyed;
use crate::codec::{OrderOf, Orders};
use crate::delivery::lock::Hold;
use crate::envelope::Kind;
use crate::error::{Error, Failure};
use crate::message::{Message, OnWire, Outcome};
use crate::pipeline::Next;
use crate::scope::{By, Claimed, Context, Entry, Frame, Inside, Mediator, Roll};
use crate::store::port::{Transacts, Writes as _};
use crate::store::{Claim, Idempotency, KeyGuard, Outbox, Recorded, Scheduler, StoreError, StoreId};
use crate::wire::WireError;

/// How a transaction is run.
#[derive(Clone, Copy, Debug)]
pub(in crate::delivery) struct Plan {
    /// The codes of the errors that commit.
    pub(in crate::delivery) commits: &'static [&'static str],
    /// Where its messages go.
    pub(in crate::delivery) outbox: Outbox,
    /// Where those wait that are for later.
    pub(in crate::delivery) schedule: Scheduler,
}

/// The key of a message is held, until its commit has answered.
pub(in crate::delivery) struct Turn {
    id: StoreId,
    /// The key, as rows of an outbox have it.
    key: Option<Vec<u8>>,
    /// Whether it runs beside a transaction of the store that is open.
    is_apart: bool,
    _held: Option<KeyGuard>,
}

/// A message that says whose turn it waits for, or that it waits for none: every one. It is asked for by one name, as
/// errors show what is asked for.
pub trait InTurn: Message<Wire: OnWire<Order: Orders<Self>>> {}

#[diagnostic::do_not_recommend]
impl<M: Message<Wire: OnWire<Order: Orders<M>>>> InTurn for M {}

/// Checks that the store is not open around this message, and waits for the message's key where it has one.
pub(in crate::delivery) async fn turn<M, A, S>(
    store: &S,
    message: &M,
    cx: Inside<'_, A>,
) -> Result<Turn, Error<M::Error>>
where
    M: InTurn,
    A: Mediator,
    S: Transacts,
{
    // Before the wait: the key may be that of the transaction around this one.
    let id = store.store_id().await.map_err(Error::refused)?;
    let is_open = cx.frame_ref().is_inside(id.folded());
    let is_apart = is_open && cx.frame_ref().is_apart(id.folded());
    if is_open && !is_apart {
        store.begin_tx(&[id]).await.map_err(Error::refused)?;
    }
    S::apart(is_open).map_err(Error::refused)?;
    let (mut held, mut rows) = (None, None);
    if OrderOf::<M>::IS_KEYED && matches!(const { Kind::of::<M::Kind>() }, Kind::Command | Kind::Event) {
        let mut key = Vec::new();
        OrderOf::<M>::write(message, &mut key).map_err(|error| {
            Error::Refused(Failure::from_error(WireError::Unencodable { message: M::INFO.name, error }))
        })?;
        // Whoever has the key, or has one that is waited for with it, may be the message around this one.
        if !is_apart {
            held = Some(store.turns().lock(&key).await.map_err(Error::refused)?);
        }
        rows = Some(keyed(&key));
    }
    if cx.frame_ref().is_cancelled() {
        return Err(Error::Cancelled);
    }
    Ok(Turn { id, key: rows, is_apart, _held: held })
}

/// That the store takes in what comes. What a relay delivers goes on, or a full outbox would stay full.
pub(in crate::delivery) async fn taken_in<A: Mediator, S: Transacts>(
    store: &S,
    (plan, turn): (Plan, &Turn),
    cx: Inside<'_, A>,
) -> Result<(), StoreError> {
    if cx.frame_ref().is_drain() {
        return Ok(());
    }
    store.takes_in(&plan.outbox, turn.key.as_deref()).await
}

/// The reply that a transaction records besides.
pub(in crate::delivery) struct Recording<'r, R> {
    pub(in crate::delivery) records: &'r Idempotency,
    pub(in crate::delivery) key: &'r [u8],
    pub(in crate::delivery) claim: Claim,
    pub(in crate::delivery) recorded: fn(&R) -> Result<Recorded, StoreError>,
}

/// Whose record it is that a transaction of the store of this number writes, and under which name: who runs in this frame
/// has done its part of a message that was delivered. A command has one handler, and no name.
fn part<'a, M: Message>(frame: &Frame<'a>, store: u64) -> Option<(By<'a>, &'static str)> {
    if let Some(roll) = frame.shared_roll() {
        return roll.recording(frame, store).map(|handler| (roll.by(), handler));
    }
    let is_command = matches!(const { Kind::of::<M::Kind>() }, Kind::Command);
    let roll: &Roll<'_> = frame.delivered().filter(|roll| is_command && roll.is_admitted(store))?;
    Some((roll.by(), ""))
}

/// Runs the rest of the chain in a transaction, and commits it where that ends well, with the reply where it is
/// recorded.
///
/// Dropped before it is handed over, or ended by an error, nothing happened.
pub(in crate::delivery) async fn transact<'a, M, A, S, H, N>(
    store: &S,
    (plan, turn): (Plan, &Turn),
    input: M::In<'_>,
    (root, hold): (Inside<'a, A>, H),
    next: N,
    recording: Option<Recording<'_, M::Reply>>,
) -> Outcome<M>
where
    M: Message,
    A: Mediator,
    S: Transacts,
    H: Hold,
    N: Next<M, InTx<'a, A, S::Marker, H, S::Tx>>,
{
    let open = root.frame_ref().opening(turn.id.folded());
    let begun = if turn.is_apart {
        store.begin_apart().await
    } else if root.frame_ref().is_drain() {
        store.begin_drain().await
    } else {
        store.begin_tx(&[]).await
    };
    let tx = begun.map_err(Error::refused)?;
    let mut inner = Context::new(InTx::new(root, open, tx, plan, hold));
    let outcome = next.run(input, &mut inner).await;
    let InTx { mut tx, kept, hold, .. } = inner.into_scope();
    match &outcome {
        Ok(reply) => {
            if let Some(kept) = kept {
                // A behavior has answered in the place of an error that commits.
                tx.truncate(kept);
            }
            let recorded = recording.map(|recording| (recording.recorded)(reply).map(|reply| (recording, reply)));
            let recorded = recorded.transpose().map_err(Error::refused)?;
            let frame = root.frame_ref();
            // Done with its effect, or not at all.
            match part::<M>(frame, turn.id.folded()) {
                Some((By::Relay(Claimed { outbox, key, owner, fence }), handler)) => {
                    let id = Context::new(root).message_id().get();
                    tx.record_once(id, handler).await.map_err(Error::refused)?;
                    // And by the relay that has the key: when another has delivered the event, the record of its
                    // handlers is gone.
                    tx.hold_key(&Outbox::new(outbox), key, Claim { owner, fence }).await.map_err(Error::refused)?;
                }
                Some((By::Inbox(Entry { records, key, fingerprint }), handler)) => {
                    let records = Idempotency::new(records);
                    tx.record_part(&records, key, handler, fingerprint).await.map_err(Error::refused)?;
                }
                None => {}
            }
            if let Some((Recording { records, key, claim, .. }, reply)) = recorded {
                tx.complete(records, key, claim, reply).await.map_err(Error::refused)?;
            }
        }
        Err(error) if commits(error, plan.commits) => {}
        Err(_) => return outcome,
    }
    if root.frame_ref().is_cancelled() {
        return Err(Error::Cancelled);
    }
    hold.guard(&mut tx).await.map_err(Error::refused)?;
    tx.commit_tx().await.map_err(Error::refused)?;
    outcome
}
