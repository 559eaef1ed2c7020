//! Handled once more, it happens once.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::delivery::StoreInbox;
use catga::prelude::*;
use catga::store::DeadLetter;
use catga::transport::Parcel;
use catga_tests::{scenarios, until};

use super::super::world::counted;
use super::office::{Books, LEASE, Noted, Notes, Settled, parcel, parcel_of, reached, world};

scenarios! { 8:
    d7_replayed_it_is_handled_once_and_by_its_group_alone
    killed_between_an_effect_and_the_end_of_the_replay_it_has_happened_once
    of_two_replays_at_a_time_one_runs
    what_fails_again_stays
    d8_edited_it_is_the_same_message
    bytes_that_are_no_message_are_mended
    what_was_handled_meanwhile_is_not_handled_by_a_replay
    what_was_too_old_is_handled_by_a_replay
}

async fn d7_replayed_it_is_handled_once_and_by_its_group_alone() {
    let world = world().await;
    let audit = world.consumer("audit", world.letters());
    let other = Books::new(&world.books.db);
    let id = world
        .run((&audit, &other), async {
            let id = world.given_up(parcel("Noted", 1, &Noted { item: 1 })).await;
            reached(|| audit.stats().done == 1).await;
            id
        })
        .await;
    world.counted_once(&[1]).await;
    assert_eq!(world.books.plain.attempt.load(SeqCst), 1);

    world.books.fails_with(None);
    let refused = audit.replay::<Notes, _>(&other, id).await.unwrap_err();
    assert_eq!(refused.code(), "catga.store.missing", "it is another group's");
    world.replay(id).await.unwrap();
    assert_eq!(counted(&world.books.db).await, [(1, 2)], "once by each group");
    assert_eq!((world.books.plain.attempt.load(SeqCst), other.runs()), (2, (1, 1)), "with one attempt more");
    assert_eq!(world.all().await, []);
    assert_eq!(world.replay(id).await.unwrap_err().code(), "catga.store.missing");
    world.run((&audit, &other), world.run((&world.books(), &world.books), async {})).await;
    assert_eq!(other.runs(), (1, 1), "the transport has seen nothing of it");
}

