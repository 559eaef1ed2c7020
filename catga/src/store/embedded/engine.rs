use std::sync::Arc;

use super::group::{Answer, At, Member};
use crate::store::error::StoreError;
use crate::store::identity::Identity;
use crate::store::span::{Direction, Span};

/// The port to where a store's bytes are: an ordered map from keys to records.
///
/// An adapter is `memory` or `durable`; a wrapper around one is how faults are put in.
pub trait Engine: Send + Sync + 'static {
    /// The state after the last commit. It does not change, whatever is committed later.
    ///
    /// # Errors
    /// The disk failed, or the file is damaged.
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError>;

    /// Checks and applies the members, **each in its turn**: a later one is checked against what an earlier
    /// one of the group has written. All that are applied become durable at once, and the answers come in
    /// the order of the members. Members that conflict do not disturb the others.
    ///
    /// Called by the one writer of a store, and never from two threads at once. It blocks.
    fn commit(&self, group: &[Member]) -> Vec<Answer>;

    /// Who this store is.
    fn identity(&self) -> Identity;

    /// The sequence of the last commit.
    fn head(&self) -> u64;

    /// Whether the space that it may take has room for more: asked of what comes in, and of what drains with `reserve`.
    ///
    /// # Errors
    /// `Overloaded` where it has not.
    fn has_room(&self, reserve: bool) -> Result<(), StoreError> {
        let _ = reserve;
        Ok(())
    }
}

/// A state of the store, for as long as it is held. Long-held ones keep a file from reusing its space.
pub trait Snapshot: Send + Sync {
    /// Which state it is.
    fn at(&self) -> &At;

    /// The record of a key.
    ///
    /// # Errors
    /// The disk failed, or the file is damaged.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Up to `limit` keys of the span with their records, in order.
    ///
    /// # Errors
    /// The disk failed, or the file is damaged.
    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError>;
}

/// A key and its record.
pub type Row = (Vec<u8>, Vec<u8>);

impl<E: Engine + ?Sized> Engine for Arc<E> {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        (**self).snapshot()
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        (**self).commit(group)
    }

    fn identity(&self) -> Identity {
        (**self).identity()
    }

    fn head(&self) -> u64 {
        (**self).head()
    }

    fn has_room(&self, reserve: bool) -> Result<(), StoreError> {
        (**self).has_room(reserve)
    }
}
