//! Leases by name.

use std::time::Duration;

use catga::store::{ErrorKind, Lease};
use catga::time::Clock as _;

use super::world::{EFFECTS, World, effect, world};
use crate::engines::Make;
use crate::suite::{block_on, kind, scenarios};

scenarios! {
    leases,
}

fn leases(make: Make<'_>) {
    let World { store, clock } = world(make);
    let second = Duration::from_secs(1);
    block_on(async {
        let mut lease = Lease::acquire(&store, "leader", 1, second).await.unwrap();
        let taken = Lease::acquire(&store, "leader", 2, second).await.unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::InProgress { retry_after: second });
        Lease::acquire(&store, "other", 2, second).await.unwrap();
        clock.advance(Duration::from_millis(900));
        lease.renew(&store, second).await.unwrap();
        assert_eq!(lease.until_ms(), clock.unix_ms() + 1_000);
        clock.advance(Duration::from_millis(999));
        assert!(Lease::acquire(&store, "leader", 2, second).await.is_err());
        // Work under the lease commits while it is held, renewed or not.
        let mut work = store.begin().unwrap();
        lease.guard(&mut work);
        EFFECTS.put(&mut work, "led", &1).unwrap();
        lease.renew(&store, second).await.unwrap();
        work.commit().await.unwrap();
        // Over its time it is still held, until another takes it.
        clock.advance(Duration::from_secs(2));
        let mut late = store.begin().unwrap();
        lease.guard(&mut late);
        EFFECTS.put(&mut late, "led", &2).unwrap();
        let other = Lease::acquire(&store, "leader", 2, second).await.unwrap();
        assert!(other.claim().fence > lease.claim().fence);
        assert_eq!(kind(late.commit().await), Some(ErrorKind::Lost));
        assert_eq!(kind(lease.renew(&store, second).await), Some(ErrorKind::Lost));
        assert_eq!(kind(lease.release(&store).await), Some(ErrorKind::Lost));
        other.release(&store).await.unwrap();
        Lease::acquire(&store, "leader", 1, second).await.unwrap();
        assert_eq!(effect(&store, "led").await, 1);
    });
}
