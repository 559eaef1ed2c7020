//! Books that have what is noted given up, or that handle it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::codec::{Codec as _, Encode as _, Postcard};
use catga::contract::Contract;
use catga::delivery::{DeadLetters, Letter, Redelivery, StoreInbox, StoreLetters};
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::store::{DeadLetter, LetterId};
use catga::testing::VirtualClock;
use catga::transport::memory::Memory;
use catga::transport::{Delivers as _, Endpoint, Parcel};
use catga_tests::{Trouble, until};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

use super::super::world::{Base, Main, Place, Tx, count, counted, counting};

/// Of each letter that is replayed.
pub const LEASE: Duration = Duration::from_secs(30);

#[event(qos = 1)]
#[derive(Clone, Serialize, Deserialize)]
pub struct Noted {
    pub item: u32,
}

#[event(qos = 2)]
#[derive(Clone, Serialize, Deserialize)]
pub struct Settled {
    pub item: u32,
}

#[contract(endpoint = "notes")]
pub(crate) struct Notes(#[event] Noted, #[event] Settled);

/// Those whose effect is in a transaction of the store.
#[derive(Default)]
pub struct Counts {
    trouble: Mutex<Option<Trouble>>,
    pub runs: AtomicU32,
}

impl Counts {
    fn run(&self) -> Result<(), Failure> {
        self.runs.fetch_add(1, SeqCst);
        self.trouble.lock().unwrap().map_or(Ok(()), |trouble| Err(Failure::from_error(trouble)))
    }
}

#[handler]
impl Counts {
    async fn on_noted(&self, event: &Noted, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Failure> {
        self.run()?;
        count(cx.tx(), event.item).await.map_err(Failure::from_error)
    }

    async fn on_settled(&self, event: &Settled, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Failure> {
        self.run()?;
        count(cx.tx(), event.item).await.map_err(Failure::from_error)
    }
}

/// One without a transaction, which may stand still.
#[derive(Default)]
pub struct Plain {
    pub runs: AtomicU32,
    pub attempt: AtomicU32,
    pub stands: AtomicBool,
    pub go_on: Notify,
}

#[handler]
impl Plain {
    async fn on_noted(&self, _: &Noted, cx: &Context<impl Scope>) {
        self.runs.fetch_add(1, SeqCst);
        self.attempt.store(cx.attempt(), SeqCst);
        if self.stands.load(SeqCst) {
            self.go_on.notified().await;
        }
    }
}

#[mediator]
pub struct Books {
    #[pipeline(events: Transactional(self.db))]
    counts: Counts,
    pub plain: Plain,
    pub db: Base,
}

impl Books {
    pub fn new(db: &Base) -> Self {
        Self { counts: Counts::default(), plain: Plain::default(), db: db.clone() }
    }

    pub fn fails_with(&self, trouble: impl Into<Option<Trouble>>) {
        *self.counts.trouble.lock().unwrap() = trouble.into();
    }

    pub fn runs(&self) -> (u32, u32) {
        (self.counts.runs.load(SeqCst), self.plain.runs.load(SeqCst))
    }
}

/// Dead letters whose process ends when they have kept one: nobody hears of it.
pub struct Cut(pub StoreLetters<Base>);

impl DeadLetters for Cut {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        self.0.bury(letter).await?;
        std::future::pending().await
    }
}

pub type Taking<L> = Consumer<Memory, L, (), StoreInbox<Base>>;

pub struct World {
    pub place: Place,
    pub clock: VirtualClock,
    wire: Memory,
    pub books: Books,
}

/// With handlers that fail for good.
pub async fn world() -> World {
    world_over(Memory::default()).await
}

pub async fn world_over(wire: Memory) -> World {
    let (place, db, clock) = counting().await;
    let books = Books::new(&db);
    books.fails_with(Trouble::Wrong);
    World { place, clock, wire, books }
}

pub fn parcel<T: Serialize>(name: &str, id: u64, message: &T) -> Parcel {
    parcel_of(name, id, None, message)
}

pub fn parcel_of<T: Serialize>(name: &str, id: u64, sent: Option<u64>, message: &T) -> Parcel {
    let mut envelope = Envelope::new(Kind::Event, Id::new(id), WireKey::of(name), Postcard::ID);
    envelope.sent = sent;
    let mut bytes = Vec::new();
    envelope.encode_head(&mut bytes).unwrap();
    Postcard::encode(message, &mut bytes).unwrap();
    Parcel::new(id, bytes.into())
}

impl World {
    pub fn letters(&self) -> StoreLetters<Base> {
        StoreLetters::new(&self.books.db)
    }

    pub fn consumer<L: DeadLetters>(&self, group: &str, letters: L) -> Taking<L> {
        let again = Redelivery::attempts(3).base(Duration::from_millis(1));
        Consumer::new(self.wire.clone(), group, letters).inbox(StoreInbox::new(&self.books.db)).redelivery(again)
    }

    pub fn books(&self) -> Taking<StoreLetters<Base>> {
        self.consumer("books", self.letters())
    }

    pub async fn publish(&self, parcel: Parcel) {
        self.wire.publish(Endpoint::new(<Notes as Contract>::MEMBERS[0].endpoint), parcel).await.unwrap();
    }

    pub async fn noted(&self, id: u64, item: u32) {
        self.publish(parcel("Noted", id, &Noted { item })).await;
    }

    pub async fn settled(&self, id: u64, item: u32) {
        self.publish(parcel("Settled", id, &Settled { item })).await;
    }

    /// Runs a consumer until the script has ended.
    pub async fn run<L: DeadLetters, F: Future>(
        &self,
        (consumer, books): (&Taking<L>, &Books),
        script: F,
    ) -> F::Output {
        let stop = Cancel::new();
        let mut running = Box::pin(consumer.consume::<Notes, _>(books, &stop));
        let output = until(&mut running, async {
            reached(|| consumer.stats().subscribed == 1).await;
            script.await
        })
        .await;
        stop.cancel();
        running.await.unwrap();
        output
    }

    /// Has a message given up, and says which letter it is.
    pub async fn given_up(&self, parcel: Parcel) -> LetterId {
        let consumer = self.books();
        let publishing = async {
            self.publish(parcel).await;
            reached(|| consumer.stats().buried == 1).await;
        };
        self.run((&consumer, &self.books), publishing).await;
        self.all().await.pop().unwrap().0
    }

    pub async fn all(&self) -> Vec<(LetterId, DeadLetter)> {
        self.letters().list(None, 100).await.unwrap()
    }

    pub async fn replay(&self, letter: LetterId) -> Result<(), Failure> {
        self.books().replay::<Notes, _>(&self.books, letter).await
    }

    pub async fn counted_once(&self, items: &[i64]) {
        let once: Vec<(i64, i64)> = items.iter().map(|item| (*item, 1)).collect();
        assert_eq!(counted(&self.books.db).await, once);
    }
}

pub async fn reached(is_there: impl Fn() -> bool) {
    while !is_there() {
        tokio::task::yield_now().await;
    }
}
