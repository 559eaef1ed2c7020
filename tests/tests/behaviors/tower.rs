//! Layers of tower around handlers, and a mediator as tower's service.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::behaviors::tower::{Admission, Gate, Layered, Served};
use catga::prelude::*;
use tower::layer::layer_fn;
use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer};
use tower::timeout::{Timeout as TowerTimeout, TimeoutLayer};
use tower::util::ServiceFn;
use tower::{BoxError, ServiceExt as _, service_fn};

#[command(reply = u32)]
#[derive(Clone)]
struct Pay;

#[query(reply = u32)]
struct Peak;

/// Takes the money, and never answers.
struct Bank {
    paid: AtomicU32,
    timeout: Layered<TowerTimeout<Gate>>,
}

#[handler]
#[pipeline(Retry::times(2), self.timeout)]
impl Bank {
    async fn pay(&self, _command: Pay) -> u32 {
        self.paid.fetch_add(1, SeqCst);
        std::future::pending().await
    }
}

#[mediator]
struct Street {
    bank: Bank,
}

#[tokio::test(start_paused = true)]
async fn a_layer_that_gives_up_on_a_running_handler_leaves_it_unknown() {
    let timeout = Layered::new(&TimeoutLayer::new(Duration::from_millis(20)));
    let street = Street { bank: Bank { paid: AtomicU32::new(0), timeout } };
    let error = street.send(Pay).await.unwrap_err();
    assert_eq!((error.code(), error.class()), ("catga.layer", Class::Unknown));
    assert_eq!(street.bank.paid.load(SeqCst), 1, "what may have happened is not repeated");
}

/// Sheds whatever comes.
type Shut = ServiceFn<fn(Admission) -> std::future::Ready<Result<(), BoxError>>>;

struct Closed {
    paid: AtomicU32,
    shut: Layered<Shut>,
}

#[handler]
#[pipeline(self.shut)]
impl Closed {
    fn pay(&self, _command: Pay) -> u32 {
        self.paid.fetch_add(1, SeqCst)
    }
}

#[mediator]
struct Sunday {
    closed: Closed,
}

#[tokio::test]
async fn a_layer_that_never_opens_the_gate_may_be_asked_again() {
    let shed: fn(Admission) -> _ = |_| std::future::ready(Err("no more".into()));
    let closed = Closed { paid: AtomicU32::new(0), shut: Layered::new(&layer_fn(|_: Gate| service_fn(shed))) };
    let sunday = Sunday { closed };
    let error = sunday.send(Pay).await.unwrap_err();
    assert_eq!((error.code(), error.class()), ("catga.layer", Class::Transient));
    assert_eq!(sunday.closed.paid.load(SeqCst), 0);
}

struct Desk {
    now: AtomicU32,
    peak: AtomicU32,
    limit: Layered<ConcurrencyLimit<Gate>>,
}

#[handler]
#[pipeline(self.limit)]
impl Desk {
    async fn peak(&self, _query: Peak) -> u32 {
        self.peak.fetch_max(self.now.fetch_add(1, SeqCst) + 1, SeqCst);
        tokio::task::yield_now().await;
        self.now.fetch_sub(1, SeqCst);
        self.peak.load(SeqCst)
    }
}

#[mediator]
struct Office {
    desk: Desk,
}

#[tokio::test]
async fn a_concurrency_limit_holds_and_a_mediator_is_a_service() {
    let limit = Layered::new(&ConcurrencyLimitLayer::new(3));
    let office = Arc::new(Office { desk: Desk { now: AtomicU32::new(0), peak: AtomicU32::new(0), limit } });
    let calls = (0..50).map(|_| Served::new(Arc::clone(&office)).oneshot(Peak));
    for answer in futures_util::future::join_all(calls).await {
        assert!(answer.unwrap() <= 3);
    }
    assert_eq!(office.desk.peak.load(SeqCst), 3);
}
