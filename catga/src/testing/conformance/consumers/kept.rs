//! What cannot be handled, whatever is tried.

use super::super::Backend;
use super::super::tools::{Checked, ensure};
use super::office::{Act, OTHERS, cut, note, note_with, other, stranger};
use super::world::World;
use crate::envelope::Kind;
use crate::transport::Parcel;

/// How many good ones come after those that are none: the stream goes on.
const MORE: u64 = 12;

/// Publishes what cannot be handled, and good ones after it; these fail of these.
async fn goes_on<B: Backend>(backend: &B, of: &str, bad: &[(Parcel, &str)]) -> Checked {
    let world = World::open(backend, of, |_, _| Act::Done).await?;
    let duplicates = world
        .run(3, async {
            for (parcel, _) in bad {
                world.publish(parcel.clone()).await?;
            }
            for number in 0..MORE {
                world.publish(note(number)?).await?;
            }
            world.reach(|seen| seen.distinct() == MORE as usize && seen.letters.len() >= bad.len()).await
        })
        .await?;
    for (parcel, code) in bad {
        world.letter(parcel, code, 1)?;
    }
    world.tally.look(|seen| {
        ensure!(seen.letters.len() == bad.len(), "a good one is among the dead letters: {:?}", seen.letters);
        Ok(duplicates)
    })
}

pub(super) async fn unknown_type<B: Backend>(backend: &B) -> Checked {
    goes_on(backend, "A11", &[(stranger(100)?, "catga.wire.unknown_message")]).await
}

pub(super) async fn undecodable<B: Backend>(backend: &B) -> Checked {
    let nonsense = Parcel::new(100, bytes::Bytes::from_static(b"\xffno envelope"));
    let empty = Parcel::new(101, bytes::Bytes::new());
    let bad =
        [(nonsense, "catga.wire.envelope"), (empty, "catga.wire.envelope"), (cut(102)?, "catga.wire.undecodable")];
    goes_on(backend, "A12", &bad).await
}

pub(super) async fn another_type<B: Backend>(backend: &B) -> Checked {
    let world = World::open(backend, "A13", |_, _| Act::Done).await?;
    let event = note_with(7, 100, |envelope| envelope.kind = Kind::Event)?;
    let duplicates = world
        .run(3, async {
            world.publish(event.clone()).await?;
            for number in 0..MORE {
                world.publish(if number % 2 == 0 { note(number)? } else { other(number)? }).await?;
            }
            world.reach(|seen| seen.distinct() == MORE as usize && !seen.letters.is_empty()).await
        })
        .await?;
    world.letter(&event, "catga.wire.wrong_kind", 1)?;
    world.tally.look(|seen| {
        let is_right = |number: &u64| number % OTHERS % 2 == u64::from(*number >= OTHERS);
        ensure!(seen.ended.iter().all(is_right), "one was handled as the other: {:?}", seen.ended);
        Ok(duplicates)
    })
}
