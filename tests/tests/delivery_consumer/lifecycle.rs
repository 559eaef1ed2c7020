//! Group C: starting, stopping, pausing.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::delivery::Redelivery;
use catga::prelude::*;
use catga::transport::{Leftover, Transport as _, TransportError};
use futures_util::future::{join, join_all};

use crate::faulty::Fault;
use crate::parts::{Act, Burial, Payments, Trouble};
use crate::world::{AUDIT, PAYMENTS, SECOND, World, audited, paid, pay, turns, until};

sound! {
    c1_stop_and_close_twice
    c2_stop_while_blocked
    c3_ten_concurrent_closes
    c4_stop_and_start_again_mid_stream
    c5_a_closing_publisher_flushes
    c6_start_after_stop
    c7_stop_during_a_handler
    c7_stop_during_the_error_path
    c8_a_cancelled_stop
    c9_pause_under_pressure_then_resume
}

pub fn c1_stop_and_close_twice(fault: Fault) {
    let world = World::new(fault);
    let consumer = world.consumer();
    let stop = Cancel::new();
    world.run_until(&[&consumer], &stop, async {
        world.pay(1, 1).await;
        until(|| consumer.stats().done == 1).await;
        stop.cancel();
        stop.cancel();
    });
    // Told to stop already, it takes nothing.
    world.drive(consumer.consume::<Payments, _>(&world.shop, &stop)).unwrap();
    assert_eq!(world.left(), 0);
    assert_eq!(world.left(), 0);
    // A transport that is closed stays closed, and the consumer says so.
    let again = world.drive(consumer.consume::<Payments, _>(&world.shop, &Cancel::new()));
    assert_eq!(again, Err(TransportError::Closed));
}

pub fn c2_stop_while_blocked(fault: Fault) {
    // While it waits for a message, for a place, for the end of a pause, and for a subscription.
    let idle = World::new(fault);
    let consumer = idle.consumer();
    idle.run(&[&consumer], turns(10, std::future::pending::<()>()));
    idle.assert_settled(&[&consumer], 0);

    let full = World::new(fault);
    full.plan(|_| Act::Work(SECOND * 5));
    let consumer = full.consumer().prefetch(3);
    full.run(&[&consumer], async {
        for seq in 0..10 {
            full.publish(PAYMENTS, paid(seq)).await;
        }
        until(|| consumer.stats().in_hand == 4).await;
    });
    // The one that was handled is finished; those that waited for a place are handed back unseen.
    let stats = consumer.stats();
    assert_eq!((stats.done, stats.returned, stats.cut, stats.in_hand), (1, 3, 0, 0), "{stats:?}");
    assert_eq!(full.begun().len(), 1);
    assert_eq!(full.left(), 9);

    let paused = World::new(fault);
    let consumer = paused.consumer();
    consumer.pause();
    paused.run(&[&consumer], async {
        paused.pay(1, 1).await;
        turns(10, std::future::pending::<()>()).await;
    });
    assert_eq!((paused.begun().len(), paused.left()), (0, 1));

    let away = World::new(fault);
    away.wire.refusing.store(u64::MAX, SeqCst);
    let (consumer, stop) = (away.consumer(), Cancel::new());
    let stopping = async {
        away.sleep(SECOND * 60).await;
        stop.cancel();
    };
    let (consumed, ()) = away.drive(join(consumer.consume::<Payments, _>(&away.shop, &stop), stopping));
    assert_eq!((consumed, consumer.stats().subscribed), (Ok(()), 0));
}

pub fn c3_ten_concurrent_closes(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Work(SECOND));
    let consumer = world.consumer().concurrency(4);
    let stop = Cancel::new();
    let closed = world.run_until(&[&consumer], &stop, async {
        for seq in 0..100 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        // It goes on until the transport is empty, and ends without being told to.
        join_all((0..10).map(|_| world.wire.close(SECOND * 1_000))).await
    });
    assert_eq!(closed, [Leftover::default(); 10]);
    assert_eq!((consumer.stats().done, world.duplicates()), (100, 0));
    (0..10).for_each(|_| stop.cancel());
}

