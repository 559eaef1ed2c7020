//! A clock that is set back, or far ahead: whoever waits is told for how long, and nothing is lost or done twice.

use std::time::Duration;

use catga::store::writer::Inline;
use catga::store::{Arrival, Claiming, ErrorKind, Lease, Recorded, Store, Taken};
use catga::testing::simulation::{SimClock, Simulation};
use catga::time::Clock as _;

use super::messages::{add, ids, message, publish};
use super::world::{INBOX, OUTBOX, PAY, SCHEDULE};
use crate::engines::{Make, store};
use crate::suite::{block_on, kind, scenarios};

scenarios! {
    e_a_schedule_waits_for_a_clock_that_was_set_back,
    f_a_key_waits_for_a_clock_that_was_set_back,
    g_a_reply_is_given_whatever_the_clock_says,
    g5_what_a_clock_far_ahead_forgets_is_never_new,
    g8_a_lease_is_fenced_whatever_the_clock_says,
    l14_one_id_of_two_stores_is_two,
}

const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600 * SECOND;

fn set(make: Make<'_>) -> (Store, SimClock) {
    let clock = SimClock::new(&Simulation::new(0).node("machine"));
    (store(make(), Store::<()>::options().writer(Inline).clock(clock.clone())), clock)
}

fn retry_after<T: std::fmt::Debug>(refused: Result<T, catga::store::StoreError>) -> i64 {
    match refused.unwrap_err().kind() {
        ErrorKind::InProgress { retry_after } => retry_after.as_millis() as i64,
        kind => panic!("{kind:?}"),
    }
}

fn e_a_schedule_waits_for_a_clock_that_was_set_back(make: Make<'_>) {
    let (store, clock) = set(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        for (id, seconds) in [(1, 10), (2, 20)] {
            SCHEDULE.after(&mut tx, Duration::from_secs(seconds), message("k", id)).unwrap();
        }
        tx.commit().await.unwrap();
        clock.jump(-HOUR);
        let mut tx = store.begin().unwrap();
        SCHEDULE.after(&mut tx, Duration::from_secs(5), message("k", 3)).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 0);
        clock.jump(5 * SECOND);
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 1, "by the clock as it is");
        clock.jump(HOUR);
        assert_eq!(SCHEDULE.next_ms(&store).unwrap(), Some(clock.unix_ms() + 5_000), "as they were");
        clock.jump(15 * SECOND);
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 2);
        // Released once, whatever the clock says again.
        clock.jump(-HOUR);
        clock.jump(HOUR);
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 0);
        let mut relay = OUTBOX.relay(1);
        for id in [3, 1, 2] {
            let claimed = relay.claim(&store, 10).await.unwrap();
            assert_eq!(ids(&claimed), [id]);
            publish(&store, claimed).await;
        }
    });
}

fn f_a_key_waits_for_a_clock_that_was_set_back(make: Make<'_>) {
    let (store, clock) = set(make);
    block_on(async {
        add(&store, &[("a", 1), ("b", 2)]).await;
        let mut claimed = OUTBOX.relay(1).claim(&store, 10).await.unwrap();
        clock.jump(-HOUR);
        let mut other = OUTBOX.relay(2);
        assert_eq!(other.claim(&store, 10).await.unwrap(), [], "they are the first one's");
        publish(&store, vec![claimed.remove(0)]).await;
        // The other one's relay has vanished: it comes when the clock is where it was.
        clock.jump(HOUR + 9 * SECOND);
        assert_eq!(other.claim(&store, 10).await.unwrap(), []);
        clock.jump(SECOND);
        let again = other.claim(&store, 10).await.unwrap();
        assert_eq!(ids(&again), [2]);
        // A clock far ahead takes it from who has it, whose mark is refused.
        clock.jump(HOUR);
        let third = OUTBOX.relay(3).claim(&store, 10).await.unwrap();
        assert_eq!(ids(&third), [2]);
        let late = super::messages::marked(again.into_iter().next().unwrap(), 1, catga::store::outbox::Fate::GoOn);
        assert_eq!(kind(OUTBOX.mark(&store, &[late]).await), Some(ErrorKind::Lost));
        publish(&store, third).await;
        assert_eq!(OUTBOX.backlog(&store).unwrap(), 0);
    });
}

