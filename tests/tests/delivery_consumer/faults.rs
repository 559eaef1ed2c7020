//! Each scenario fails where something is broken: the same ones, on transports with a fault and with dead letters
//! that lie.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::faulty::Fault;
use crate::parts::{Act, Burial, Trouble};
use crate::world::{World, until};
use crate::{delivered, kept, lifecycle, order, retried};

fn is_caught(what: &str, scenario: impl FnOnce()) {
    assert!(catch_unwind(AssertUnwindSafe(scenario)).is_err(), "{what} was not noticed");
}

macro_rules! caught {
    ($($test:ident: $fault:ident by $($scenario:path),+;)*) => {$(
        #[test]
        fn $test() {
            $(is_caught(stringify!($scenario), || $scenario(Fault::$fault));)+
        }
    )*};
}

caught! {
    losing: Loses by delivered::a1_payload_headers_and_id_round_trip, order::b1_fifo_per_key, lifecycle::c5_a_closing_publisher_flushes;
    duplicating: Duplicates by delivered::a1_payload_headers_and_id_round_trip, order::b1_fifo_per_key;
    acking_early: AcksEarly by delivered::a7_without_an_ack_it_comes_again_after_the_deadline, delivered::a6_refused_twice_it_is_delivered_a_third_time, order::b4_order_is_kept_after_a_consumer_crash, lifecycle::c8_a_cancelled_stop;
    forgetting_acks: ForgetsAcks by delivered::a4_endpoints_are_isolated, lifecycle::c6_start_after_stop;
    acking_refusals: AcksRefusals by delivered::a6_refused_twice_it_is_delivered_a_third_time, lifecycle::c4_stop_and_start_again_mid_stream, retried::d3_exhausted;
    ignoring_delays: IgnoresDelays by retried::d2_tried_again_after_a_delay, retried::d2_an_error_may_ask_for_more, retried::d5_the_error_path_fails;
    forgetting_attempts: ForgetsAttempts by delivered::a8_the_attempt_count_survives_a_restart;
    ignoring_keys: IgnoresKeys by order::b1_fifo_per_key, order::b2_order_is_kept_under_retry, order::b3_order_is_kept_when_concurrency_changes;
    splitting_groups: SplitsGroups by delivered::a3_runs_of_a_group_share_the_messages, lifecycle::c6_start_after_stop;
    forgetting_extensions: ForgetsExtensions by kept::what_takes_longer_is_kept, kept::what_waits_for_its_place_is_kept, kept::what_is_being_buried_is_kept;
    truncating: Truncates by delivered::a1_payload_headers_and_id_round_trip, order::b1_fifo_per_key;
    mixing_up: MixesUp by delivered::a1_payload_headers_and_id_round_trip, delivered::a13_a_message_of_another_type_is_not_handled_as_this_one;
    leaking: Leaks by delivered::a4_endpoints_are_isolated;
}

/// What cannot be handled is kept, byte for byte.
fn everything_is_kept(burials: &[Burial]) {
    let world = World::new(Fault::Nothing);
    world.plan(|_| Act::Fail(Trouble::Wrong));
    world.letters.next.lock().unwrap().extend(burials);
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        for seq in 0..5 {
            world.pay(1, seq).await;
        }
        until(|| consumer.stats().buried == 5).await;
    });
    let kept: Vec<_> = world.buried().into_iter().map(|letter| letter.parcel).collect();
    assert_eq!(kept, (0..5).map(|seq| crate::world::pay(1, seq)).collect::<Vec<_>>());
    world.assert_settled(&[&consumer], 0);
}

#[test]
fn dead_letters_are_kept() {
    everything_is_kept(&[]);
    everything_is_kept(&[Burial::Fails, Burial::Panics]);
}

#[test]
fn dead_letters_that_lie() {
    is_caught("a lost letter", || everything_is_kept(&[Burial::Lies]));
    is_caught("a garbled letter", || everything_is_kept(&[Burial::Garbles]));
}
