//! What a handler has sent for later: cancelled and moved, over restarts, to a receiver that is down, by a clock that is
//! set back.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use catga::Remote;
use catga::delivery::SCHEDULE;
use catga::error::Classify as _;
use catga::id::{Id, Snowflake};
use catga::prelude::*;
use catga::store::{ErrorKind, Store};
use catga::testing::VirtualClock;
use catga::testing::simulation::{SimClock, Simulation};
use catga::transport::memory::{Limits, Memory};
use catga::transport::{Delivers as _, Delivery as _, Endpoint, Subscription as _};
use serde::{Deserialize, Serialize};

use crate::bank::{Backing, Main, backlog};

/// Has it ring, so many seconds later; answers with the id of that.
#[command(reply = u64)]
#[derive(Clone, Serialize, Deserialize)]
struct Wake {
    number: u64,
    after: u64,
}

#[command(key = bell)]
#[derive(Clone, Serialize, Deserialize)]
struct Ring {
    number: u64,
    bell: u8,
}

struct Alarm;

#[handler]
impl Alarm {
    async fn wake(&self, cmd: Wake, cx: &mut Context<impl Enqueues<Ring>>) -> Result<u64, Error> {
        let enqueued = cx.enqueue_after(Ring { number: cmd.number, bell: 1 }, Duration::from_secs(cmd.after)).await;
        enqueued.map(Id::get).map_err(Error::refused)
    }
}

#[derive(Default)]
struct Bell {
    rung: Mutex<Vec<u64>>,
    until: AtomicUsize,
    stop: Cancel,
}

#[handler]
impl Bell {
    fn ring(&self, cmd: Ring) {
        let mut rung = self.rung.lock().unwrap();
        rung.push(cmd.number);
        if rung.len() >= self.until.load(SeqCst) {
            self.stop.cancel();
        }
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock, ids = self.ids)]
struct Tower {
    clock: SimClock,
    ids: Snowflake,
    #[pipeline(commands: Transactional(self.db))]
    alarm: Alarm,
    bell: Bell,
    db: Store<Main>,
}

/// The same program, on what is there.
fn tower(on: &Backing, clock: &SimClock, db: Option<Store<Main>>) -> Tower {
    let options = Store::<Main>::options().writer(catga::store::writer::Inline).clock(clock.clone());
    let db = db.unwrap_or_else(|| on.store(options));
    Tower { clock: clock.clone(), ids: Snowflake::new(1).unwrap(), alarm: Alarm, bell: Bell::default(), db }
}

fn clocks() -> (VirtualClock, SimClock) {
    let simulation = Simulation::new(0);
    (simulation.clock(), SimClock::new(&simulation.node("tower")))
}

/// Drives without tokio's budget: there is nobody else on the thread who would want a turn.
async fn drive<F: Future>(time: &VirtualClock, future: F) -> F::Output {
    tokio::task::unconstrained(catga_tests::drive(time, future)).await.0
}

/// Runs a relay until it has rung so often.
async fn rung(app: &Tower, time: &VirtualClock, times: usize) -> Vec<u64> {
    app.bell.until.store(times, SeqCst);
    drive(time, Relay::new(&app.db).concurrency(1).run::<Tower, _>(app, &app.bell.stop)).await;
    app.bell.rung.lock().unwrap().clone()
}

on_every_engine! {
    e2_what_is_due_later_survives_a_restart
    e3_e4_what_a_handler_has_enqueued_is_cancelled_and_moved
    e5_a_receiver_that_is_down_when_it_is_due_gets_it_later
    e_a_clock_that_is_set_back_delays_and_loses_nothing
    l14_while_the_clock_is_behind_nothing_is_stored_under_an_id_of_before
}

async fn e2_what_is_due_later_survives_a_restart(on: Backing) {
    let (time, clock) = clocks();
    let before = tower(&on, &clock, None);
    for (number, after) in [(1, 20), (2, 10), (3, 40)] {
        before.send(Wake { number, after }).await.unwrap();
    }
    // The process ends, and another one is started when two of them are overdue.
    let kept = matches!(on, Backing::Memory).then(|| before.db.clone());
    drop(before);
    time.advance(Duration::from_secs(30));
    let after = tower(&on, &clock, kept);
    assert_eq!(rung(&after, &time, 3).await, [2, 1, 3], "at once, in their order, and the last when it is due");
    assert_eq!(SCHEDULE.next_ms(&after.db).unwrap(), None);
}

