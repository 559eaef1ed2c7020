//! Group A: what arrives, how often, and what cannot be handled.

use std::sync::Arc;

use catga::Remote;
use catga::delivery::Redelivery;
use catga::envelope::Kind;
use catga::error::Class;
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga::transport::{Endpoint, Parcel};
use futures_util::future::join;

use crate::faulty::{Fault, Faulty};
use crate::parts::{Act, Audited, Balance, Note, Paid, Pay, PaymentEvents, Payments, Trouble};
use crate::world::{AUDIT, DEADLINE, PAYMENTS, SECOND, World, audited, bytes, paid, turns, until};

sound! {
    a1_payload_headers_and_id_round_trip
    a3_runs_of_a_group_share_the_messages
    a4_endpoints_are_isolated
    a5_each_group_gets_all
    a6_refused_twice_it_is_delivered_a_third_time
    a7_without_an_ack_it_comes_again_after_the_deadline
    a8_the_attempt_count_survives_a_restart
    a11_an_unknown_type_is_a_dead_letter
    a12_undecodable_bytes_are_dead_letters_and_the_stream_goes_on
    a13_a_message_of_another_type_is_not_handled_as_this_one
}

pub fn a1_payload_headers_and_id_round_trip(fault: Fault) {
    let world = World::new(fault);
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        for seq in 0..10 {
            world.pay(seq + 3, seq).await;
        }
        until(|| consumer.stats().done == 10).await;
    });
    let mut begun = world.begun();
    begun.sort_by_key(|note| note.seq);
    let note = |seq| {
        let id = u64::from(seq + 3) * 1_000_000 + u64::from(seq) + 1;
        Note { account: seq + 3, seq, attempt: 1, id, tenant: Some("acme".into()) }
    };
    assert_eq!(begun, (0..10).map(note).collect::<Vec<_>>());
    world.assert_settled(&[&consumer], 0);
}

pub fn a3_runs_of_a_group_share_the_messages(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Work(SECOND));
    let [a, b, c] = [(); 3].map(|()| world.consumer().concurrency(2));
    world.run(&[&a, &b, &c], async {
        for seq in 0..60 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        until(|| [&a, &b, &c].iter().map(|consumer| consumer.stats().done).sum::<u64>() >= 60).await;
    });
    let mut ended = world.ended();
    ended.sort_unstable();
    assert_eq!(ended, (0..60).collect::<Vec<_>>());
    for consumer in [&a, &b, &c] {
        assert!(consumer.stats().done > 0, "each has its part: {:?}", consumer.stats());
    }
    world.assert_settled(&[&a, &b, &c], 0);
}

pub fn a4_endpoints_are_isolated(fault: Fault) {
    let world = World::new(fault);
    // The contract's events, and its commands: two endpoints, each once.
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.publish(AUDIT, audited(1)).await;
        world.publish(PAYMENTS, paid(2)).await;
        world.pay(3, 3).await;
        until(|| consumer.stats().done >= 3).await;
    });
    let mut ended = world.ended();
    ended.sort_unstable();
    assert_eq!(ended, [1, 2, 3]);
    world.assert_settled(&[&consumer], 0);
}

pub fn a5_each_group_gets_all(fault: Fault) {
    let world = World::new(fault);
    let billing = world.consumer();
    let audit = Consumer::new(world.wire.clone(), "audit", world.letters.clone());
    world.run(&[&billing, &audit], async {
        for seq in 0..10 {
            world.publish(PAYMENTS, paid(seq)).await;
        }
        until(|| billing.stats().done == 10 && audit.stats().done == 10).await;
    });
    let mut ended = world.ended();
    ended.sort_unstable();
    assert_eq!(ended, (0..10).flat_map(|seq| [seq, seq]).collect::<Vec<_>>());
    world.assert_settled(&[&billing, &audit], 10);
}

pub fn a6_refused_twice_it_is_delivered_a_third_time(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.attempt < 3 { Act::Fail(Trouble::Busy) } else { Act::Done });
    let consumer = world.consumer();
    world.run(&[&consumer], async {
        world.pay(1, 0).await;
        until(|| consumer.stats().done + consumer.stats().buried > 0).await;
    });
    let attempts: Vec<u32> = world.begun().iter().map(|note| note.attempt).collect();
    assert_eq!(attempts, [1, 2, 3]);
    assert_eq!((consumer.stats().retried, consumer.stats().done, consumer.stats().buried), (2, 1, 0));
    world.assert_settled(&[&consumer], 0);
}

