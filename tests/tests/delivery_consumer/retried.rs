//! Group D: what fails is tried again, and then kept.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::delivery::Redelivery;
use catga::envelope::Kind;
use catga::prelude::*;
use catga::transport::Parcel;

use crate::faulty::Fault;
use crate::parts::{Act, Burial, Pay, Trouble};
use crate::world::{PAYMENTS, SECOND, World, bytes, paid, pay, until};

sound! {
    d1_tried_again_at_once
    d2_tried_again_after_a_delay
    d2_an_error_may_ask_for_more
    d3_exhausted
    d4_the_class_decides
    d5_the_error_path_fails
    d6_nothing_of_a_failed_attempt_leaks
    d7_a_replay_is_processed_once
    d8_edit_and_replay
    d9_what_expires_is_not_done
    d10_a_panic_is_contained
}

pub fn d1_tried_again_at_once(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.attempt < 4 { Act::Fail(Trouble::Busy) } else { Act::Done });
    let consumer = world.consumer().redelivery(Redelivery::attempts(4).base(Duration::ZERO));
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().done == 1).await;
    });
    assert_eq!(world.clock.now().since_origin(), Duration::ZERO);
    assert_eq!(world.begun().len(), 4);
    world.assert_settled(&[&consumer], 0);
}

pub fn d2_tried_again_after_a_delay(fault: Fault) {
    let world = World::new(fault);
    let clock = world.clock.clone();
    let (tell, told) = std::sync::mpsc::channel();
    world.plan(move |note| {
        tell.send(clock.now()).unwrap();
        if note.attempt < 6 { Act::Fail(Trouble::Busy) } else { Act::Done }
    });
    let consumer = world.consumer().redelivery(Redelivery::attempts(6).base(SECOND).cap(SECOND * 4));
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().done == 1).await;
    });
    let begun: Vec<_> = told.try_iter().collect();
    let waits: Vec<Duration> = begun.windows(2).map(|pair| pair[1].since(pair[0])).collect();
    for (wait, longest) in waits.iter().zip([1, 2, 4, 4, 4]) {
        assert!(*wait <= SECOND * longest, "{waits:?}");
    }
    // Full jitter, which this seed draws: neither nothing at all, nor the same each time.
    assert!(waits.iter().sum::<Duration>() > SECOND * 2, "{waits:?}");
    assert_eq!((waits.len(), consumer.stats().retried), (5, 5));
    world.assert_settled(&[&consumer], 0);
}

pub fn d2_an_error_may_ask_for_more(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.attempt == 1 { Act::Closed(SECOND * 77) } else { Act::Done });
    let consumer = world.consumer().redelivery(Redelivery::attempts(4).base(SECOND));
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().done == 1).await;
        // Of an event's handlers, too.
        world.plan(|note| if note.attempt == 1 { Act::Closed(SECOND * 50) } else { Act::Done });
        world.publish(PAYMENTS, paid(2)).await;
        until(|| consumer.stats().done == 2).await;
    });
    assert_eq!(world.clock.now().since_origin(), SECOND * 127);
    world.assert_settled(&[&consumer], 0);
}

pub fn d3_exhausted(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.seq == 1 { Act::Fail(Trouble::Lost) } else { Act::Done });
    let consumer = world.consumer().redelivery(Redelivery::attempts(3).base(SECOND));
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        world.pay(1, 2).await;
        until(|| consumer.stats().done == 1).await;
    });
    let [letter] = &world.buried()[..] else { panic!("{:?}", world.buried()) };
    assert_eq!(letter.parcel, pay(1, 1));
    assert_eq!((letter.attempts, letter.code, letter.class), (3, "trouble.lost", Class::Unknown));
    assert_eq!(letter.error, "the till is Lost");
    assert_eq!(
        world.begun().iter().map(|note| (note.seq, note.attempt)).collect::<Vec<_>>(),
        [(1, 1), (1, 2), (1, 3), (2, 1)]
    );
    world.assert_settled(&[&consumer], 0);
}

pub fn d4_the_class_decides(fault: Fault) {
    for (trouble, attempts) in [(Trouble::Busy, 3), (Trouble::Stale, 3), (Trouble::Lost, 3), (Trouble::Wrong, 1)] {
        let world = World::new(fault);
        world.plan(move |_| Act::Fail(trouble));
        let consumer = world.consumer().redelivery(Redelivery::attempts(3).base(SECOND));
        world.run(&[&consumer], async {
            world.pay(1, 1).await;
            world.publish(PAYMENTS, paid(2)).await;
            until(|| consumer.stats().buried == 2).await;
        });
        let [command, event] = [1, 2].map(|seq| world.begun().iter().filter(|note| note.seq == seq).count());
        assert_eq!((command, event), (attempts, attempts), "{trouble:?}");
        // What was given up says why, of an event by handler.
        let event = world.buried().into_iter().find(|letter| letter.parcel == paid(2)).unwrap();
        assert!(event.error.contains("Till::paid") && event.error.contains(&trouble.to_string()), "{}", event.error);
        world.assert_settled(&[&consumer], 0);
    }
}

