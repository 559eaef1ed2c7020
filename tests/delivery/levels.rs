//! How full an outbox is and how old, and who is told. On every store; what is around this file is its `world`.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::message::MessageInfo;
use catga::prelude::*;
use catga::store::outbox::OutboxMessage;
use catga::store::port::{Drains, Transacts as _, Writes as _};
use catga_tests::scenarios;
use serde::{Deserialize, Serialize};

use super::world::{Base, counting};

scenarios! { 3:
    lag_is_the_age_of_the_oldest
    keys_are_looked_at_page_by_page
    a_relay_tells_a_meter
}

async fn add(db: &Base, key: &str, id: u64) {
    let mut tx = db.begin_tx(&[]).await.unwrap();
    let message = OutboxMessage { id, name: "placed".into(), key: key.into(), body: vec![1] };
    tx.add(&OUTBOX, &message).await.unwrap();
    tx.commit_tx().await.unwrap();
}

async fn lag_is_the_age_of_the_oldest() {
    let (_place, db, clock) = counting().await;
    let relay = Relay::new(&db);
    assert_eq!((relay.lag().await.unwrap(), relay.backlog().await.unwrap()), (Duration::ZERO, 0));
    // Neither the first nor the last by its key, nor the last of its key.
    for (id, key) in ["e", "i", "a", "e"].into_iter().enumerate() {
        add(&db, key, id as u64).await;
        clock.advance(Duration::from_secs(10));
    }
    assert_eq!((relay.lag().await.unwrap(), relay.backlog().await.unwrap()), (Duration::from_secs(40), 4));
}

async fn keys_are_looked_at_page_by_page() {
    let (_place, db, clock) = counting().await;
    let mut times = Vec::new();
    for (id, key) in ["b", "d", "a", "c", "e"].into_iter().enumerate() {
        times.push((key, catga::time::Clock::unix_ms(&clock)));
        add(&db, key, id as u64).await;
        clock.advance(Duration::from_secs(1));
    }
    times.sort_unstable();
    let (mut after, mut seen) = (None::<Vec<u8>>, Vec::new());
    loop {
        let page = Drains::oldest(&db, &OUTBOX, after.as_deref(), 2).await.unwrap();
        seen.extend(page.added_ms);
        assert_eq!(page.now_ms, catga::time::Clock::unix_ms(&clock));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let oldest_of = |keys: &[(&str, u64)]| keys.iter().map(|(_, added)| *added).min().unwrap();
    assert_eq!(seen, times.chunks(2).map(oldest_of).collect::<Vec<_>>());
}

#[command]
#[derive(Serialize, Deserialize)]
struct Place {
    number: u32,
}

#[event(key = number)]
#[derive(Serialize, Deserialize)]
struct Placed {
    number: u32,
}

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, cmd: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        cx.publish(Placed { number: cmd.number }).await.map_err(Error::refused)
    }
}

#[derive(Default)]
struct Mail(AtomicU32);

#[handler]
impl Mail {
    fn on_placed(&self, _: &Placed) {
        self.0.fetch_add(1, SeqCst);
    }
}

/// On the system's time; its store is not.
#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    mail: Mail,
    db: Base,
}

/// What a meter was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<(&'static str, u64)>>>);

impl Meter for Told {
    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {}

    fn level(&self, name: &'static str, level: u64) {
        self.0.lock().unwrap().push((name, level));
    }
}

impl Told {
    fn of(&self, name: &str) -> Vec<u64> {
        self.0.lock().unwrap().iter().filter(|(known, _)| *known == name).map(|(_, level)| *level).collect()
    }
}

async fn a_relay_tells_a_meter() {
    let (_place, db, clock) = counting().await;
    let app = Shop { orders: Orders, mail: Mail::default(), db };
    for number in 0..3 {
        app.send(Place { number }).await.unwrap();
        clock.advance(Duration::from_secs(10));
    }
    let (told, stop) = (Told::default(), Cancel::new());
    let relay = Relay::new(&app.db).meter(told.clone());
    let emptied = async {
        while told.of("catga.outbox.backlog").last() != Some(&0) {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<Shop, _>(&app, &stop), emptied);
    let (backlogs, lags) = (told.of("catga.outbox.backlog"), told.of("catga.outbox.lag"));
    assert_eq!((backlogs.first(), backlogs.last()), (Some(&3), Some(&0)));
    assert!(backlogs.is_sorted_by(|before, after| before >= after), "{backlogs:?}");
    assert_eq!((lags.first(), lags.last()), (Some(&30_000), Some(&0)));
    assert_eq!(app.mail.0.load(SeqCst), 3);
}