async fn e3_e4_what_a_handler_has_enqueued_is_cancelled_and_moved(on: Backing) {
    let (time, clock) = clocks();
    let app = tower(&on, &clock, None);
    let mut ids = Vec::new();
    for number in 0..4 {
        ids.push(app.send(Wake { number, after: 10 + number }).await.unwrap());
    }
    let listed: Vec<u64> =
        SCHEDULE.list(&app.db, None, 9).unwrap().iter().map(|(_, scheduled)| scheduled.message.id).collect();
    assert_eq!(listed, ids, "by their times");
    let mut tx = app.db.begin().unwrap();
    SCHEDULE.cancel(&mut tx, ids[0]).unwrap();
    SCHEDULE.move_to(&mut tx, ids[1], clock.unix_ms() + 60_000).unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rung(&app, &time, 3).await, [2, 3, 1]);
    for id in ids {
        let gone = SCHEDULE.cancel(&mut app.db.begin().unwrap(), id).unwrap_err();
        assert_eq!(gone.kind(), ErrorKind::Missing, "sent, or cancelled before");
    }
}

/// Asks for a bell of another program to be rung later.
#[mediator(serves, clock = self.clock, timer = self.clock)]
struct Church {
    clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    calls: Calls,
    there: Remote<Memory<VirtualClock, VirtualClock>, Bells>,
    db: Store<Main>,
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Ask;

#[event]
#[derive(Clone, Serialize, Deserialize)]
struct Rung;

#[contract(endpoint = "bells")]
struct Bells(#[event] Rung);

struct Calls;

#[handler]
impl Calls {
    async fn call(&self, _: Ask, cx: &mut Context<impl Enqueues<Rung>>) -> Result<(), Error> {
        cx.enqueue_after(Rung, Duration::from_secs(5)).await.map(drop).map_err(Error::refused)
    }
}

async fn e5_a_receiver_that_is_down_when_it_is_due_gets_it_later(on: Backing) {
    let clock = VirtualClock::new();
    let wire = Memory::new(Limits::default(), clock.clone(), clock.clone());
    let app = Church { clock: clock.clone(), calls: Calls, there: Remote::new(wire.clone()), db: on.simulated(&clock) };
    app.send(Ask).await.unwrap();
    let (relay, stop) = (Relay::new(&app.db).look_every(Duration::from_secs(10)), Cancel::new());
    let attempts = drive(&clock, async {
        let receiver = async {
            // An hour after it was due, the receiver is there.
            clock.sleep(Duration::from_secs(3_600)).await;
            let attempts = relay.stats().retried;
            let mut rung = wire.subscribe(Endpoint::new("bells"), "church").await.unwrap();
            rung.next().await.unwrap().unwrap().ack().await.unwrap();
            while backlog(&app.db) > 0 {
                clock.sleep(Duration::from_secs(1)).await;
            }
            stop.cancel();
            attempts
        };
        tokio::join!(relay.forward::<Bells, _, _>(&app, &wire, &stop), receiver).1
    })
    .await;
    assert!(attempts > 3, "nobody was there, time and again");
    assert_eq!((relay.stats().delivered, relay.stats().given_up), (1, 0));
}

async fn e_a_clock_that_is_set_back_delays_and_loses_nothing(on: Backing) {
    let (time, clock) = clocks();
    let app = tower(&on, &clock, None);
    for (number, after) in [(1, 10), (2, 20)] {
        app.send(Wake { number, after }).await.unwrap();
    }
    clock.jump(-600_000);
    assert_eq!(rung(&app, &time, 2).await, [1, 2]);
    let waited = time.now().since_origin();
    assert!(waited >= Duration::from_secs(620), "until the clock says so: {waited:?}");
}

async fn l14_while_the_clock_is_behind_nothing_is_stored_under_an_id_of_before(on: Backing) {
    let (time, clock) = clocks();
    let app = tower(&on, &clock, None);
    let first = app.send(Wake { number: 1, after: 10 }).await.unwrap();
    clock.jump(-5_000);
    let refused = app.send(Wake { number: 2, after: 10 }).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.delivery.no_id", Class::Transient));
    assert_eq!(SCHEDULE.list(&app.db, None, 9).unwrap().len(), 1, "and nothing is stored without one");
    time.advance(Duration::from_secs(5));
    let second = app.send(Wake { number: 2, after: 10 }).await.unwrap();
    assert!(second > first);
    assert_eq!(rung(&app, &time, 2).await, [1, 2]);
}