async fn killed_between_an_effect_and_the_end_of_the_replay_it_has_happened_once() {
    let world = world().await;
    let id = world.given_up(parcel("Noted", 1, &Noted { item: 1 })).await;
    let before = world.books.runs();
    world.books.fails_with(None);
    world.books.plain.stands.store(true, SeqCst);
    let consumer = world.books();
    {
        let mut replaying = Box::pin(consumer.replay::<Notes, _>(&world.books, id));
        until(&mut replaying, async {
            while counted(&world.books.db).await.is_empty() || world.books.plain.runs.load(SeqCst) == before.1 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
    // Whoever was killed has it until its lease ends.
    assert_eq!(world.replay(id).await.unwrap_err().code(), "catga.store.in_progress");
    world.clock.advance(LEASE + Duration::from_secs(1));
    world.books.plain.stands.store(false, SeqCst);
    world.replay(id).await.unwrap();
    world.counted_once(&[1]).await;
    assert_eq!(world.books.runs(), (before.0 + 1, before.1 + 2), "who has committed does not even run");
    assert_eq!(world.all().await, []);
}

async fn of_two_replays_at_a_time_one_runs() {
    let world = world().await;
    let id = world.given_up(parcel("Noted", 1, &Noted { item: 1 })).await;
    let before = world.books.runs();
    world.books.fails_with(None);
    world.books.plain.stands.store(true, SeqCst);
    let (one, other) = (world.books(), world.books());
    let mut first = Box::pin(one.replay::<Notes, _>(&world.books, id));
    until(&mut first, reached(|| world.books.plain.runs.load(SeqCst) > before.1)).await;
    let second = other.replay::<Notes, _>(&world.books, id).await.unwrap_err();
    assert_eq!(second.code(), "catga.store.in_progress");
    assert!(second.retry_after().is_some());
    world.books.plain.go_on.notify_one();
    first.await.unwrap();
    assert_eq!(other.replay::<Notes, _>(&world.books, id).await.unwrap_err().code(), "catga.store.missing");
    world.counted_once(&[1]).await;
}

async fn what_fails_again_stays() {
    let world = world().await;
    for sent in [parcel("Noted", 1, &Noted { item: 1 }), parcel("Settled", 2, &Settled { item: 2 })] {
        let id = world.given_up(sent).await;
        let kept = world.letters().show(id).await.unwrap();
        for _ in 0..2 {
            let again = world.replay(id).await.unwrap_err();
            assert_eq!((again.code(), again.class()), (&*kept.errors[0], Class::Permanent));
            assert_eq!(world.letters().show(id).await.unwrap(), kept, "as it was");
        }
    }
    world.books.fails_with(None);
    for (id, _) in world.all().await {
        world.replay(id).await.unwrap();
    }
    world.counted_once(&[1, 2]).await;
}

async fn d8_edited_it_is_the_same_message() {
    let world = world().await;
    let id = world.given_up(parcel("Settled", 1, &Settled { item: 1 })).await;
    let kept = world.letters().show(id).await.unwrap();
    let mended = parcel("Settled", 1, &Settled { item: 5 }).bytes;
    world.letters().edit(id, &mended).await.unwrap();
    let edited = DeadLetter { body: mended.to_vec(), ..kept };
    assert_eq!(world.letters().show(id).await.unwrap(), edited);
    // What was not acknowledged comes again as it was, and is that letter.
    let consumer = world.books();
    let again = async {
        world.settled(1, 1).await;
        reached(|| consumer.stats().buried == 1).await;
    };
    world.run((&consumer, &world.books), again).await;
    assert_eq!(world.all().await, [(id, edited)]);
    world.books.fails_with(None);
    world.replay(id).await.unwrap();
    world.counted_once(&[5]).await;
    // And is a repeat of what was handled in its place.
    let consumer = world.books();
    let again = async {
        world.settled(1, 1).await;
        reached(|| consumer.stats().repeated == 1).await;
    };
    world.run((&consumer, &world.books), again).await;
    world.counted_once(&[5]).await;
}

async fn bytes_that_are_no_message_are_mended() {
    let world = world().await;
    world.books.fails_with(None);
    let id = world.given_up(Parcel::new(9, b"no message".to_vec().into())).await;
    let letter = world.letters().show(id).await.unwrap();
    assert_eq!((letter.name.as_str(), &letter.body[..], letter.attempts), ("", &b"no message"[..], 1));
    assert_eq!(world.replay(id).await.unwrap_err().code(), letter.errors[0]);
    world.letters().edit(id, &parcel("Noted", 9, &Noted { item: 3 }).bytes).await.unwrap();
    world.replay(id).await.unwrap();
    world.counted_once(&[3]).await;
    assert_eq!(world.all().await, []);
}

async fn what_was_handled_meanwhile_is_not_handled_by_a_replay() {
    let world = world().await;
    let id = world.given_up(parcel("Settled", 1, &Settled { item: 1 })).await;
    world.books.fails_with(None);
    // As one that was buried and not acknowledged.
    let consumer = world.books();
    let again = async {
        world.settled(1, 1).await;
        reached(|| consumer.stats().done == 1).await;
    };
    world.run((&consumer, &world.books), again).await;
    let runs = world.books.runs();
    world.replay(id).await.unwrap();
    assert_eq!(world.books.runs(), runs, "it is known to the inbox");
    world.counted_once(&[1]).await;
    assert_eq!(world.all().await, []);
}

async fn what_was_too_old_is_handled_by_a_replay() {
    let world = world().await;
    world.books.fails_with(None);
    let began = world.clock.unix_ms();
    let minute = Duration::from_secs(60);
    let consumer = world.books();
    let handled = async {
        world.publish(parcel_of("Settled", 1, Some(began), &Settled { item: 1 })).await;
        reached(|| consumer.stats().done == 1).await;
    };
    world.run((&consumer, &world.books), handled).await;
    world.clock.advance(minute + Duration::from_secs(1));
    assert_eq!(StoreInbox::new(&world.books.db).trim(minute, 10).await.unwrap(), 2, "it, and its handler's part");
    // Nobody knows whether it was handled, but for whoever has looked.
    let id = world.given_up(parcel_of("Settled", 2, Some(began), &Settled { item: 2 })).await;
    let letter = world.letters().show(id).await.unwrap();
    assert_eq!((&*letter.errors[0], letter.first_ms), ("catga.delivery.too_old", began));
    world.replay(id).await.unwrap();
    world.counted_once(&[1, 2]).await;
    assert_eq!(world.all().await, []);
}
