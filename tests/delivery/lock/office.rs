//! An office whose desk does one thing at a time for each of its items.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::prelude::*;
use catga::store::port::Leases as _;
use catga::store::{Lease, StoreError};
use catga::testing::VirtualClock;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};

use super::super::world::{Base, Main, Place, Tx, count, counting};

pub const LEASE: Duration = Duration::from_secs(2);

/// What a handler does when it holds the lock.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum Then {
    Answer,
    /// Until it is told to go on.
    Waits,
    Takes(Duration),
    /// Until it is told through its `Cancel`, of which it makes a note.
    Listens,
    /// Has another message do that.
    Sends,
    SendsOther,
    /// Of whom nobody hears before it has listened.
    SendsListener,
    Panics,
}

/// Answers with its fence.
#[command(reply = u64, key = item)]
#[derive(Serialize, Deserialize)]
pub struct Work {
    pub item: u32,
    pub then: Then,
}

/// The same in a transaction, which counts.
#[command(reply = u64, key = item)]
#[derive(Serialize, Deserialize)]
pub struct Count {
    pub item: u32,
    pub then: Then,
}

/// Has no key of its own.
#[command(reply = u64)]
pub struct Rent {
    pub room: String,
    pub then: Then,
}

/// Listens until it is cancelled.
#[command(key = item)]
#[derive(Serialize, Deserialize)]
pub struct Listen {
    item: u32,
}

/// Has a `Work` done from inside of its transaction.
#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
pub struct Inside;

pub struct Desk {
    clock: VirtualClock,
    pub go_on: Notify,
    notes: Mutex<Vec<&'static str>>,
    /// How many are at it whom nobody has waited for.
    entered: Semaphore,
}

impl Desk {
    fn note(&self, what: &'static str) {
        self.notes.lock().unwrap().push(what);
    }

    pub fn notes(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.notes.lock().unwrap())
    }

    /// Until one more is at it.
    pub async fn entered(&self) {
        self.entered.acquire().await.unwrap().forget();
    }

    async fn does(&self, then: Then, cancel: Option<&Cancel>) {
        self.entered.add_permits(1);
        match then {
            Then::Waits => self.go_on.notified().await,
            Then::Takes(time) => self.clock.sleep(time).await,
            Then::Listens => {
                cancel.unwrap().cancelled().await;
                self.note("told");
                std::future::pending::<()>().await;
            }
            Then::Panics => panic!("under the lock"),
            _ => {}
        }
    }
}

pub struct Works(pub Arc<Desk>);

#[handler]
impl Works {
    async fn work(
        &self,
        cmd: Work,
        cx: &mut Context<impl Fenced + Sends<Count> + Sends<Listen>>,
    ) -> Result<u64, Error> {
        let fence = cx.fence();
        match cmd.then {
            Then::Sends => return cx.send(Count { item: cmd.item, then: Then::Answer }).await,
            Then::SendsOther => return cx.send(Count { item: cmd.item + 1, then: Then::Answer }).await,
            Then::SendsListener => cx.send(Listen { item: cmd.item }).await?,
            then => self.0.does(then, cx.cancel()).await,
        }
        Ok(fence)
    }
}

pub struct Counts(Arc<Desk>);

#[handler]
impl Counts {
    #[handler(allow(repeated_send))]
    async fn count(
        &self,
        cmd: Count,
        cx: &mut Context<impl Within<Main, Tx> + Fenced + Sends<Listen>>,
    ) -> Result<u64, Error> {
        count(cx.tx(), cmd.item).await.map_err(Error::refused)?;
        match cmd.then {
            Then::SendsListener => cx.send(Listen { item: cmd.item }).await?,
            then => self.0.does(then, cx.cancel()).await,
        }
        Ok(cx.fence())
    }
}

pub struct Rents(Arc<Desk>);

#[handler]
impl Rents {
    async fn rent(&self, cmd: Rent, cx: &mut Context<impl Fenced>) -> u64 {
        self.0.does(cmd.then, cx.cancel()).await;
        cx.fence()
    }
}

pub struct Listens(Arc<Desk>);

#[handler]
impl Listens {
    async fn listen(&self, _: Listen, cx: &mut Context<impl Scope>) {
        self.0.does(Then::Listens, cx.cancel()).await;
    }
}

pub struct Insides;

#[handler]
impl Insides {
    #[handler(allow(repeated_send))]
    async fn inside(&self, _: Inside, cx: &mut Context<impl Within<Main, Tx> + Sends<Work>>) -> Result<u64, Error> {
        cx.send(Work { item: 7, then: Then::Answer }).await
    }
}

#[mediator(serves(), clock = self.clock, timer = self.clock)]
pub struct Office {
    pub clock: VirtualClock,
    #[pipeline(commands: Lock(self.db).lease(LEASE))]
    pub works: Works,
    #[pipeline(commands: Lock(self.db).lease(LEASE), commands: Transactional(self.db))]
    counts: Counts,
    #[pipeline(Timeout::secs(5), commands: Lock(self.db).by(|rent: &Rent| rent.room.clone()).named("room"))]
    rents: Rents,
    listens: Listens,
    #[pipeline(commands: Transactional(self.db))]
    insides: Insides,
    pub db: Base,
}

impl Office {
    pub fn desk(&self) -> &Desk {
        &self.works.0
    }
}

pub fn over(db: Base, clock: VirtualClock) -> Office {
    let (go_on, notes, entered) = (Notify::new(), Mutex::default(), Semaphore::new(0));
    let desk = Arc::new(Desk { clock: clock.clone(), go_on, notes, entered });
    let [works, counts, rents, listens] = std::array::from_fn(|_| Arc::clone(&desk));
    Office {
        clock,
        works: Works(works),
        counts: Counts(counts),
        rents: Rents(rents),
        listens: Listens(listens),
        insides: Insides,
        db,
    }
}

pub async fn office() -> (Place, Office) {
    let (place, db, clock) = counting().await;
    (place, over(db, clock))
}

pub fn work(item: u32, then: Then) -> Work {
    Work { item, then }
}

/// Another process takes the lock of an item, as soon as it may.
pub async fn taken(app: &Office, item: u8) -> Result<Lease, StoreError> {
    app.db.acquire_lease(&format!("/{item:02x}"), 1, Duration::from_secs(60)).await
}

/// The same once it is given back.
pub async fn taken_soon(app: &Office, item: u8) -> Lease {
    loop {
        match taken(app, item).await {
            Ok(lease) => return lease,
            Err(error) => assert!(error.retry_after().is_some(), "{error:?}"),
        }
    }
}