pub fn d5_the_error_path_fails(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Fail(Trouble::Wrong));
    world.letters.next.lock().unwrap().extend([Burial::Fails, Burial::Panics, Burial::Fails]);
    let consumer = world.consumer().redelivery(Redelivery::attempts(3).base(Duration::ZERO));
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        world.publish(PAYMENTS, Parcel::new(9, bytes::Bytes::from_static(b"nonsense"))).await;
        until(|| consumer.stats().buried == 2).await;
    });
    let stats = consumer.stats();
    assert_eq!((stats.unburied, stats.buried, world.buried().len()), (3, 2, 2), "{stats:?}");
    // Not at once, though the policy would.
    assert!(world.clock.now().since_origin() >= SECOND, "{:?}", world.clock);
    world.assert_settled(&[&consumer], 0);
}

pub fn d6_nothing_of_a_failed_attempt_leaks(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.attempt < 3 { Act::Fail(Trouble::Busy) } else { Act::Fail(Trouble::Wrong) });
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().buried == 1).await;
    });
    let begun = world.begun();
    assert_eq!(begun.iter().map(|note| note.attempt).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(begun.iter().all(|note| note.tenant.as_deref() == Some("acme") && note.id == begun[0].id), "{begun:?}");
    assert_eq!(world.buried()[0].parcel, pay(1, 1), "byte for byte");
    world.assert_settled(&[&consumer], 0);
}

pub fn d7_a_replay_is_processed_once(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Fail(Trouble::Wrong));
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().buried == 1).await;
        world.plan(|_| Act::Done);
        let letter = world.letters.kept.lock().unwrap().remove(0);
        world.publish(catga::transport::Endpoint::new(&letter.endpoint), letter.parcel).await;
        until(|| consumer.stats().done == 1).await;
    });
    let begun = world.begun();
    assert_eq!(begun.iter().map(|note| note.attempt).collect::<Vec<_>>(), [1, 1], "a replay begins anew");
    assert_eq!(begun[0].id, begun[1].id, "as the same message");
    assert_eq!(world.ended(), [1]);
    world.assert_settled(&[&consumer], 0);
}

pub fn d8_edit_and_replay(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.seq == 1 { Act::Fail(Trouble::Wrong) } else { Act::Done });
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| consumer.stats().buried == 1).await;
        let letter = world.letters.kept.lock().unwrap().remove(0);
        let edited = bytes(Kind::Command, "Pay", letter.parcel.id, &Pay { account: 1, seq: 2 }, |_| {});
        world.publish(PAYMENTS, Parcel { bytes: edited, ..letter.parcel }).await;
        until(|| consumer.stats().done == 1).await;
    });
    assert_eq!(world.ended(), [2]);
    assert_eq!(world.begun()[0].id, world.begun()[1].id);
    world.assert_settled(&[&consumer], 0);
}

pub fn d9_what_expires_is_not_done(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Work(SECOND * 10));
    let consumer = world.consumer().redelivery(Redelivery::attempts(2).base(SECOND));
    let late =
        bytes(Kind::Command, "Pay", 7, &Pay { account: 1, seq: 1 }, |envelope| envelope.budget = Some(SECOND * 3));
    world.run(&[&consumer], async {
        world.publish(PAYMENTS, Parcel::new(7, late)).await;
        until(|| consumer.stats().done + consumer.stats().buried == 1).await;
    });
    assert_eq!((world.ended(), world.begun().len()), (vec![], 2));
    assert_eq!((world.buried()[0].code, world.buried()[0].attempts), ("catga.timeout", 2));
    world.assert_settled(&[&consumer], 0);
}

pub fn d10_a_panic_is_contained(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| match note.seq {
        1 | 2 => Act::Panic,
        _ => Act::Work(SECOND),
    });
    let consumer = world.consumer().concurrency(3).redelivery(Redelivery::attempts(2).base(SECOND));
    world.run(&[&consumer], async {
        world.pay(1, 0).await;
        world.pay(2, 1).await;
        world.publish(PAYMENTS, paid(2)).await;
        world.pay(3, 3).await;
        until(|| consumer.stats().done + consumer.stats().buried == 4).await;
        world.pay(4, 4).await;
        until(|| consumer.stats().done == 3).await;
    });
    let mut ended = world.ended();
    ended.sort_unstable();
    assert_eq!(ended, [0, 3, 4], "the others did not notice");
    let mut buried = world.buried();
    buried.sort_by_key(|letter| letter.parcel.id);
    assert_eq!((buried[0].code, buried[0].class, buried[0].attempts), ("catga.panicked", Class::Unknown, 2));
    assert!(buried.iter().all(|letter| letter.error.contains("on purpose")), "{buried:?}");
    world.assert_settled(&[&consumer], 0);
}

/// One that panics as it is dropped, when it is cut off, does not end the consumer either.
#[test]
fn a_panic_of_what_is_dropped_is_contained() {
    let world = World::new(Fault::Nothing);
    world.plan(|note| if note.seq == 1 && note.attempt == 1 { Act::Explode } else { Act::Done });
    let consumer = world.consumer().grace(SECOND);
    world.run(&[&consumer], async {
        world.pay(1, 1).await;
        until(|| world.begun().len() == 1).await;
    });
    assert_eq!(consumer.stats().cut, 1);
    world.run(&[&consumer], until(|| consumer.stats().done == 1));
    world.assert_settled(&[&consumer], 0);
    assert_eq!(world.wire.extended.load(SeqCst), 0);
}
