//! One shop, one transport, one clock, and any number of consumers.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use catga::codec::{Codec, Encode, Postcard};
use catga::envelope::{Envelope, Headers, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::testing::{SeededRandom, VirtualClock};
use catga::transport::memory::{Limits, Memory};
use catga::transport::{Delivers as _, Endpoint, Parcel, Transport as _};
use catga_tests::drive;
use futures_util::FutureExt as _;
use futures_util::future::{Either, join, join_all, select};
use serde::Serialize;

use crate::faulty::{Fault, Faulty};
use crate::parts::{Act, Audited, Buried, Letters, Note, Paid, Pay, Payments, Shop, Till};

pub const SECOND: Duration = Duration::from_secs(1);
/// The ack deadline.
pub const DEADLINE: Duration = Duration::from_secs(30);
pub const PAYMENTS: Endpoint<'static> = Endpoint::new("payments");
pub const AUDIT: Endpoint<'static> = Endpoint::new("audit");

pub type Consuming = Consumer<Faulty, Arc<Letters>>;

pub struct World {
    pub shop: Shop,
    pub clock: VirtualClock,
    pub wire: Faulty,
    pub letters: Arc<Letters>,
}

impl World {
    pub fn new(fault: Fault) -> Self {
        let clock = VirtualClock::new();
        let limits = Limits { queued: 20_000, ack_deadline: DEADLINE, ..Limits::default() };
        let wire = Faulty::new(Memory::new(limits, clock.clone(), clock.clone()), fault);
        let letters = Arc::new(Letters { clock: clock.clone(), ..Letters::default() });
        let shop = Shop { till: Till::default(), clock: clock.clone(), random: SeededRandom::new(7) };
        Self { shop, clock, wire, letters }
    }

    pub fn plan(&self, plan: impl FnMut(&Note) -> Act + Send + 'static) {
        self.shop.till.plan(plan);
    }

    pub fn consumer(&self) -> Consuming {
        Consumer::new(self.wire.clone(), "billing", self.letters.clone())
    }

    pub async fn publish(&self, endpoint: Endpoint<'_>, parcel: Parcel) {
        self.wire.publish(endpoint, parcel).await.unwrap();
    }

    pub async fn pay(&self, account: u32, seq: u32) {
        self.publish(PAYMENTS, pay(account, seq)).await;
    }

    pub fn begun(&self) -> Vec<Note> {
        self.shop.till.begun.lock().unwrap().clone()
    }

    /// The numbers of the messages that were handled, in order.
    pub fn ended(&self) -> Vec<u32> {
        self.shop.till.ended.lock().unwrap().iter().map(|note| note.seq).collect()
    }

    pub fn buried(&self) -> Vec<Buried> {
        self.letters.kept.lock().unwrap().clone()
    }

    pub fn told(&self) -> u64 {
        self.shop.till.told.load(SeqCst)
    }

    /// How many messages were handled well more than once.
    pub fn duplicates(&self) -> usize {
        let mut times = BTreeMap::<(u32, u32), usize>::new();
        for note in self.shop.till.ended.lock().unwrap().iter() {
            *times.entry((note.account, note.seq)).or_default() += 1;
        }
        times.values().map(|times| times - 1).sum()
    }

    pub async fn sleep(&self, time: Duration) {
        self.clock.sleep(time).await;
    }

    /// Runs the consumers on virtual time until the script has ended, and stops them. They are subscribed when it
    /// begins.
    ///
    /// # Panics
    /// Where nothing moves any more, not even with time, and the script has not ended.
    pub fn run<F: Future>(&self, consumers: &[&Consuming], script: F) -> F::Output {
        let stop = Cancel::new();
        let script = async {
            let output = script.await;
            stop.cancel();
            output
        };
        self.run_until(consumers, &stop, script)
    }

    /// The same for a script that stops them itself.
    pub fn run_until<F: Future>(&self, consumers: &[&Consuming], stop: &Cancel, script: F) -> F::Output {
        let runs = join_all(consumers.iter().map(|consumer| consumer.consume::<Payments, _>(&self.shop, stop)));
        // The consumers are polled before the script in every turn.
        let all = join(runs, async {
            until(|| consumers.iter().all(|consumer| consumer.stats().subscribed == 2)).await;
            // What goes round in circles has an end, too.
            match select(pin!(script), pin!(self.clock.sleep(SECOND * 1_000_000))).await {
                Either::Left((output, _)) => output,
                Either::Right(_) => panic!("the script has not ended"),
            }
        });
        let (results, output) = self.drive(all);
        assert!(results.iter().all(Result::is_ok), "{results:?}");
        output
    }

    pub fn drive<F: Future>(&self, future: F) -> F::Output {
        drive(&self.clock, future).now_or_never().expect("it waits for the clock alone").0
    }

    /// What is left with the transport. It closes it.
    pub fn left(&self) -> usize {
        self.drive(self.wire.close(Duration::ZERO)).parcels
    }

    /// Nothing is left with the transport, nothing is in hand, and as many were handled twice as said.
    pub fn assert_settled(&self, consumers: &[&Consuming], duplicates: usize) {
        for consumer in consumers {
            let stats = consumer.stats();
            assert_eq!((stats.in_hand, stats.subscribed), (0, 0), "{stats:?}");
        }
        assert_eq!(self.duplicates(), duplicates, "duplicates");
        assert_eq!(self.left(), 0, "left with the transport");
    }
}

/// Waits for what the consumers of the same turn do.
pub async fn until(is_so: impl Fn() -> bool) {
    poll_fn(|_| if is_so() { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// Runs a future for so many turns, and drops it.
pub async fn turns(count: usize, future: impl Future) {
    let mut future = pin!(future);
    let mut left = count;
    poll_fn(|cx| {
        if left == 0 || future.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        left -= 1;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// The bytes of a message, as its sender writes them.
pub fn bytes<T: Serialize>(kind: Kind, name: &str, id: u64, body: &T, change: impl FnOnce(&mut Envelope<'_>)) -> Bytes {
    let mut envelope = Envelope::new(kind, Id::new(id), WireKey::of(name), Postcard::ID);
    let headers = [("tenant", "acme")];
    envelope.headers = Headers::of(&headers);
    change(&mut envelope);
    let mut bytes = Vec::new();
    envelope.encode_head(&mut bytes).unwrap();
    Postcard::encode(body, &mut bytes).unwrap();
    bytes.into()
}

pub fn pay(account: u32, seq: u32) -> Parcel {
    let id = u64::from(account) * 1_000_000 + u64::from(seq) + 1;
    Parcel::new(id, bytes(Kind::Command, "Pay", id, &Pay { account, seq }, |_| {})).keyed(account.into())
}

pub fn paid(seq: u32) -> Parcel {
    let id = 500_000_000 + u64::from(seq);
    Parcel::new(id, bytes(Kind::Event, "Paid", id, &Paid { seq }, |_| {}))
}

pub fn audited(seq: u32) -> Parcel {
    let id = 600_000_000 + u64::from(seq);
    Parcel::new(id, bytes(Kind::Event, "Audited", id, &Audited { seq }, |_| {}))
}
