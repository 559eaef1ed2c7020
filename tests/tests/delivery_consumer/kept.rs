//! A delivery that takes longer than its ack deadline.

use std::sync::atomic::Ordering::SeqCst;

use catga::time::Clock as _;
use catga::transport::{Delivers as _, Delivery as _, Subscription as _};

use crate::faulty::Fault;
use crate::parts::{Act, Burial, Trouble};
use crate::world::{DEADLINE, PAYMENTS, World, paid, until};

sound! {
    what_takes_longer_is_kept
    what_waits_for_its_place_is_kept
    what_is_being_buried_is_kept
}

pub fn what_takes_longer_is_kept(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Work(DEADLINE * 10));
    // The second would take it over.
    let [a, b] = [(); 2].map(|()| world.consumer());
    world.run(&[&a, &b], async {
        world.pay(1, 1).await;
        until(|| a.stats().done + b.stats().done == 1).await;
    });
    assert_eq!(world.begun().len(), 1);
    assert!(world.wire.extended.load(SeqCst) >= 10);
    world.assert_settled(&[&a, &b], 0);
}

pub fn what_waits_for_its_place_is_kept(fault: Fault) {
    let world = World::new(fault);
    // Each for longer than half of a third, so that no part of the way is long enough to be kept by itself.
    world.plan(|_| Act::Work(DEADLINE * 2));
    let consumer = world.consumer().prefetch(3);
    world.run(&[&consumer], async {
        for seq in 0..4 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        until(|| consumer.stats().done == 4).await;
    });
    assert_eq!((world.begun().len(), consumer.stats().lost), (4, 0));
    world.assert_settled(&[&consumer], 0);
}

pub fn what_is_being_buried_is_kept(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::WorkAndFail(DEADLINE * 9 / 10, Trouble::Wrong));
    world.letters.next.lock().unwrap().push_back(Burial::Takes(DEADLINE * 9 / 10));
    let consumer = world.consumer().concurrency(2);
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().buried == 1).await;
    });
    assert_eq!((world.begun().len(), world.buried().len(), consumer.stats().lost), (1, 1, 0));
    world.assert_settled(&[&consumer], 0);
}

/// The other side is cut off: nothing answers. The handler is told, and dropped when the deadline has passed.
#[test]
fn what_is_lost_is_dropped() {
    let world = World::new(Fault::Nothing);
    world.plan(|note| if note.attempt == 1 { Act::Forever } else { Act::Done });
    world.wire.is_cut_off.store(1, SeqCst);
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().lost == 1).await;
        assert_eq!(world.clock.now().since_origin(), DEADLINE);
        assert_eq!((world.told(), world.shop.till.running.load(SeqCst)), (1, 0));
        world.wire.is_cut_off.store(0, SeqCst);
        until(|| consumer.stats().done == 1).await;
    });
    assert_eq!(world.begun().iter().map(|note| note.attempt).collect::<Vec<_>>(), [1, 2]);
    world.assert_settled(&[&consumer], 0);
}

/// Somebody else has taken it over, as this one's thread stood still for longer than the deadline.
#[test]
fn what_is_stale_is_dropped() {
    let world = World::new(Fault::Nothing);
    world.plan(|_| Act::Forever);
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        let mut other = world.wire.inner.subscribe(PAYMENTS, "billing").await.unwrap();
        world.pay(1, 1).await;
        until(|| world.begun().len() == 1).await;
        world.clock.advance(DEADLINE);
        let taken = other.next().await.unwrap().unwrap();
        assert_eq!(taken.attempt(), 2);
        until(|| consumer.stats().lost == 1).await;
        assert_eq!((world.told(), world.shop.till.running.load(SeqCst)), (1, 0));
        taken.ack().await.unwrap();
    });
    world.assert_settled(&[&consumer], 0);
}

/// An ack that comes too late is not taken for one.
#[test]
fn a_late_ack_is_counted_as_lost() {
    let world = World::new(Fault::Nothing);
    let clock = world.clock.clone();
    // A handler that blocks its thread for longer than the deadline.
    world.plan(move |note| {
        if note.attempt == 1 {
            clock.advance(DEADLINE);
        }
        Act::Done
    });
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().done == 1).await;
    });
    assert_eq!((consumer.stats().lost, consumer.stats().done), (1, 1));
    world.assert_settled(&[&consumer], 1);
}