pub fn c4_stop_and_start_again_mid_stream(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| Act::Work(Duration::from_millis(u64::from(note.seq % 7))));
    let consumer = world.consumer().concurrency(5).prefetch(5);
    world.run(&[&consumer], async {
        for seq in 0..500 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
    });
    let mut runs = 1;
    while consumer.stats().done < 500 {
        let goal = (consumer.stats().done + 37).min(500);
        world.run(&[&consumer], until(|| consumer.stats().done >= goal));
        runs += 1;
    }
    let mut ended = world.ended();
    ended.sort_unstable();
    assert_eq!(ended, (0..500).collect::<Vec<_>>());
    assert!(runs > 10 && consumer.stats().returned > 0, "{runs} runs, {:?}", consumer.stats());
    world.assert_settled(&[&consumer], 0);
}

pub fn c5_a_closing_publisher_flushes(fault: Fault) {
    let world = World::new(fault);
    let consumer = world.consumer().concurrency(8).prefetch(8);
    let left = world.run(&[&consumer], async {
        for seq in 0..10_000 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        world.wire.close(SECOND * 1_000).await
    });
    assert_eq!((consumer.stats().done, left), (10_000, Leftover::default()));
    let mut ended = world.ended();
    ended.sort_unstable();
    assert_eq!(ended, (0..10_000).collect::<Vec<_>>());
    world.assert_settled(&[&consumer], 0);
}

pub fn c6_start_after_stop(fault: Fault) {
    let world = World::new(fault);
    let consumer = world.consumer();
    for seq in 0..5 {
        world.run(&[&consumer], async {
            world.pay(1, seq).await;
            until(|| consumer.stats().done > u64::from(seq)).await;
        });
    }
    assert_eq!(world.ended(), [0, 1, 2, 3, 4]);
    world.assert_settled(&[&consumer], 0);
}

pub fn c7_stop_during_a_handler(fault: Fault) {
    // One that is finished within the grace, and one that is not.
    let world = World::new(fault);
    world.plan(|note| match (note.seq, note.attempt) {
        (0, _) => Act::Work(SECOND * 4),
        (1, _) => Act::WorkAndFail(SECOND * 3, Trouble::Busy),
        (_, 1) => Act::Forever,
        _ => Act::Done,
    });
    let consumer = world.consumer().concurrency(3).grace(SECOND * 5);
    world.run(&[&consumer], async {
        for seq in 0..3 {
            world.pay(seq, seq).await;
        }
        until(|| world.begun().len() == 3).await;
    });
    let stats = consumer.stats();
    assert_eq!((stats.done, stats.retried, stats.cut, stats.in_hand), (1, 1, 1, 0), "{stats:?}");
    assert_eq!(world.clock.now().since_origin(), SECOND * 5, "no longer than the grace");
    assert_eq!(world.told(), 1, "the one that was cut off was told first");
    assert_eq!(world.shop.till.running.load(SeqCst), 0, "and dropped");
    // What was not finished comes again.
    world.plan(|_| Act::Done);
    world.run(&[&consumer], until(|| consumer.stats().done == 3));
    world.assert_settled(&[&consumer], 0);
}

pub fn c7_stop_during_the_error_path(fault: Fault) {
    // While the dead letters take it: finished within the grace, and not.
    for (takes, buried, cut) in [(SECOND * 4, 1, 0), (SECOND * 400, 0, 1)] {
        let world = World::new(fault);
        world.plan(|_| Act::Fail(Trouble::Wrong));
        world.letters.next.lock().unwrap().push_back(Burial::Takes(takes));
        let consumer = world.consumer().grace(SECOND * 5);
        world.run(&[&consumer], async {
            world.pay(1, 1).await;
            until(|| world.letters.asked.load(SeqCst) == 1).await;
        });
        assert_eq!((consumer.stats().buried, consumer.stats().cut), (buried, cut));
        assert_eq!(world.buried().len() as u64, buried);
        if cut == 1 {
            world.run(&[&consumer], until(|| consumer.stats().buried == 1));
        }
        assert_eq!(world.buried().len(), 1);
        world.assert_settled(&[&consumer], 0);
    }
}

