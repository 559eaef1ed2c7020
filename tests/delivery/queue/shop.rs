//! Who enqueues, and who handles it.

use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::Redelivery;
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::poll_once;
use serde::{Deserialize, Serialize};

use super::super::world::{Base, Main};

/// Enqueues all of it in one transaction.
#[command]
#[derive(Clone, Serialize, Deserialize)]
pub struct Put {
    pub works: Vec<Work>,
}

#[command(key = line)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Work {
    pub line: u32,
    pub number: u32,
    pub text: String,
}

/// Of another type, with the same fields.
#[command(key = line)]
#[derive(Clone, Serialize, Deserialize)]
pub struct Other {
    pub line: u32,
    pub number: u32,
    pub text: String,
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
pub struct PutOther;

pub fn work(line: u32, number: u32) -> Work {
    Work { line, number, text: format!("{line}/{number}") }
}

pub struct Desk;

#[handler]
impl Desk {
    async fn put(&self, cmd: Put, cx: &mut Context<impl Enqueues<Work>>) -> Result<(), Error> {
        for work in cmd.works {
            cx.enqueue(work).await.map_err(Error::refused)?;
        }
        Ok(())
    }

    async fn put_other(&self, _: PutOther, cx: &mut Context<impl Enqueues<Other>>) -> Result<(), Error> {
        let other = Other { line: 1, number: 9, text: "another".into() };
        cx.enqueue(other).await.map(drop).map_err(Error::refused)
    }
}

/// What becomes of an attempt: of a work, for the how many-th time.
pub type Plan = fn(&Work, u32) -> Option<Class>;

pub struct Hands {
    pub plan: Plan,
    /// Each attempt, with the id of its message.
    pub tried: Mutex<Vec<(u64, u32)>>,
    pub done: Mutex<Vec<Work>>,
    pub spoiled: Mutex<Vec<Work>>,
    pub others: AtomicUsize,
    pub running: AtomicUsize,
    /// Handlers stand still while it is taken.
    pub gate: tokio::sync::Semaphore,
}

#[handler]
impl Hands {
    async fn work(&self, mut cmd: Work, cx: &mut Context<impl Scope>) -> Result<(), Error> {
        self.tried.lock().unwrap().push((cx.message_id().get(), cx.attempt()));
        self.running.fetch_add(1, SeqCst);
        let _open = self.gate.acquire().await.unwrap();
        self.running.fetch_sub(1, SeqCst);
        assert!(cmd.text != "panic", "it panics");
        if let Some(class) = (self.plan)(&cmd, cx.attempt()) {
            // What it has done to its message is gone with the attempt.
            cmd.text.clear();
            (cmd.line, cmd.number) = (u32::MAX, u32::MAX);
            self.spoiled.lock().unwrap().push(cmd);
            return Err(Error::refused(Failure::new("hands.fail", class)));
        }
        self.done.lock().unwrap().push(cmd);
        Ok(())
    }

    fn other(&self, _: Other) {
        self.others.fetch_add(1, SeqCst);
    }
}

/// On the store's time, which stands still: a lease ends when the clock is moved. It waits by the system's.
#[mediator(serves, clock = self.clock)]
pub struct Shop {
    pub clock: VirtualClock,
    #[pipeline(commands: Transactional(self.db))]
    pub desk: Desk,
    pub hands: Hands,
    pub db: Base,
}

pub fn shop(db: &Base, clock: &VirtualClock, plan: Plan) -> Shop {
    let hands = Hands {
        plan,
        tried: Mutex::default(),
        done: Mutex::default(),
        spoiled: Mutex::default(),
        others: AtomicUsize::new(0),
        running: AtomicUsize::new(0),
        gate: tokio::sync::Semaphore::new(1_000),
    };
    Shop { clock: clock.clone(), desk: Desk, hands, db: db.clone() }
}

pub const SOUND: Plan = |_, _| None;

impl Shop {
    pub async fn put(&self, works: impl IntoIterator<Item = Work>) {
        self.send(Put { works: works.into_iter().collect() }).await.unwrap();
    }

    pub fn done(&self) -> usize {
        self.hands.done.lock().unwrap().len()
    }

    pub fn relay(&self) -> Relay<Main, Base> {
        let again = Redelivery::attempts(u32::MAX).base(Duration::ZERO).cap(Duration::ZERO);
        Relay::new(&self.db).redelivery(again).look_every(Duration::from_millis(1))
    }

    /// Relays until that holds.
    pub async fn run(&self, relay: &Relay<Main, Base>, holds: impl Fn(&Self) -> bool) {
        let stop = Cancel::new();
        let waits = async {
            while !holds(self) {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Self, _>(self, &stop), waits);
    }

    pub async fn drain(&self) {
        let relay = self.relay();
        let stop = Cancel::new();
        let waits = async {
            while relay.backlog().await.unwrap() > 0 {
                tokio::task::yield_now().await;
            }
            stop.cancel();
        };
        tokio::join!(relay.run::<Self, _>(self, &stop), waits);
    }

    /// Everything was done once, each line in its order; and how often something came again.
    #[track_caller]
    pub fn all_in_order(&self, lines: u32, each: u32) -> usize {
        let mut by_line = BTreeMap::<u32, Vec<u32>>::new();
        let mut again = 0;
        for Work { line, number, .. } in &*self.hands.done.lock().unwrap() {
            let seen = by_line.entry(*line).or_default();
            if seen.contains(number) {
                again += 1;
            } else {
                seen.push(*number);
            }
        }
        assert_eq!(by_line, (0..lines).map(|line| (line, (0..each).collect())).collect());
        again
    }
}

pub fn lines(lines: u32, each: u32) -> impl Iterator<Item = Work> {
    (0..each).flat_map(move |number| (0..lines).map(move |line| work(line, number)))
}

/// Runs a relay until a handler stands still in it, and drops it there.
pub async fn crash(app: &Shop, relay: &Relay<Main, Base>) {
    assert!(relay.backlog().await.unwrap() > 0, "nothing is left to stand still at");
    let closed = app.hands.gate.acquire_many(1_000).await.unwrap();
    let stop = Cancel::new();
    {
        let mut running = pin!(relay.run::<Shop, _>(app, &stop));
        while app.hands.running.load(SeqCst) == 0 {
            assert!(poll_once(&mut running).await.is_pending());
            tokio::task::yield_now().await;
        }
    }
    app.hands.running.store(0, SeqCst);
    drop(closed);
}
