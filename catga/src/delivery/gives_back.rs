use crate::store::Lease;
use crate::store::port::Leases;

/// Gives a lease back where whoever holds it is dropped, who takes it out where he does so himself.
pub(super) struct GivesBack<'s, S: Leases> {
    pub(super) store: &'s S,
    pub(super) lease: Option<Lease>,
}

impl<S: Leases> Drop for GivesBack<'_, S> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease.take() {
            self.store.let_lease_go(lease);
        }
    }
}
