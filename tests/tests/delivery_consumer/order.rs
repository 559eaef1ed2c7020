//! Group B: messages of one key are handled in order.

use std::collections::BTreeMap;

use catga::delivery::Redelivery;
use catga::prelude::*;
use catga::testing::SeededRandom;
use catga::time::Random as _;

use crate::faulty::Fault;
use crate::parts::{Act, Payments, Trouble};
use crate::world::{SECOND, World, until};

sound! {
    b1_fifo_per_key
    b2_order_is_kept_under_retry
    b3_order_is_kept_when_concurrency_changes
    b4_order_is_kept_after_a_consumer_crash
    b5_a_poisoned_key_does_not_hold_up_others
}

const KEYS: u32 = 16;

/// The messages of each key, as they were handled well.
fn by_key(world: &World) -> BTreeMap<u32, Vec<u32>> {
    let mut keys = BTreeMap::<u32, Vec<u32>>::new();
    for note in world.shop.till.ended.lock().unwrap().iter() {
        keys.entry(note.account).or_default().push(note.seq);
    }
    keys
}

fn assert_ordered(world: &World, count: u32) {
    let keys = by_key(world);
    assert_eq!(keys.len() as u32, KEYS);
    for (key, seqs) in keys {
        assert_eq!(seqs, (0..count).filter(|seq| seq % KEYS == key).collect::<Vec<_>>(), "key {key}");
    }
}

async fn send(world: &World, from: u32, to: u32) {
    for seq in from..to {
        world.pay(seq % KEYS, seq).await;
    }
}

pub fn b1_fifo_per_key(fault: Fault) {
    let world = World::new(fault);
    let random = SeededRandom::new(1);
    world.plan(move |_| Act::Work(SECOND * random.up_to(9) as u32));
    let [a, b] = [(); 2].map(|()| world.consumer().concurrency(6).prefetch(3));
    world.run(&[&a, &b], async {
        send(&world, 0, 1_000).await;
        until(|| a.stats().done + b.stats().done >= 1_000).await;
    });
    assert_ordered(&world, 1_000);
    world.assert_settled(&[&a, &b], 0);
}

pub fn b2_order_is_kept_under_retry(fault: Fault) {
    let world = World::new(fault);
    let random = SeededRandom::new(2);
    world.plan(move |note| match random.up_to(2) {
        0 if note.attempt < 5 => Act::Fail(Trouble::Busy),
        1 if note.attempt < 5 => Act::WorkAndFail(SECOND, Trouble::Lost),
        _ => Act::Work(SECOND),
    });
    let consumer = world.consumer().concurrency(8).prefetch(8).redelivery(Redelivery::attempts(9).base(SECOND));
    world.run(&[&consumer], async {
        send(&world, 0, 400).await;
        until(|| consumer.stats().done >= 400).await;
    });
    assert!(consumer.stats().retried > 100, "{:?}", consumer.stats());
    assert_ordered(&world, 400);
    world.assert_settled(&[&consumer], 0);
}

pub fn b3_order_is_kept_when_concurrency_changes(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| Act::Work(SECOND * (note.seq % 3)));
    let consumer = world.consumer().concurrency(2).prefetch(4);
    let mut most = Vec::new();
    world.run(&[&consumer], async {
        send(&world, 0, 600).await;
        for (concurrency, done) in [(2, 100), (12, 200), (1, 300), (5, 600)] {
            consumer.set_concurrency(concurrency);
            // What began under a higher number may still run.
            until(|| world.shop.till.running.load(std::sync::atomic::Ordering::SeqCst) <= concurrency as u64).await;
            world.shop.till.most.store(0, std::sync::atomic::Ordering::SeqCst);
            until(|| consumer.stats().done >= done).await;
            most.push(world.shop.till.most.load(std::sync::atomic::Ordering::SeqCst));
        }
    });
    assert_eq!(most, [2, 12, 1, 5], "it acts on each change");
    assert_ordered(&world, 600);
    world.assert_settled(&[&consumer], 0);
}

pub fn b4_order_is_kept_after_a_consumer_crash(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Work(SECOND));
    let stop = Cancel::new();
    let consumer = world.consumer().concurrency(8).prefetch(8);
    world.drive(async {
        let dying = consumer.consume::<Payments, _>(&world.shop, &stop);
        let script = async {
            until(|| consumer.stats().subscribed == 2).await;
            send(&world, 0, 320).await;
            until(|| consumer.stats().done >= 100).await;
        };
        tokio::select! { biased; _ = dying => panic!("it runs until it is told to stop"), () = script => {} }
    });
    let done = consumer.stats().done;
    world.run(&[&consumer], until(|| consumer.stats().done >= 320));
    assert!(done < 320);
    // What was in hand is handled again; here none of it had reached its end.
    assert_ordered(&world, 320);
    world.assert_settled(&[&consumer], 0);
}

pub fn b5_a_poisoned_key_does_not_hold_up_others(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.account == 3 { Act::Fail(Trouble::Busy) } else { Act::Work(SECOND) });
    let consumer =
        world.consumer().concurrency(4).redelivery(Redelivery::attempts(5).base(SECOND * 3_600).cap(SECOND * 36_000));
    let poisoned = world.run(&[&consumer], async {
        send(&world, 0, 320).await;
        until(|| world.ended().len() == 300).await;
        world.begun().iter().filter(|note| note.account == 3).count()
    });
    assert!(poisoned < 5, "the poisoned key is still at its first message");
    assert!(world.clock.now().since_origin() < SECOND * 200, "nobody waited for it");
    assert_eq!((consumer.stats().done, consumer.stats().buried), (300, 0));
    assert_eq!(world.left(), 20);
}
