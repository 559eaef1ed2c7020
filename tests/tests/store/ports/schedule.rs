//! Messages for later.

use std::time::Duration;

use catga::store::ErrorKind;
use catga::time::Clock as _;

use super::messages::{ids, message, publish};
use super::world::{OUTBOX, SCHEDULE, World, world};
use crate::engines::Make;
use crate::suite::{block_on, kind, scenarios};

scenarios! {
    e1_due_in_order_and_not_before,
    e3_cancelled_and_moved,
    e_recurring,
}

fn e1_due_in_order_and_not_before(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let now = clock.unix_ms();
        let mut tx = store.begin().unwrap();
        for (id, delay) in [(1, 300), (2, 100), (3, 200), (4, 100_000)] {
            SCHEDULE.after(&mut tx, Duration::from_millis(delay), message("k", id)).unwrap();
        }
        assert_eq!(kind(SCHEDULE.at(&mut tx, 5, message("k", 1))), Some(ErrorKind::Mismatch));
        tx.commit().await.unwrap();
        assert_eq!(SCHEDULE.next_ms(&store).unwrap(), Some(now + 100));
        clock.advance(Duration::from_millis(99));
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 0, "not before");
        // Down for a while: all that is due at once, in order.
        clock.advance(Duration::from_millis(5_000));
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 2).await.unwrap(), 2);
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 2).await.unwrap(), 1);
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 2).await.unwrap(), 0);
        let mut relay = OUTBOX.relay(1);
        let mut order = Vec::new();
        for _ in 0..3 {
            let claimed = relay.claim(&store, 1).await.unwrap();
            order.extend(ids(&claimed));
            publish(&store, claimed).await;
        }
        assert_eq!(order, [2, 3, 1]);
        assert_eq!(SCHEDULE.list(&store, None, 10).unwrap().len(), 1);
    });
}

fn e3_cancelled_and_moved(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let now = clock.unix_ms();
        let mut tx = store.begin().unwrap();
        for id in 1..=3 {
            SCHEDULE.at(&mut tx, now + id * 100, message("k", id)).unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = store.begin().unwrap();
        assert_eq!(SCHEDULE.cancel(&mut tx, 1).unwrap().message, message("k", 1));
        assert_eq!(kind(SCHEDULE.cancel(&mut tx, 1)), Some(ErrorKind::Missing));
        SCHEDULE.move_to(&mut tx, 2, now + 500).unwrap();
        tx.commit().await.unwrap();
        let list = SCHEDULE.list(&store, None, 10).unwrap();
        assert_eq!(
            list.iter().map(|(due, later)| (*due - now, later.message.id)).collect::<Vec<_>>(),
            [(300, 3), (500, 2)]
        );
        assert_eq!(SCHEDULE.list(&store, Some((now + 300, 3)), 10).unwrap().len(), 1);
        // Cancelled while it is released: one of the two.
        clock.advance(Duration::from_secs(1));
        let mut cancels = store.begin().unwrap();
        SCHEDULE.cancel(&mut cancels, 2).unwrap();
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 2);
        assert_eq!(kind(cancels.commit().await), Some(ErrorKind::Conflict));
        assert_eq!((SCHEDULE.next_ms(&store).unwrap(), OUTBOX.backlog(&store).unwrap()), (None, 2));
    });
}

fn e_recurring(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let now = clock.unix_ms();
        let mut tx = store.begin().unwrap();
        SCHEDULE.every(&mut tx, now + 100, Duration::from_millis(100), message("k", 50)).unwrap();
        tx.commit().await.unwrap();
        for (pass, due) in [(100, 200), (100, 300), (950, 1_200)] {
            clock.advance(Duration::from_millis(pass));
            assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 1);
            assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 0, "what was missed is sent once");
            assert_eq!(SCHEDULE.next_ms(&store).unwrap(), Some(now + due));
        }
        let mut relay = OUTBOX.relay(1);
        let mut times = Vec::new();
        for _ in 0..3 {
            let claimed = relay.claim(&store, 1).await.unwrap();
            times.extend(ids(&claimed));
            publish(&store, claimed).await;
        }
        assert_eq!(times[0], 50, "the first has the id of the schedule");
        assert!(times[1..].iter().all(|id| id >> 62 == 0b10), "none is one that is made, or a neighbour's: {times:?}");
        assert_ne!(times[1], times[2], "each time is a message of its own");
        let mut tx = store.begin().unwrap();
        SCHEDULE.cancel(&mut tx, 50).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(SCHEDULE.next_ms(&store).unwrap(), None);
    });
}
