//! What fails is tried again as the same message, and then kept.

use core::time::Duration;
use std::sync::atomic::Ordering;

use super::super::Backend;
use super::super::tools::{Checked, ensure};
use super::office::{Act, TENANT, Trouble, note, note_with};
use super::tally::Begun;
use super::world::World;
use crate::error::Class;

/// What nobody kept comes again after a second, and not at once.
const UNBURIED: Duration = Duration::from_secs(2);

pub(super) async fn exhausted<B: Backend>(backend: &B) -> Checked {
    let plan = |number, _| if number == 1 { Act::Fail(Trouble::Busy) } else { Act::Done };
    let world = World::open(backend, "D3", plan).await?;
    let duplicates = world
        .run(3, async {
            world.publish(note(1)?).await?;
            world.publish(note(2)?).await?;
            world.reach(|seen| seen.distinct() == 1 && !seen.letters.is_empty()).await
        })
        .await?;
    let letter = world.letter(&note(1)?, "conformance.busy", 3)?;
    ensure!(letter.class == Class::Transient, "it was given up as {:?}", letter.class);
    ensure!(letter.error == Trouble::Busy.to_string(), "its error says {:?}", letter.error);
    world.tally.look(|seen| {
        ensure!(seen.attempts(1) == [1, 2, 3], "three attempts were due, and not {:?}", seen.attempts(1));
        ensure!(seen.ended == [2], "the one beside it ended as {:?}", seen.ended);
        Ok(duplicates)
    })
}

pub(super) async fn by_class<B: Backend>(backend: &B) -> Checked {
    let plan = |number, _| Act::Fail(if number == 1 { Trouble::Busy } else { Trouble::Wrong });
    let world = World::open(backend, "D4", plan).await?;
    let duplicates = world
        .run(4, async {
            world.publish(note(1)?).await?;
            world.publish(note(2)?).await?;
            world.reach(|seen| seen.letters.len() >= 2).await
        })
        .await?;
    world.letter(&note(1)?, "conformance.busy", 4)?;
    world.letter(&note(2)?, "conformance.wrong", 1)?;
    world.tally.look(|seen| {
        let attempts = (seen.attempts(1), seen.attempts(2));
        ensure!(attempts == (vec![1, 2, 3, 4], vec![1]), "by its class one is tried again, and not {attempts:?}");
        Ok(duplicates)
    })
}

pub(super) async fn unburied<B: Backend>(backend: &B) -> Checked {
    let plan = |number, _| if number == 1 { Act::Fail(Trouble::Wrong) } else { Act::Done };
    let world = World::open(backend, "D5", plan).await?;
    world.tally.note(|seen| seen.refusals = 2);
    let duplicates = world
        .run(3, async {
            world.publish(note(1)?).await?;
            for time in 1..=2 {
                world.reach(|seen| seen.asked >= time).await?;
                // Once another is handled, it was handed back: there is one after the other.
                world.publish(note(10 + time as u64)?).await?;
                world.reach(|seen| seen.distinct() >= time).await?;
                world.backend.advance(UNBURIED).await;
            }
            world.reach(|seen| !seen.letters.is_empty()).await
        })
        .await?;
    // It is handled again before it is given up again, and counted on.
    world.letter(&note(1)?, "conformance.wrong", 3)?;
    Ok(duplicates)
}

pub(super) async fn unchanged<B: Backend>(backend: &B) -> Checked {
    let world = World::open(backend, "D6", |_, _| Act::Fail(Trouble::Busy)).await?;
    let duplicates = world
        .run(3, async {
            world.publish(note(1)?).await?;
            world.reach(|seen| !seen.letters.is_empty()).await
        })
        .await?;
    world.letter(&note(1)?, "conformance.busy", 3)?;
    world.tally.look(|seen| {
        let of = |attempt| Begun { number: 1, attempt, id: 1, tenant: Some(TENANT.into()) };
        ensure!(seen.begun == [of(1), of(2), of(3)], "each attempt sees what was published, and not {:?}", seen.begun);
        Ok(duplicates)
    })
}

/// Gives a message up, and publishes what is made of it.
async fn replay<B: Backend>(backend: &B, of: &str, number: u64) -> Checked {
    let world = World::open(backend, of, |_, _| Act::Sick(Trouble::Wrong)).await?;
    let duplicates = world
        .run(3, async {
            world.publish(note(1)?).await?;
            world.reach(|seen| !seen.letters.is_empty()).await?;
            let mut letter = world.letter(&note(1)?, "conformance.wrong", 1)?;
            letter.parcel.bytes = note_with(number, 1, |_| {})?.bytes;
            world.office.desk.is_cured.store(true, Ordering::Release);
            world.publish(letter.parcel).await?;
            world.reach(|seen| !seen.ended.is_empty()).await
        })
        .await?;
    world.tally.look(|seen| {
        let attempts: Vec<_> = seen.begun.iter().map(|begun| (begun.number, begun.attempt, begun.id)).collect();
        ensure!(attempts == [(1, 1, 1), (number, 1, 1)], "a replay is the same message anew, and not {attempts:?}");
        ensure!(seen.ended == [number], "the replay ended as {:?}", seen.ended);
        Ok(duplicates)
    })
}

pub(super) async fn replayed<B: Backend>(backend: &B) -> Checked {
    replay(backend, "D7", 1).await
}

pub(super) async fn edited<B: Backend>(backend: &B) -> Checked {
    replay(backend, "D8", 2).await
}

pub(super) async fn expired<B: Backend>(backend: &B) -> Checked {
    let world = World::open(backend, "D9", |_, _| Act::Forever).await?;
    // Before the consumer has to keep it.
    let budget = backend.bounds().ack_deadline / 4;
    let late = note_with(1, 1, |envelope| envelope.budget = Some(budget))?;
    let duplicates = world
        .run(2, async {
            world.publish(late.clone()).await?;
            for attempt in 1..=2 {
                world.reach(|seen| seen.begun.len() >= attempt).await?;
                world.office.clock.advance(budget);
            }
            world.reach(|seen| !seen.letters.is_empty()).await
        })
        .await?;
    world.letter(&late, "catga.timeout", 2)?;
    world.tally.look(|seen| {
        ensure!(seen.ended.is_empty(), "it was too late, and ended as {:?}", seen.ended);
        Ok(duplicates)
    })
}

pub(super) async fn panicked<B: Backend>(backend: &B) -> Checked {
    let plan = |number, _| if number == 1 { Act::Panic } else { Act::Done };
    let world = World::open(backend, "D10", plan).await?;
    let duplicates = world
        .run(2, async {
            for number in 0..4 {
                world.publish(note(number)?).await?;
            }
            world.reach(|seen| seen.distinct() == 3 && !seen.letters.is_empty()).await?;
            world.publish(note(4)?).await?;
            world.reach(|seen| seen.distinct() == 4).await
        })
        .await?;
    let letter = world.letter(&note(1)?, "catga.panicked", 2)?;
    ensure!(letter.error.contains("on purpose"), "its error says {:?}", letter.error);
    Ok(duplicates)
}
