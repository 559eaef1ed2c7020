//! Messages that are sent later.

use std::time::Duration;

use catga::store::ErrorKind;
use catga::store::port::Due;
use catga_tests::scenarios;

use super::super::world::fresh;
use super::{OUTBOX, SCHEDULE, SECOND, message, publish};

scenarios! { 1:
    e_due_in_order_cancelled_moved_and_recurring
}

async fn e_due_in_order_cancelled_moved_and_recurring() {
    let (_place, db, clock) = fresh().await;
    let start = catga::time::Clock::unix_ms(&clock);
    let mut tx = db.begin().await.unwrap();
    for (id, after) in [(1, 30), (2, 10), (3, 20), (4, 5)] {
        let due = Due::At(start + after * 1_000);
        tx.schedule(&SCHEDULE, due, Duration::ZERO, &message("a", id)).await.unwrap();
    }
    let again = tx.schedule(&SCHEDULE, Due::After(SECOND), Duration::ZERO, &message("a", 1)).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Mismatch);
    tx.schedule(&SCHEDULE, Due::After(SECOND * 25), SECOND * 10, &message("b", 50)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.cancel(&SCHEDULE, 4).await.unwrap();
    assert_eq!(tx.cancel(&SCHEDULE, 4).await.unwrap_err().kind(), ErrorKind::Missing);
    tx.move_to(&SCHEDULE, 3, start + 8_000).await.unwrap();
    tx.commit().await.unwrap();
    let ids: Vec<_> = db.scheduled(&SCHEDULE, None, 10).await.unwrap().iter().map(|(_, one)| one.message.id).collect();
    assert_eq!(ids, [3, 2, 50, 1]);
    assert_eq!(db.next_ms(&SCHEDULE).await.unwrap(), Some(start + 8_000));
    clock.advance(Duration::from_millis(7_999));
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 0);
    // Down for a while: all that was due comes at once, in order; what was missed of the recurring one comes once.
    clock.advance(SECOND * 60);
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 4);
    let mut relay = OUTBOX.relay(1);
    let mut sent = Vec::new();
    loop {
        let claimed = db.claim(&mut relay, 10).await.unwrap();
        if claimed.is_empty() {
            break;
        }
        sent.extend(claimed.iter().map(|key| (key.key[0], key.rows[0].message.id)));
        publish(&db, claimed).await;
    }
    let of = |key| sent.iter().filter(|(at, _)| *at == key).map(|(_, id)| *id).collect::<Vec<u64>>();
    assert_eq!((of(b'a'), of(b'b')), (vec![3, 2, 1], vec![50]));
    assert_eq!(db.next_ms(&SCHEDULE).await.unwrap(), Some(start + 75_000));
    clock.advance(SECOND * 10);
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 1);
    let next = db.claim(&mut relay, 10).await.unwrap()[0].rows[0].message.id;
    assert_eq!(next >> 62, 0b10, "the next time has an id that follows from the first, and is nobody's: {next}");
}
