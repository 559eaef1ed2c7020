//! Of which handlers of an event it is recorded that they have done their part, by the id of its message.

use crate::store::embedded::group::{Need, Write};
use crate::store::embedded::record::RecordKind;
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::{Transaction, Unmet};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::span::{self, Span};

/// The handlers that have done their part.
pub(crate) fn recorded<D>(store: &Store<D>, id: u64) -> Result<Vec<String>, StoreError> {
    let rows = store.begin_own()?.glance(&Space::OutboxHeard.span(id), usize::MAX)?;
    rows.iter().map(|(at, _)| Space::OutboxHeard.parts::<(u64, String)>(at).map(|(_, name)| name)).collect()
}

/// Records a handler with what it does: of two transactions that do, one commits.
pub(crate) fn record_once(tx: &mut Transaction, id: u64, handler: &str) -> Result<(), StoreError> {
    let at = Space::OutboxHeard.with((id, handler));
    let done = "another attempt has done the handler's part; it is not done again";
    tx.need(Need::absent(at.clone()), Unmet(ErrorKind::Conflict, done));
    tx.write(Write::put(at, RecordKind::Index, 0, &[]))
}

/// Records a handler that has done its part.
pub(crate) fn record(tx: &mut Transaction, id: u64, handler: &str) -> Result<(), StoreError> {
    tx.write(Write::put(Space::OutboxHeard.with((id, handler)), RecordKind::Index, 0, &[]))
}

/// All of them have, or nobody asks any more.
pub(crate) fn forget(tx: &mut Transaction, id: u64) -> Result<(), StoreError> {
    for (at, _) in tx.glance(&Space::OutboxHeard.span(id), usize::MAX)? {
        tx.write(Write::delete(at))?;
    }
    Ok(())
}

/// Forgets a handler that the program has no more, in up to `limit` records, and says of how many messages. The records
/// are read in parts, each with a commit of its own where it has some.
pub(crate) async fn forget_handler<D>(store: &Store<D>, handler: &str, limit: usize) -> Result<usize, StoreError> {
    const AT_ONCE: usize = 256;
    let (mut forgotten, mut left) = (0, Span::prefix(&Space::OutboxHeard.key()));
    while forgotten < limit {
        let mut tx = store.begin_own()?;
        let part = tx.glance(&left, AT_ONCE)?;
        let (is_all, last) = (part.len() < AT_ONCE, part.last().map(|(at, _)| span::next(at)));
        for (at, _) in part {
            let (_, name): (u64, String) = Space::OutboxHeard.parts(&at)?;
            if name == handler && forgotten < limit {
                tx.write(Write::delete(at))?;
                forgotten += 1;
            }
        }
        tx.commit().await?;
        match last {
            Some(last) if !is_all => left.start = last,
            _ => break,
        }
    }
    Ok(forgotten)
}
