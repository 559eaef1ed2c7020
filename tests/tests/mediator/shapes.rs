//! Every shape of a mediator: generic ones, two in a module, their ports, batches, and generic code over them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::Poll;

use catga::id::{RandomIds, Snowflake};
use catga::prelude::*;
use catga::scope::Call;
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::{SystemClock, TokioTimer};
use catga_tests::{Trouble, collect_ready, poll_once};
use futures_util::StreamExt as _;
use std::pin::pin;

#[command(reply = usize, error = Trouble)]
struct Work(usize);

#[query(reply = String)]
struct Name;

#[derive(Default)]
struct Workers {
    running: AtomicUsize,
    most: AtomicUsize,
    started: AtomicUsize,
}

#[handler]
impl Workers {
    /// The later ones are done sooner, and every seventh fails.
    async fn work(&self, cmd: Work) -> Result<usize, Trouble> {
        self.started.fetch_add(1, SeqCst);
        let running = self.running.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(running, SeqCst);
        for _ in 0..20 - cmd.0 % 20 {
            tokio::task::yield_now().await;
        }
        self.running.fetch_sub(1, SeqCst);
        if cmd.0 % 7 == 6 { Err(Trouble::Busy) } else { Ok(cmd.0) }
    }
}

struct Named<const LENGTH: usize>;

#[handler]
impl<const LENGTH: usize> Named<LENGTH> {
    fn name(&self, _query: Name) -> String {
        "n".repeat(LENGTH)
    }
}

#[mediator]
#[derive(Default)]
struct Shop {
    workers: Workers,
}

/// The second mediator of this module, with the same handler set and one more.
#[mediator(handles(Work, Name))]
#[derive(Default)]
struct Depot {
    workers: Arc<Workers>,
    named: Named<3>,
    #[state]
    opened: u64,
}

impl<const LENGTH: usize> Default for Named<LENGTH> {
    fn default() -> Self {
        Self
    }
}

/// Each message has what was sent along, and whoever may cancel it cancels those that have not begun.
#[tokio::test]
async fn a_batch_has_what_was_sent_along() {
    let (shop, cancel) = (Shop::default(), Cancel::new());
    let works = [0, 1, 2, 3].map(Work);
    let mut batch = pin!(shop.send_all_with(works, 2, Call::new().cancel(&cancel)));
    assert_eq!(batch.next().await, Some(Ok(0)));
    cancel.cancel();
    let rest: Vec<_> = batch.collect().await;
    assert_eq!(rest, [Ok(1), Err(Error::Cancelled), Err(Error::Cancelled)]);
    assert_eq!((shop.workers.started.load(SeqCst), shop.workers.most.load(SeqCst)), (2, 2));
}

#[tokio::test]
async fn a_batch_is_bounded_and_in_order() {
    for at_most in [1, 3, 8, 100] {
        let shop = Shop::default();
        let outcomes: Vec<_> = shop.send_all((0..50).map(Work), at_most).collect().await;
        let expected = (0..50).map(|n| if n % 7 == 6 { Err(Error::Handler(Trouble::Busy)) } else { Ok(n) });
        assert!(outcomes.into_iter().eq(expected), "in the order of the messages");
        assert_eq!(shop.workers.most.load(SeqCst), at_most.min(50), "in flight");
    }
}

#[tokio::test]
async fn a_batch_of_none_at_a_time_is_one_at_a_time() {
    let shop = Shop::default();
    assert_eq!(shop.send_all([Work(0), Work(1)], 0).count().await, 2);
    assert_eq!(shop.workers.most.load(SeqCst), 1);
    assert!(collect_ready(shop.send_all(Vec::<Work>::new(), 5)).await.is_empty());
}

#[tokio::test]
async fn a_batch_begins_no_more_than_it_may_and_stops_when_it_is_dropped() {
    let shop = Shop::default();
    let mut taken = 0;
    {
        let messages = (0..).map(|n| {
            taken = n + 1;
            Work(n)
        });
        let mut batch = pin!(shop.send_all(messages, 4));
        assert!(poll_once(&mut batch.next()).await.is_pending());
        assert_eq!(shop.workers.started.load(SeqCst), 4);
        assert_eq!(batch.next().await, Some(Ok(0)));
    }
    assert!(taken <= 25, "an endless batch is taken as it goes, not {taken} at once");
    let started = shop.workers.started.load(SeqCst);
    tokio::task::yield_now().await;
    assert_eq!(shop.workers.started.load(SeqCst), started);
}

#[tokio::test]
async fn two_mediators_of_one_module_share_a_set() {
    let depot = Depot { opened: 3, ..Depot::default() };
    assert_eq!(depot.send(Work(1)).await, Ok(1));
    assert_eq!(depot.send(Name).await, Ok("nnn".to_string()));
    assert_eq!((depot.workers.started.load(SeqCst), depot.opened), (1, 3));
    assert_eq!(Shop::default().send(Work(2)).await, Ok(2));
}

