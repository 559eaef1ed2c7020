//! Ids over restarts of a program on one file, by a machine's clock that is set back.

use std::collections::BTreeSet;

use catga::delivery::KeptIds;
use catga::id::{Id, Ids as _, Snowflake};
use catga::store::Store;
use catga::store::writer::Inline;
use catga::testing::simulation::{SimClock, Simulation};
use catga::time::SystemRandom;

use crate::bank::{Backing, Main};

#[tokio::test]
async fn l14_a_file_opened_again_by_a_clock_set_back_repeats_no_id() {
    let on = Backing::file();
    let clock = SimClock::new(&Simulation::new(0).node("machine"));
    let mut given: Vec<Id> = Vec::new();
    for _ in 0..6 {
        let db: Store<Main> = on.store(Store::<Main>::options().writer(Inline).clock(clock.clone()));
        let ids = KeptIds::open(&db, Snowflake::new(7).unwrap()).await.unwrap();
        given.extend((0..500).map(|_| ids.next(&clock, &SystemRandom).unwrap()));
        clock.jump(-4_000);
    }
    assert_eq!(given.iter().collect::<BTreeSet<_>>().len(), 3_000);
    assert!(given.is_sorted());
}
