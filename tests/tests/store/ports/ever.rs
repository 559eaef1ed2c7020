//! Leases that never end: what is claimed for ever is nobody else's, however late it is.

use std::time::Duration;

use catga::store::outbox::Fate;
use catga::store::port::Ended;
use catga::store::{Begun, Claiming, Effects, ErrorKind, Lease, StoreError};

use super::messages::{add, marked, message};
use super::world::{OUTBOX, PAY, SCHEDULE, World, world};
use crate::engines::Make;
use crate::suite::{block_on, kind, scenarios};

scenarios! {
    a_lease_without_an_end_is_held,
}

fn is_taken<T>(claimed: Result<T, StoreError>) -> bool {
    matches!(kind(claimed), Some(ErrorKind::InProgress { .. }))
}

fn a_lease_without_an_end_is_held(make: Make<'_>) {
    let World { store, clock } = world(make);
    let ever = Duration::MAX;
    let (pay, out, card) = (PAY.lease(ever), OUTBOX.lease(ever), Effects::new("card").lease(ever));
    block_on(async {
        let mut lease = Lease::acquire(&store, "leader", 1, ever).await.unwrap();
        let Claiming::Yours(claim) = pay.claim(&store, b"k", 7, 1).await.unwrap() else { panic!("it has run") };
        let Begun::First(call) = card.begin(&store, (b"m", 0), b"q", 1).await.unwrap() else { panic!("it was called") };
        add(&store, &[("a", 1)]).await;
        let mut keys = out.relay(1).claim(&store, 9).await.unwrap();
        let mut tx = store.begin().unwrap();
        SCHEDULE.after(&mut tx, ever, message("b", 2)).unwrap();
        tx.commit().await.unwrap();
        for _ in 0..2 {
            clock.advance(Duration::from_secs(365 * 24 * 60 * 60));
            assert!(is_taken(Lease::acquire(&store, "leader", 2, ever).await));
            assert!(is_taken(pay.claim(&store, b"k", 7, 2).await));
            assert!(is_taken(card.begin(&store, (b"m", 0), b"q", 2).await));
            assert_eq!(out.relay(2).claim(&store, 9).await.unwrap(), []);
            assert_eq!(SCHEDULE.release(&store, &out, 9).await.unwrap(), 0);
            // Renewed, they are held as before.
            lease.renew(&store, ever).await.unwrap();
            pay.renew(&store, b"k", claim).await.unwrap();
            card.renew(&store, (b"m", 0), call).await.unwrap();
            out.renew(&store, &mut keys[0]).await.unwrap();
        }
        card.end(&store, (b"m", 0), call, Ended::Undone).await.unwrap();
        // What fails and is to be tried again never, is not tried again.
        let again = Fate::Again { after: ever, error: "busy".into() };
        out.mark(&store, &[marked(keys.remove(0), 0, again)]).await.unwrap();
        assert_eq!(out.relay(2).claim(&store, 9).await.unwrap(), []);
        pay.release(&store, b"k", claim).await.unwrap();
        lease.release(&store).await.unwrap();
        assert!(Lease::acquire(&store, "leader", 2, ever).await.is_ok());
    });
}
