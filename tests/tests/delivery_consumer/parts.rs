//! What is sent, who handles it, and who keeps what was not handled.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{DeadLetters, Letter};
use catga::prelude::*;
use catga::testing::{SeededRandom, VirtualClock};
use catga::transport::Parcel;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Classify)]
pub enum Trouble {
    #[class(transient)]
    Busy,
    #[class(permanent)]
    Wrong,
    #[class(conflict)]
    Stale,
    #[class(unknown)]
    Lost,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the till is {self:?}")
    }
}

impl std::error::Error for Trouble {}

#[command(error = Trouble, key = account)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pay {
    pub account: u32,
    pub seq: u32,
}

#[event]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paid {
    pub seq: u32,
}

#[event(endpoint = "audit")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audited {
    pub seq: u32,
}

/// Once in effect.
#[event(qos = 2)]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    pub seq: u32,
}

#[contract(endpoint = "settlements")]
pub struct Settlements(#[event] Settled);

/// Never consumed.
#[query(reply = u32)]
#[derive(Serialize, Deserialize)]
pub struct Balance(pub u32);

#[contract(endpoint = "payments")]
pub struct Payments(Pay, #[event] Paid, #[event] Audited, Balance);

/// The part of it that a transport without requests carries.
#[contract(endpoint = "payments")]
pub struct PaymentEvents(#[event] Paid, #[event] Audited);

/// What a handler saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub account: u32,
    pub seq: u32,
    pub attempt: u32,
    pub id: u64,
    pub tenant: Option<String>,
}

/// What a handler does.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    Done,
    Fail(Trouble),
    Closed(Duration),
    Panic,
    /// Works so long, and is done.
    Work(Duration),
    /// Works so long, and fails.
    WorkAndFail(Duration, Trouble),
    /// Works until it is told to stop.
    Forever,
    /// Panics, when it is dropped too.
    Explode,
}

type Plan = Box<dyn FnMut(&Note) -> Act + Send>;

pub struct Till {
    plan: Mutex<Plan>,
    /// All attempts, as they began.
    pub begun: Mutex<Vec<Note>>,
    /// Those that reached their end well.
    pub ended: Mutex<Vec<Note>>,
    pub running: AtomicU64,
    pub most: AtomicU64,
    /// Attempts that saw that they were told to stop.
    pub told: AtomicU64,
}

impl Default for Till {
    fn default() -> Self {
        Self {
            plan: Mutex::new(Box::new(|_| Act::Done)),
            begun: Mutex::default(),
            ended: Mutex::default(),
            running: AtomicU64::new(0),
            most: AtomicU64::new(0),
            told: AtomicU64::new(0),
        }
    }
}

struct Running<'t>(&'t AtomicU64);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("on purpose, when dropped");
    }
}

impl Till {
    pub fn plan(&self, plan: impl FnMut(&Note) -> Act + Send + 'static) {
        *self.plan.lock().unwrap() = Box::new(plan);
    }

    async fn act<S: Scope>(&self, account: u32, seq: u32, cx: &Context<S>) -> Result<(), Error<Trouble>> {
        let note = Note {
            account,
            seq,
            attempt: cx.attempt(),
            id: cx.message_id().get(),
            tenant: cx.headers().get("tenant").map(str::to_owned),
        };
        let act = (self.plan.lock().unwrap())(&note);
        self.begun.lock().unwrap().push(note.clone());
        self.most.fetch_max(self.running.fetch_add(1, SeqCst) + 1, SeqCst);
        let _running = Running(&self.running);
        match act {
            Act::Done => {}
            Act::Fail(trouble) => return Err(trouble.into()),
            Act::Closed(after) => return Err(Error::Unavailable { retry_after: Some(after) }),
            Act::Panic => panic!("on purpose"),
            Act::Work(time) => cx.timer().sleep(time).await,
            Act::WorkAndFail(time, trouble) => {
                cx.timer().sleep(time).await;
                return Err(trouble.into());
            }
            Act::Forever => {
                cx.cancel().expect("a consumer may cancel").cancelled().await;
                self.told.fetch_add(1, SeqCst);
                std::future::pending::<()>().await;
            }
            Act::Explode => {
                let _bomb = Bomb;
                std::future::pending::<()>().await;
            }
        }
        self.ended.lock().unwrap().push(note);
        Ok(())
    }
}

#[handler]
impl Till {
    async fn pay(&self, command: Pay, cx: &mut Context<impl Scope>) -> Result<(), Error<Trouble>> {
        self.act(command.account, command.seq, cx).await
    }

    async fn paid(&self, event: &Paid, cx: &mut Context<impl Scope>) -> Result<(), Failure> {
        self.act(100, event.seq, cx).await.map_err(Failure::from_error)
    }

    async fn audited(&self, event: &Audited, cx: &mut Context<impl Scope>) -> Result<(), Failure> {
        self.act(200, event.seq, cx).await.map_err(Failure::from_error)
    }

    async fn settled(&self, event: &Settled, cx: &mut Context<impl Scope>) -> Result<(), Failure> {
        self.act(300, event.seq, cx).await.map_err(Failure::from_error)
    }

    fn balance(&self, query: Balance) -> u32 {
        query.0
    }
}

#[mediator(clock = self.clock, timer = self.clock, random = self.random)]
pub struct Shop {
    pub till: Till,
    pub clock: VirtualClock,
    pub random: SeededRandom,
}

/// A letter that was kept.
#[derive(Clone, Debug)]
pub struct Buried {
    pub parcel: Parcel,
    pub endpoint: String,
    pub group: String,
    pub attempts: u32,
    pub code: &'static str,
    pub class: Class,
    pub error: String,
    pub unix_ms: u64,
}

/// How the next burials go.
#[derive(Clone, Copy, Debug)]
pub enum Burial {
    Fails,
    Panics,
    Takes(Duration),
    /// Says that it was kept, and it was not: broken.
    Lies,
    /// Keeps other bytes than it was given: broken.
    Garbles,
}

#[derive(Default)]
pub struct Letters {
    pub kept: Mutex<Vec<Buried>>,
    pub next: Mutex<VecDeque<Burial>>,
    pub clock: VirtualClock,
    pub asked: AtomicU64,
}

impl DeadLetters for Letters {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.asked.fetch_add(1, SeqCst);
        let next = self.next.lock().unwrap().pop_front();
        let mut parcel = letter.parcel.clone();
        match next {
            Some(Burial::Fails) => return Err(Failure::new("test.full", Class::Transient)),
            Some(Burial::Panics) => panic!("on purpose, when burying"),
            Some(Burial::Lies) => return Ok(()),
            Some(Burial::Garbles) => parcel.bytes = parcel.bytes.slice(1..),
            Some(Burial::Takes(time)) => self.clock.sleep(time).await,
            None => {}
        }
        self.kept.lock().unwrap().push(Buried {
            parcel,
            endpoint: letter.endpoint.into(),
            group: letter.group.into(),
            attempts: letter.attempts,
            code: letter.code,
            class: letter.class,
            error: letter.error.into(),
            unix_ms: letter.unix_ms,
        });
        Ok(())
    }
}
