//! Each message is one letter, as it came, until somebody throws it away.

use std::time::Duration;

use catga::delivery::StoreLetters;
use catga::prelude::*;
use catga::time::{SystemClock, TokioTimer};
use catga::transport::memory::{Limits, Memory};
use catga_tests::{Trouble, scenarios, until};

use super::office::{Books, Cut, Noted, Notes, parcel, reached, world, world_over};

scenarios! { 5:
    d3_what_is_given_up_is_kept_as_it_came
    killed_between_the_burial_and_the_ack_it_is_one_letter
    another_message_under_its_id_is_another_letter
    what_was_thrown_away_is_gone
    what_there_is_no_room_for_stays_with_its_transport
}

async fn d3_what_is_given_up_is_kept_as_it_came() {
    let world = world().await;
    world.books.fails_with(Trouble::Busy);
    let sent = parcel("Noted", 7, &Noted { item: 1 }).keyed(0xfeed);
    let id = world.given_up(sent.clone()).await;
    // Nothing of the consumer is left but what the store knows.
    let letters = StoreLetters::new(&world.place.at(&world.clock).await);
    let letter = letters.show(id).await.unwrap();
    assert_eq!(letters.list(None, 10).await.unwrap(), [(id, letter.clone())]);
    assert_eq!(letters.list(Some(id), 10).await.unwrap(), []);
    assert_eq!((letter.id, letter.name.as_str(), &letter.body[..]), (7, "Noted", &sent.bytes[..]));
    assert_eq!((letter.source.as_str(), letter.group.as_str()), ("notes", "books"));
    assert_eq!((&letter.key[..], letter.attempts), (&0xfeed_u64.to_be_bytes()[..], 3));
    assert_eq!((&*letter.errors[0], &*letter.errors[1]), ("catga.publish", "it may have been handled"));
    assert!(letter.errors.len() == 3 && letter.errors[2].ends_with("Counts::on_noted: Busy"), "{letter:?}");
    assert!(letter.first_ms <= letter.last_ms && letter.last_ms > 1_600_000_000_000, "{letter:?}");
}

async fn killed_between_the_burial_and_the_ack_it_is_one_letter() {
    // Who is killed gives nothing back: it comes again by itself.
    let limits = Limits { ack_deadline: Duration::from_millis(200), ..Limits::default() };
    let world = world_over(Memory::new(limits, SystemClock, TokioTimer)).await;
    let first = world.consumer("books", Cut(world.letters()));
    let stop = Cancel::new();
    let mut running = Box::pin(first.consume::<Notes, _>(&world.books, &stop));
    until(&mut running, async {
        reached(|| first.stats().subscribed == 1).await;
        world.noted(1, 1).await;
        world.settled(2, 2).await;
        while world.all().await.is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    drop(running);
    let kept = world.all().await;
    // Both come again, and one of them for the second time.
    let next = world.books();
    world.run((&next, &world.books), reached(|| next.stats().buried >= 2)).await;
    let all = world.all().await;
    assert_eq!((all.len(), &all[0]), (2, &kept[0]), "each is one letter, as it was kept first");
    assert_eq!([all[0].1.id, all[1].1.id], [1, 2]);
    assert_eq!((next.stats().unburied, next.stats().done), (0, 0));
}

async fn another_message_under_its_id_is_another_letter() {
    let world = world().await;
    let consumer = world.books();
    let audit = world.consumer("audit", world.letters());
    let other = Books::new(&world.books.db);
    other.fails_with(Trouble::Wrong);
    let both = async {
        for (id, item) in [(7, 1), (7, 1), (7, 2), (8, 1)] {
            world.noted(id, item).await;
        }
        reached(|| consumer.stats().buried == 4 && audit.stats().buried == 4).await;
    };
    world.run((&audit, &other), async { world.run((&consumer, &world.books), both).await }).await;
    let all = world.all().await;
    let mut told: Vec<_> = all.iter().map(|(_, letter)| (letter.group.as_str(), letter.id, &letter.body)).collect();
    told.sort();
    told.dedup();
    assert_eq!((all.len(), told.len()), (6, 6), "{all:?}");
}

async fn what_was_thrown_away_is_gone() {
    let world = world().await;
    let id = world.given_up(parcel("Noted", 1, &Noted { item: 1 })).await;
    world.letters().discard(id).await.unwrap();
    assert_eq!(world.letters().discard(id).await.unwrap_err().code(), "catga.store.missing");
    assert_eq!(world.letters().edit(id, b"").await.unwrap_err().code(), "catga.store.missing");
    assert_eq!(world.replay(id).await.unwrap_err().code(), "catga.store.missing");
    // Given up again, it is a new one.
    let again = world.given_up(parcel("Noted", 1, &Noted { item: 1 })).await;
    assert!(again > id, "{again:?} is listed behind {id:?}");
}

async fn what_there_is_no_room_for_stays_with_its_transport() {
    let world = world().await;
    let consumer = world.consumer("books", world.letters().limit(1));
    world
        .run((&consumer, &world.books), async {
            world.noted(1, 1).await;
            reached(|| consumer.stats().buried == 1).await;
            world.noted(2, 2).await;
            reached(|| consumer.stats().unburied == 1).await;
            let all = world.all().await;
            assert_eq!(all.len(), 1);
            world.letters().discard(all[0].0).await.unwrap();
            reached(|| consumer.stats().buried == 2).await;
        })
        .await;
    assert_eq!(world.all().await[0].1.id, 2);
}