async fn route(shop: &impl Handles<Work>, n: usize) -> usize {
    shop.send(Work(n)).await.unwrap_or_default()
}

struct Router<A> {
    app: Arc<A>,
}

impl<A: Handles<Work> + Handles<Name> + 'static> Router<A> {
    async fn both(self: Arc<Self>) -> (usize, usize) {
        let work = {
            let app = Arc::clone(&self.app);
            tokio::spawn(async move { app.send(Work(2)).await })
        };
        (work.await.unwrap().unwrap(), self.app.send(Name).await.unwrap().len())
    }
}

#[tokio::test]
async fn generic_code_asks_for_less_than_a_whole_mediator() {
    assert_eq!(route(&Shop::default(), 4).await, 4);
    assert_eq!(route(&Depot::default(), 5).await, 5);
    assert_eq!(Arc::new(Router { app: Arc::new(Depot::default()) }).both().await, (2, 3));
}

/// A mediator with parameters of every kind.
mod generic {
    use super::*;

    pub(super) trait Price: Send + Sync + 'static {
        fn cents(&self) -> u64;
    }

    #[query(reply = u64)]
    pub(super) struct Cents;

    #[query(reply = Vec<T>)]
    pub(super) struct All<T: Clone>(pub(super) std::marker::PhantomData<T>);

    pub(super) struct Prices<P> {
        pub(super) price: P,
    }

    #[handler]
    impl<P: Price> Prices<P> {
        fn cents(&self, _query: Cents) -> u64 {
            self.price.cents()
        }
    }

    pub(super) struct Shelf<T>(pub(super) Vec<T>);

    #[handler]
    impl<T: Clone + Send + Sync + 'static> Shelf<T> {
        fn all(&self, _query: All<T>) -> Vec<T> {
            self.0.clone()
        }
    }

    #[mediator]
    #[pipeline(Timeout::secs(1), self.breaker)]
    pub(super) struct Market<P: Price, T, const LENGTH: usize>
    where
        T: Clone + Send + Sync + 'static,
    {
        pub(super) breaker: CircuitBreaker,
        pub(super) prices: Prices<P>,
        pub(super) shelf: Shelf<T>,
        pub(super) named: Named<LENGTH>,
    }
}

struct Fixed(u64);

impl generic::Price for Fixed {
    fn cents(&self) -> u64 {
        self.0
    }
}

#[tokio::test]
async fn a_mediator_may_be_generic() {
    use generic::{All, Cents, Market, Prices, Shelf};
    use std::marker::PhantomData;

    let breaker = || CircuitBreaker::new(1, std::time::Duration::from_secs(1));
    let bytes =
        Market { breaker: breaker(), prices: Prices { price: Fixed(5) }, shelf: Shelf(vec![1_u8]), named: Named::<2> };
    assert_eq!(bytes.send(Cents).await, Ok(5));
    assert_eq!(bytes.send(All(PhantomData)).await, Ok(vec![1_u8]));
    assert_eq!(bytes.send(Name).await, Ok("nn".to_string()));
    let words =
        Market { breaker: breaker(), prices: Prices { price: Fixed(6) }, shelf: Shelf(vec!["a"]), named: Named::<1> };
    assert_eq!(words.send(Cents).await, Ok(6));
    assert_eq!(words.send(All(PhantomData)).await, Ok(vec!["a"]));
}

#[mediator(clock = self.clock, timer = self.timer, random = self.random, ids = self.ids)]
struct Ported {
    clock: VirtualClock,
    timer: Arc<VirtualClock>,
    random: SeededRandom,
    ids: Snowflake,
    workers: Workers,
}

#[tokio::test]
async fn ports_are_fields_or_the_systems() {
    let clock = VirtualClock::new();
    let app = Ported {
        timer: Arc::new(clock.clone()),
        clock,
        random: SeededRandom::new(1),
        ids: Snowflake::new(77).unwrap(),
        workers: Workers::default(),
    };
    let _: (&VirtualClock, &Arc<VirtualClock>, &SeededRandom) = (app.clock(), app.timer(), app.random());
    let parts = app.context().message_id().parts::<catga::id::Classic>();
    assert_eq!((parts.worker, parts.unix_ms), (77, app.clock.unix_ms()));
    let shop = Shop::default();
    let _: (&SystemClock, &TokioTimer, &RandomIds) = (shop.clock(), shop.timer(), shop.ids());
    assert_eq!(poll_once(&mut pin!(app.send(Work(19)))).await, Poll::Pending);
}

/// A mediator without handler sets has nothing to handle, and is one.
#[mediator]
struct Empty {}

#[test]
fn an_empty_mediator() {
    assert!(!Empty {}.context().message_id().is_nil());
}
