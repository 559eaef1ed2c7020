//! Ids of which none is given out twice, over restarts, by a clock that was set back, and of two processes with one
//! number. On every store; what is around this file is its `world`.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use catga::delivery::KeptIds;
use catga::id::{Classic, Id, IdError, Ids, Snowflake};
use catga::prelude::*;
use catga::store::ErrorKind;
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::SystemRandom;
use catga_tests::{poll_once, scenarios};
use serde::{Deserialize, Serialize};

use super::world::{Base, Main, Tx, count, counted, counting};

scenarios! { 7:
    l14_a_restart_by_a_clock_set_back_repeats_no_id
    l14_two_processes_of_one_number_are_told_apart_and_the_first_is_refused
    l14_no_request_is_taken_for_the_one_before_the_restart
    many_ids_are_one_commit
    what_is_not_reserved_is_not_given_out
    a_clock_too_far_behind_is_an_error
    keep_reserves_more_in_time
}

const WORKER: u64 = 7;

/// A clock so many seconds behind the store's, which stands at so many.
fn at(secs: u64) -> VirtualClock {
    let clock = VirtualClock::new();
    clock.advance(Duration::from_secs(secs));
    clock
}

async fn open(db: &Base) -> KeptIds<Base> {
    KeptIds::open(db, Snowflake::new(WORKER).unwrap()).await.unwrap()
}

fn take(ids: &impl Ids, clock: &VirtualClock, many: usize) -> Vec<Id> {
    (0..many).map(|_| ids.next(clock, &SeededRandom::new(1)).unwrap()).collect()
}

fn distinct(ids: &[Id]) -> usize {
    ids.iter().collect::<BTreeSet<_>>().len()
}

async fn l14_a_restart_by_a_clock_set_back_repeats_no_id() {
    let (_place, db, clock) = counting().await;
    clock.advance(Duration::from_secs(60));
    let mut given = take(&open(&db).await, &at(60), 1_000);
    // Eight restarts, each with a clock that is two seconds behind the last.
    for restart in 1..=8 {
        given.extend(take(&open(&db).await, &at(60 - 2 * restart), 1_000));
    }
    assert_eq!(distinct(&given), given.len());
    assert!(given.is_sorted(), "they grow all the while");
    assert!(given.iter().all(|id| id.parts::<Classic>().worker == WORKER));
    // And without what is kept there would be repeats.
    let plain = |secs| take(&Snowflake::new(WORKER).unwrap(), &at(secs), 1_000);
    let repeated = [plain(60), plain(60)].concat();
    assert_eq!(distinct(&repeated), 1_000);
}

async fn l14_two_processes_of_one_number_are_told_apart_and_the_first_is_refused() {
    let (place, db, clock) = counting().await;
    let other = place.at(&clock).await;
    let first = open(&db).await;
    let mut given = take(&first, &clock, 1_000);
    let second = open(&other).await;
    for _ in 0..100 {
        given.extend(take(&first, &clock, 10));
        given.extend(take(&second, &clock, 10));
    }
    assert_eq!(distinct(&given), given.len());
    clock.advance(Duration::from_secs(8));
    assert_eq!(first.extend(&clock).await.unwrap_err().kind(), ErrorKind::Lost);
    let refused = first.next(&clock, &SystemRandom);
    assert_eq!(refused, Err(IdError::Taken { worker: WORKER }));
    second.extend(&clock).await.unwrap();
    given.extend(take(&second, &clock, 1_000));
    assert_eq!(distinct(&given), given.len());
}

#[command(reply = u32)]
#[derive(Serialize, Deserialize)]
struct Charge {
    item: u32,
}

struct Cards;

#[handler]
impl Cards {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main, Tx>>) -> Result<u32, Error> {
        count(cx.tx(), cmd.item).await.map_err(Error::refused)?;
        Ok(cmd.item)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock, ids = self.ids)]
struct Shop {
    clock: VirtualClock,
    ids: Arc<KeptIds<Base>>,
    #[pipeline(commands: Idempotent(self.db))]
    cards: Cards,
    db: Base,
}

async fn l14_no_request_is_taken_for_the_one_before_the_restart() {
    let (_place, db, clock) = counting().await;
    clock.advance(Duration::from_secs(30));
    // Each life of the program asks for other items, under ids of its own.
    for life in 0..4 {
        let shop =
            Shop { clock: at(30 - 3 * u64::from(life)), ids: Arc::new(open(&db).await), cards: Cards, db: db.clone() };
        for item in life * 10..life * 10 + 10 {
            assert_eq!(shop.send(Charge { item }).await, Ok(item), "answered for itself, and not for another");
        }
    }
    let expected: Vec<(i64, i64)> = (0..40).map(|item| (item, 1)).collect();
    assert_eq!(counted(&db).await, expected);
}

async fn many_ids_are_one_commit() {
    let (_place, db, clock) = counting().await;
    let ids = open(&db).await;
    let mut head = catga::store::port::Transacts::head(&db);
    head.mark_unchanged();
    let given = take(&ids, &clock, 100_000);
    assert_eq!(distinct(&given), 100_000);
    assert!(!head.has_changed().unwrap(), "what was reserved is enough for all of them");
}

async fn what_is_not_reserved_is_not_given_out() {
    let (_place, db, clock) = counting().await;
    let ids = open(&db).await;
    clock.advance(Duration::from_millis(9_999));
    take(&ids, &clock, 1);
    clock.advance(Duration::from_millis(1));
    assert_eq!(ids.next(&clock, &SystemRandom), Err(IdError::Unkept));
    ids.extend(&clock).await.unwrap();
    take(&ids, &clock, 1);
}

async fn a_clock_too_far_behind_is_an_error() {
    let (_place, db, clock) = counting().await;
    clock.advance(Duration::from_secs(3_600));
    let given = take(&open(&db).await, &clock, 10);
    let ids = open(&db).await;
    let behind = ids.next(&at(0), &SystemRandom);
    let Err(IdError::ClockBehind { by_ms }) = behind else { panic!("{behind:?}") };
    assert!((3_600_000..3_620_000).contains(&by_ms), "{by_ms}");
    let after = take(&ids, &clock, 10);
    assert!(given.last() < after.first(), "mended, it goes on above what there was");
}

async fn keep_reserves_more_in_time() {
    let (_place, db, clock) = counting().await;
    let shop = Shop { clock: clock.clone(), ids: Arc::new(open(&db).await), cards: Cards, db };
    let stop = Cancel::new();
    let ids = Arc::clone(&shop.ids);
    let mut given = Vec::new();
    {
        let mut keeping = std::pin::pin!(ids.keep(&shop, &stop));
        for _ in 0..60 {
            // It waits for nothing but the clock: whoever is polled until then has reserved what is due.
            while clock.waiting() == 0 {
                assert!(poll_once(&mut keeping).await.is_pending());
                tokio::task::yield_now().await;
            }
            given.extend(take(&*ids, &clock, 5));
            clock.advance_to_next().unwrap();
        }
        stop.cancel();
        keeping.await;
    }
    assert_eq!(distinct(&given), 300);
    clock.advance(Duration::from_secs(11));
    assert_eq!(ids.next(&clock, &SystemRandom), Err(IdError::Unkept), "it was told to stop");
}