pub fn c8_a_cancelled_stop(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.attempt == 1 { Act::Work(SECOND * 8) } else { Act::Done });
    let consumer = world.consumer().concurrency(2).prefetch(2);
    let stop = Cancel::new();
    world.drive(async {
        let run = consumer.consume::<Payments, _>(&world.shop, &stop);
        let script = async {
            until(|| consumer.stats().subscribed == 2).await;
            for seq in 0..4 {
                world.publish(PAYMENTS, paid(seq)).await;
            }
            until(|| consumer.stats().in_hand == 4).await;
            stop.cancel();
            world.sleep(SECOND).await;
        };
        // Whoever waits for the end of the drain gives up in the middle of it.
        tokio::select! { biased; _ = run => panic!("two are still handled"), () = script => {} }
    });
    assert_eq!((consumer.stats().done, consumer.stats().in_hand), (0, 0));
    world.run(&[&consumer], until(|| consumer.stats().done == 4));
    world.assert_settled(&[&consumer], 0);
}

pub fn c9_pause_under_pressure_then_resume(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Work(SECOND));
    let consumer = world.consumer().concurrency(4).prefetch(4);
    world.run(&[&consumer], async {
        for seq in 0..200 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        until(|| consumer.stats().done >= 50).await;
        consumer.pause();
        assert!(consumer.is_paused());
        // What is in hand is finished, and nothing else is taken.
        until(|| consumer.stats().in_hand == 0).await;
        let begun = world.begun().len();
        for seq in 200..300 {
            world.publish(PAYMENTS, paid(seq)).await;
            world.sleep(SECOND).await;
        }
        assert_eq!(world.begun().len(), begun);
        consumer.resume();
        until(|| consumer.stats().done >= 300).await;
    });
    assert_eq!(world.shop.till.most.load(SeqCst), 4);
    world.assert_settled(&[&consumer], 0);
}

/// A consumer that is paused keeps nothing from others of its group, not even what it was waiting for.
#[test]
fn who_is_paused_leaves_the_messages_to_others() {
    let world = World::new(Fault::Nothing);
    let [a, b] = [(); 2].map(|()| world.consumer());
    world.run(&[&a, &b], async {
        a.pause();
        for seq in 0..20 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        until(|| b.stats().done == 20).await;
    });
    assert_eq!(a.stats().done, 0);
    world.assert_settled(&[&a, &b], 0);
}

/// Who asks for a delivery may be given one, and keep it from others: nobody asks that has no use for it.
#[test]
fn who_takes_nothing_does_not_ask() {
    let world = World::new(Fault::Nothing);
    world.plan(|_| Act::Work(SECOND * 5));
    let asking = || world.wire.asking.load(SeqCst);
    let consumer = world.consumer();
    let stop = Cancel::new();
    world.run_until(&[&consumer], &stop, async {
        until(|| asking() == 2).await;
        consumer.pause();
        until(|| asking() == 0).await;
        consumer.resume();
        until(|| asking() == 2).await;
        world.pay(1, 1).await;
        // It has one in hand, and room for no other.
        until(|| consumer.stats().in_hand == 1 && asking() == 0).await;
        consumer.set_concurrency(2);
        until(|| asking() == 2).await;
        stop.cancel();
        until(|| asking() == 0).await;
        assert_eq!((consumer.stats().in_hand, consumer.stats().done), (1, 0), "it is still being handled");
    });
    assert_eq!(consumer.stats().done, 1);
    world.assert_settled(&[&consumer], 0);
}

