//! Who holds the lock, and in which order.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga_tests::{poll_once, scenarios, until};

use super::super::world::{Base, ONE_WRITER, counted, counting};
use super::office::{Count, Inside, Rent, Then, office, taken, work};

scenarios! { 6:
    of_one_key_one_at_a_time
    two_nodes_race_and_one_holds_it
    a_lock_within_itself_is_refused
    a_key_by_a_function
    fences_never_go_back
    inside_of_a_transaction
}

async fn of_one_key_one_at_a_time() {
    let (_place, app) = office().await;
    let mut first = pin!(app.send(work(7, Then::Waits)));
    until(&mut first, app.desk().entered()).await;
    let mut second = pin!(app.send(Count { item: 7, then: Then::Answer }));
    assert!(poll_once(&mut second).await.is_pending(), "another message of the key waits");
    let other = app.send(work(8, Then::Answer)).await.unwrap();
    app.desk().go_on.notify_one();
    let fences = [first.await.unwrap(), second.await.unwrap()];
    assert!(fences[0] < other && other < fences[1], "{fences:?} {other}");
    assert_eq!(counted(&app.db).await, [(7, 1)]);
}

async fn two_nodes_race_and_one_holds_it() {
    // On threads and the system's time: nodes of their own, whose handlers count without a transaction.
    let (place, _, _) = counting().await;
    let (inside, order) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let mut racers = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let races = Races { inside: Arc::clone(&inside), order: Arc::clone(&order) };
        let node = Arc::new(Node { races, db: place.other().await });
        for _ in 0..4 {
            let node = Arc::clone(&node);
            racers.spawn(async move {
                for _ in 0..5 {
                    node.send(Race).await.unwrap();
                }
            });
        }
    }
    racers.join_all().await;
    let order = order.lock().unwrap();
    assert_eq!(order.len(), 40);
    assert!(order.is_sorted_by(|before, after| before < after), "fences grow in the order of the holders: {order:?}");
}

#[command]
struct Race;

/// Longer than any machine takes: nobody is to wait in vain, nor to lose it.
const NEVER: Duration = Duration::from_secs(3_600);

struct Races {
    inside: Arc<AtomicBool>,
    order: Arc<Mutex<Vec<u64>>>,
}

#[handler]
impl Races {
    async fn race(&self, _: Race, cx: &mut Context<impl Fenced>) {
        assert!(!self.inside.swap(true, SeqCst), "two are inside");
        tokio::task::yield_now().await;
        self.order.lock().unwrap().push(cx.fence());
        assert!(self.inside.swap(false, SeqCst));
    }
}

#[mediator]
struct Node {
    #[pipeline(Lock(self.db).by(|_: &Race| 0).lease(NEVER).patience(NEVER))]
    races: Races,
    db: Base,
}

async fn a_lock_within_itself_is_refused() {
    let (_place, app) = office().await;
    let refused = app.send(work(7, Then::Sends)).await.unwrap_err();
    assert_eq!((refused.code(), refused.class()), ("catga.delivery.lock_nested", Class::Permanent));
    app.send(work(7, Then::SendsOther)).await.unwrap();
    assert_eq!(counted(&app.db).await, [(8, 1)]);
}

async fn a_key_by_a_function() {
    let (_place, app) = office().await;
    let rent = |room: &str, then| app.send(Rent { room: room.into(), then });
    let mut first = pin!(rent("a", Then::Waits));
    until(&mut first, app.desk().entered()).await;
    let mut second = pin!(rent("a", Then::Answer));
    assert!(poll_once(&mut second).await.is_pending());
    let other = rent("b", Then::Answer).await.unwrap();
    app.desk().go_on.notify_one();
    let first = first.await.unwrap();
    assert!(first < other && other < second.await.unwrap());
}

async fn fences_never_go_back() {
    let (_place, app) = office().await;
    let mut last = 0;
    for n in 0..6 {
        let fence = app.send(work(7, Then::Answer)).await.unwrap();
        assert!(fence > last, "{fence} after {last}");
        last = fence;
        if n % 2 == 1 {
            // Nor after one that was never given back.
            last = taken(&app, 7).await.unwrap().claim().fence;
            app.clock.advance(Duration::from_secs(60));
        }
    }
}

/// A send from inside of a transaction to what takes a lock of the same store: it waits for nothing but the lock, or is
/// refused where it would wait for the transaction.
async fn inside_of_a_transaction() {
    let (_place, app) = office().await;
    match app.send(Inside).await {
        Ok(fence) => assert!(!ONE_WRITER && fence > 0),
        Err(refused) => assert_eq!((ONE_WRITER, refused.code()), (true, "catga.store.nested")),
    }
}