fn g_a_reply_is_given_whatever_the_clock_says(make: Make<'_>) {
    let (store, clock) = set(make);
    block_on(async {
        let Claiming::Yours(claim) = PAY.claim(&store, b"k", 1, 5).await.unwrap() else { panic!("nobody has it") };
        clock.jump(-HOUR);
        let told = retry_after(PAY.claim(&store, b"k", 1, 6).await);
        assert_eq!(told, HOUR + 10 * SECOND, "for so long it is the first one's");
        let reply = Recorded { codec: "text".into(), schema: 1, reply: b"ok".to_vec() };
        let mut tx = store.begin().unwrap();
        PAY.complete(&mut tx, b"k", claim, reply.clone()).unwrap();
        tx.commit().await.unwrap();
        for jump in [0, -HOUR, HOUR, HOUR] {
            clock.jump(jump);
            let again = PAY.claim(&store, b"k", 1, 6).await.unwrap();
            assert!(matches!(again, Claiming::Done(recorded) if recorded == reply));
        }
        clock.jump(-2 * HOUR);
        assert_eq!(PAY.trim(&store, 10).await.unwrap(), 0, "it is of later");
        clock.jump(2 * HOUR);
        assert_eq!(PAY.trim(&store, 10).await.unwrap(), 1);
    });
}

fn g5_what_a_clock_far_ahead_forgets_is_never_new(make: Make<'_>) {
    let (store, clock) = set(make);
    block_on(async {
        let arrival = |id| Arrival { source: "shop", key: b"k", id };
        for id in 1..=3 {
            let mut tx = store.begin().unwrap();
            assert_eq!(INBOX.take(&mut tx, arrival(id)).unwrap(), Taken::New);
            tx.commit().await.unwrap();
        }
        clock.jump(-HOUR);
        assert_eq!(INBOX.trim(&store, 10).await.unwrap(), 0);
        clock.jump(2 * HOUR);
        assert_eq!(INBOX.trim(&store, 10).await.unwrap(), 3);
        for jump in [0, -HOUR, HOUR] {
            clock.jump(jump);
            let mut tx = store.begin().unwrap();
            for id in 1..=3 {
                assert_eq!(INBOX.take(&mut tx, arrival(id)).unwrap(), Taken::TooOld);
            }
            assert_eq!(INBOX.take(&mut tx, arrival(4)).unwrap(), Taken::New);
        }
    });
}

fn g8_a_lease_is_fenced_whatever_the_clock_says(make: Make<'_>) {
    let (store, clock) = set(make);
    let second = Duration::from_secs(1);
    block_on(async {
        let mut lease = Lease::acquire(&store, "leader", 1, second).await.unwrap();
        clock.jump(-HOUR);
        assert_eq!(retry_after(Lease::acquire(&store, "leader", 2, second).await), HOUR + SECOND);
        lease.renew(&store, second).await.unwrap();
        assert_eq!(
            retry_after(Lease::acquire(&store, "leader", 2, second).await),
            SECOND,
            "renewed by the clock as it is"
        );
        clock.jump(HOUR);
        let mut late = store.begin().unwrap();
        lease.guard(&mut late);
        let other = Lease::acquire(&store, "leader", 2, second).await.unwrap();
        assert!(other.claim().fence > lease.claim().fence);
        assert_eq!(kind(late.commit().await), Some(ErrorKind::Lost));
        clock.jump(-HOUR);
        assert_eq!(kind(lease.renew(&store, second).await), Some(ErrorKind::Lost));
        let held = other.claim().fence;
        other.release(&store).await.unwrap();
        assert!(Lease::acquire(&store, "leader", 1, second).await.unwrap().claim().fence > held);
    });
}

/// Two programs give out the same ids where they have one worker number, or a clock that was set back between them.
fn l14_one_id_of_two_stores_is_two(make: Make<'_>) {
    let ((store, _), (shop, _), (branch, _)) = (set(make), set(make), set(&crate::engines::memory));
    block_on(async {
        let sources = [shop.id().to_string(), branch.id().to_string()];
        assert_ne!(sources[0], sources[1]);
        let mut tx = store.begin().unwrap();
        for taken in [Taken::New, Taken::Duplicate] {
            for source in &sources {
                let arrival = Arrival { source, key: b"k", id: 7 };
                assert_eq!(INBOX.take(&mut tx, arrival).unwrap(), taken);
            }
        }
        tx.commit().await.unwrap();
    });
}