pub fn a7_without_an_ack_it_comes_again_after_the_deadline(fault: Fault) {
    let world = World::new(fault);
    world.plan(|note| if note.attempt == 1 { Act::Forever } else { Act::Done });
    let consumer = world.consumer();
    let stop = Cancel::new();
    world.drive(async {
        // A consumer that dies while it works: its future is dropped.
        let dying = consumer.consume::<Payments, _>(&world.shop, &stop);
        let publishing = async {
            until(|| consumer.stats().subscribed == 2).await;
            world.pay(1, 7).await;
            until(|| world.begun().len() == 1).await;
        };
        tokio::select! { biased; _ = dying => panic!("it runs until it is told to stop"), () = publishing => {} }
    });
    assert_eq!(consumer.stats().in_hand, 0, "what was dropped is not in hand");
    let began = world.clock.now();
    world.run(&[&consumer], until(|| consumer.stats().done == 1));
    assert_eq!(world.clock.now().since(began), DEADLINE);
    assert_eq!(world.begun().iter().map(|note| note.attempt).collect::<Vec<_>>(), [1, 2]);
    world.assert_settled(&[&consumer], 0);
}

pub fn a8_the_attempt_count_survives_a_restart(fault: Fault) {
    let world = World::new(fault);
    world.plan(|_| Act::Fail(Trouble::Busy));
    let policy = Redelivery::attempts(4).base(SECOND);
    for attempt in 1..=3_u64 {
        // A new consumer each time: nothing of the last one is left but what the transport knows.
        let consumer = world.consumer().redelivery(policy);
        world.run(&[&consumer], async {
            if attempt == 1 {
                world.pay(1, 7).await;
            }
            until(|| consumer.stats().retried == 1).await;
        });
        assert_eq!(world.begun().len() as u64, attempt);
    }
    let consumer = world.consumer().redelivery(policy);
    world.run(&[&consumer], until(|| consumer.stats().buried + consumer.stats().retried == 1));
    assert_eq!(world.begun().iter().map(|note| note.attempt).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!(world.buried().iter().map(|letter| letter.attempts).collect::<Vec<_>>(), [4]);
    world.assert_settled(&[&consumer], 0);
}

/// Sends what cannot be handled between what can, and checks what became of it.
fn is_buried(fault: Fault, odd: Vec<(Parcel, &'static str)>) {
    let world = World::new(fault);
    let consumer = world.consumer();
    let count = odd.len() as u64;
    world.run(&[&consumer], async {
        for (seq, (parcel, _)) in (0..).zip(&odd) {
            world.publish(PAYMENTS, parcel.clone()).await;
            world.publish(PAYMENTS, paid(seq)).await;
        }
        until(|| consumer.stats().done + consumer.stats().buried == 2 * count).await;
    });
    assert_eq!(world.ended(), (0..count as u32).collect::<Vec<_>>(), "the stream goes on");
    let buried = world.buried();
    assert_eq!(buried.len(), odd.len());
    for (letter, (parcel, code)) in buried.iter().zip(&odd) {
        assert_eq!(letter.parcel, *parcel, "byte for byte");
        assert_eq!((letter.code, letter.class), (*code, Class::Permanent), "{letter:?}");
        assert_eq!((&*letter.endpoint, &*letter.group, letter.attempts), ("payments", "billing", 1));
        assert!(!letter.error.is_empty() && letter.unix_ms == world.clock.unix_ms(), "{letter:?}");
    }
    world.assert_settled(&[&consumer], 0);
}

pub fn a11_an_unknown_type_is_a_dead_letter(fault: Fault) {
    let unknown = bytes(Kind::Event, "Refunded", 900, &Paid { seq: 9 }, |_| {});
    is_buried(fault, vec![(Parcel::new(900, unknown), "catga.wire.unknown_message")]);
}

pub fn a12_undecodable_bytes_are_dead_letters_and_the_stream_goes_on(fault: Fault) {
    let whole = bytes(Kind::Command, "Pay", 901, &Pay { account: 300, seq: 300 }, |_| {});
    let truncated = whole.slice(..whole.len() - 1);
    let longer = [&whole[..], b"!"].concat();
    let newer = bytes(Kind::Event, "Paid", 902, &Paid { seq: 9 }, |envelope| envelope.version = 2);
    let packed = bytes(Kind::Event, "Paid", 903, &Paid { seq: 9 }, |envelope| {
        envelope.compression = catga::envelope::CompressionId(77);
    });
    is_buried(
        fault,
        vec![
            (Parcel::new(1, bytes::Bytes::new()), "catga.wire.envelope"),
            (Parcel::new(2, bytes::Bytes::from_static(b"no envelope at all")), "catga.wire.envelope"),
            (Parcel::new(3, whole.slice(..20)), "catga.wire.envelope"),
            (Parcel::new(4, truncated), "catga.wire.undecodable"),
            (Parcel::new(5, longer.into()), "catga.wire.undecodable"),
            (Parcel::new(6, newer), "catga.wire.wrong_version"),
            (Parcel::new(7, packed), "catga.wire.wrong_compression"),
        ],
    );
}

pub fn a13_a_message_of_another_type_is_not_handled_as_this_one(fault: Fault) {
    // One that is in the contract and arrives as something else, and one of a contract that is not served here.
    let as_event = bytes(Kind::Event, "Pay", 910, &Pay { account: 1, seq: 1 }, |_| {});
    let of_another = bytes(Kind::Command, "Ship", 911, &Pay { account: 1, seq: 1 }, |_| {});
    let answer = bytes(Kind::Reply, "Pay", 912, &(), |_| {});
    is_buried(
        fault,
        vec![
            (Parcel::new(1, as_event), "catga.wire.wrong_kind"),
            (Parcel::new(2, of_another), "catga.wire.unknown_message"),
            (Parcel::new(3, answer), "catga.wire.wrong_kind"),
        ],
    );
}

/// What `Remote` publishes, a consumer of the same contract takes.
#[test]
fn a_remote_and_a_consumer_fit_together() {
    #[mediator]
    struct Here {
        payments: Remote<Faulty, PaymentEvents>,
    }
    let world = World::new(Fault::Nothing);
    // Elsewhere than the contract says; the event that names its endpoint itself stays there.
    let consumer = world.consumer().endpoint("payments.eu");
    let here = Here { payments: Remote::new(world.wire.clone()).endpoint("payments.eu") };
    world.run(&[&consumer], async {
        here.publish(Paid { seq: 1 }).await.unwrap();
        here.publish(Audited { seq: 2 }).await.unwrap();
        until(|| consumer.stats().done == 2).await;
    });
    let mut ended = world.ended();
    ended.sort_unstable();
    assert_eq!(ended, [1, 2]);
    let nobody = world.drive(async {
        use catga::transport::Delivers as _;
        world.wire.publish(Endpoint::new("payments"), paid(3)).await
    });
    assert_eq!(nobody, Err(catga::transport::TransportError::NobodyListens));
    world.assert_settled(&[&consumer], 0);
}

/// Each message's envelope makes what handlers read through `Extended`.
#[test]
fn handlers_read_the_extension() {
    #[derive(Debug, PartialEq)]
    struct Tenant(String);
    struct Reads(std::sync::Mutex<Vec<Option<String>>>);
    #[handler]
    impl Reads {
        fn paid(&self, _event: &Paid, cx: &mut Context<impl Extended<Tenant>>) {
            self.0.lock().unwrap().push(cx.extension().map(|Tenant(tenant)| tenant.clone()));
        }
    }
    #[contract(endpoint = "payments")]
    struct Events(#[event] Paid);
    #[mediator(extension = Tenant, clock = self.clock, timer = self.clock)]
    struct App {
        reads: Reads,
        clock: VirtualClock,
    }
    let world = World::new(Fault::Nothing);
    let app = App { reads: Reads(std::sync::Mutex::default()), clock: world.clock.clone() };
    let consumer = Consumer::new(world.wire.clone(), "reads", Arc::clone(&world.letters))
        .extension(|envelope| Tenant(envelope.headers.get("tenant").unwrap_or_default().into()));
    let stop = Cancel::new();
    world.drive(async {
        let script = async {
            until(|| consumer.stats().subscribed == 1).await;
            world.publish(PAYMENTS, paid(1)).await;
            until(|| consumer.stats().done == 1).await;
            stop.cancel();
        };
        let (consumed, ()) = join(consumer.consume::<Events, _>(&app, &stop), script).await;
        consumed.unwrap();
    });
    assert_eq!(*app.reads.0.lock().unwrap(), [Some("acme".into())]);
}

/// A query on a queue has nobody to answer; it is taken, and its answer dropped.
#[test]
fn a_query_on_the_queue_is_not_lost_in_silence() {
    let world = World::new(Fault::Nothing);
    let consumer = world.consumer();
    let query = bytes(Kind::Query, "Balance", 5, &Balance(5), |_| {});
    world.run(&[&consumer], async {
        world.publish(PAYMENTS, Parcel::new(5, query)).await;
        turns(100, std::future::pending::<()>()).await;
        until(|| consumer.stats().done == 1).await;
    });
    world.assert_settled(&[&consumer], 0);
}