#[test]
fn what_is_in_hand_is_bounded() {
    let world = World::new(Fault::Nothing);
    world.plan(|_| Act::Work(SECOND));
    let consumer = world.consumer().concurrency(3).prefetch(2);
    let most = std::sync::atomic::AtomicU64::new(0);
    world.run(&[&consumer], async {
        for seq in 0..60 {
            world.publish(PAYMENTS, paid(seq)).await;
            world.publish(AUDIT, audited(seq)).await;
        }
        until(|| {
            most.fetch_max(consumer.stats().in_hand, SeqCst);
            consumer.stats().done == 120
        })
        .await;
    });
    assert_eq!((most.load(SeqCst), world.shop.till.most.load(SeqCst)), (5, 3));
    world.assert_settled(&[&consumer], 0);
}

/// A busy endpoint does not starve a quiet one.
#[test]
fn endpoints_take_turns() {
    let world = World::new(Fault::Nothing);
    world.plan(|_| Act::Work(SECOND));
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        for seq in 0..100 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        for seq in 1_000..1_010 {
            world.publish(AUDIT, audited(seq)).await;
        }
        until(|| world.ended().iter().filter(|seq| **seq >= 1_000).count() == 10).await;
        let before = world.ended().iter().filter(|seq| **seq < 1_000).count();
        assert!((5..=15).contains(&before), "{before} of the busy one while 10 of the quiet one");
        until(|| consumer.stats().done == 110).await;
    });
    world.assert_settled(&[&consumer], 0);
}

/// A subscription that is lost, or that cannot be made yet, is made again.
#[test]
fn it_subscribes_again() {
    let world = World::new(Fault::Nothing);
    world.wire.refusing.store(5, SeqCst);
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.pay(1, 0).await;
        until(|| consumer.stats().done == 1).await;
        for seq in 1..6 {
            world.wire.losing.store(2, SeqCst);
            world.pay(1, seq).await;
            let is_done = || consumer.stats().done == u64::from(seq) + 1;
            until(|| is_done() && world.wire.losing.load(SeqCst) == 0).await;
        }
    });
    assert_eq!(world.ended(), [0, 1, 2, 3, 4, 5]);
    world.assert_settled(&[&consumer], 0);
}

/// Two runs of one consumer, on threads of their own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_side_by_side_share_the_work() {
    use std::sync::Arc;

    use catga::transport::Delivers as _;
    let world = Arc::new(World::new(Fault::Nothing));
    world.plan(|note| if note.attempt == 1 && note.seq % 3 == 0 { Act::Fail(Trouble::Busy) } else { Act::Done });
    let policy = Redelivery::attempts(3).base(Duration::ZERO);
    let consumer = Arc::new(world.consumer().concurrency(4).prefetch(4).redelivery(policy));
    let stop = Arc::new(Cancel::new());
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let (world, consumer, stop) = (world.clone(), consumer.clone(), stop.clone());
            tokio::spawn(async move { consumer.consume::<Payments, _>(&world.shop, &stop).await })
        })
        .collect();
    while consumer.stats().subscribed < 8 {
        tokio::task::yield_now().await;
    }
    for seq in 0..2_000 {
        world.wire.publish(PAYMENTS, pay(seq % 16, seq)).await.unwrap();
    }
    while consumer.stats().done < 2_000 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    for run in runs {
        run.await.unwrap().unwrap();
    }
    assert_eq!((world.duplicates(), consumer.stats().in_hand), (0, 0));
    let ended = world.shop.till.ended.lock().unwrap().clone();
    for key in 0..16 {
        let seqs: Vec<u32> = ended.iter().filter(|note| note.account == key).map(|note| note.seq).collect();
        assert_eq!(seqs, (0..2_000).filter(|seq| seq % 16 == key).collect::<Vec<_>>());
    }
}
