use core::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::served::Peer;
use crate::transport::shared::key::Key;
use crate::transport::shared::slab::Slab;

/// The peers that are connected.
#[derive(Debug, Default)]
pub(super) struct Peers {
    all: Mutex<Slab<Arc<Peer>>>,
}

impl Peers {
    fn lock(&self) -> MutexGuard<'_, Slab<Arc<Peer>>> {
        // Nothing that may panic runs under the lock.
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more, until what is answered is dropped.
    pub(super) fn add(&self, peer: Peer) -> Connected<'_> {
        let peer = Arc::new(peer);
        let key = self.lock().insert(Arc::clone(&peer));
        Connected { peers: self, peer, key }
    }

    pub(super) fn count(&self) -> usize {
        self.lock().used()
    }

    pub(super) fn all(&self) -> Vec<Arc<Peer>> {
        self.lock().values().map(Arc::clone).collect()
    }
}

/// A peer is gone when its task is: nothing is kept of it.
pub(super) struct Connected<'p> {
    peers: &'p Peers,
    peer: Arc<Peer>,
    key: Key,
}

impl Deref for Connected<'_> {
    type Target = Arc<Peer>;

    fn deref(&self) -> &Arc<Peer> {
        &self.peer
    }
}

impl Drop for Connected<'_> {
    fn drop(&mut self) {
        let gone = self.peers.lock().remove(self.key);
        self.peer.lose();
        drop(gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_kept_of_those_who_are_gone() {
        let peers = Peers::default();
        let stays = peers.add(Peer::new(Arc::default(), 1));
        for _ in 0..1_000 {
            let goes = peers.add(Peer::new(Arc::default(), 1));
            assert_eq!(peers.count(), 2);
            drop(goes);
        }
        assert_eq!(peers.all().len(), 1);
        assert!(Arc::ptr_eq(&peers.all()[0], &stays));
        assert_eq!(stays.key.slot, 0);
        assert_eq!(peers.add(Peer::new(Arc::default(), 1)).key.slot, 1, "its place is used again");
    }
}
