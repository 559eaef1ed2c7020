use super::StoreBackend;
use super::tools::{
    Checked, LETTERS, OUTBOX, OrSay as _, SECOND, add, claim, drain, ensure, failed, ids, letter, refused,
};
use crate::store::outbox::Fate;
use crate::store::port::{Drains as _, Operates as _};
use crate::store::{DeadLetter, ErrorKind, LetterId};

/// Has what is added given up, and says which letters there are.
async fn bury<B: StoreBackend>(db: &B::Store, messages: &[(&str, u64)]) -> Result<Vec<(LetterId, DeadLetter)>, String> {
    add::<B>(db, messages).await?;
    for key in claim::<B>(db, &mut OUTBOX.relay(1), 100).await? {
        let letter = letter(&key.rows[0]);
        failed::<B>(db, key, Fate::TakeOff, Some(letter)).await?;
    }
    db.letters(&LETTERS, None, 100).await.or_say("listing dead letters")
}

pub(super) async fn kept<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let letters = bury::<B>(&db, &[("a", 1), ("b", 2), ("c", 3)]).await?;
    ensure!(letters.len() == 3, "three were given up, and {} are there", letters.len());
    ensure!(letters.iter().is_sorted_by_key(|(id, _)| *id), "they are listed in their order");
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == 0, "they have left the outbox");
    for (at, letter) in &letters {
        let DeadLetter { id, body, errors, attempts, .. } = letter;
        ensure!(**body == id.to_be_bytes(), "its bytes are those of message {id}");
        ensure!(*attempts == 1 && *errors == ["it failed"], "it says why: {letter:?}");
        let shown = db.letter(&LETTERS, *at).await.or_say("looking at one")?;
        ensure!(shown == *letter, "one by itself is {shown:?}");
    }
    let next = db.letters(&LETTERS, Some(letters[0].0), 1).await.or_say("listing one more")?;
    ensure!(next == letters[1..2], "behind the first is the second, and not {next:?}");
    db.discard_letter(&LETTERS, letters[1].0).await.or_say("discarding one")?;
    refused(db.discard_letter(&LETTERS, letters[1].0).await, ErrorKind::Missing, "discarding it again")?;
    refused(db.letter(&LETTERS, letters[1].0).await, ErrorKind::Missing, "looking at what was discarded")?;
    let unknown = db.replay_letter(&LETTERS, LetterId(u64::MAX >> 2, 0), &OUTBOX).await;
    refused(unknown, ErrorKind::Missing, "replaying what is not there")?;
    ensure!(db.letters(&LETTERS, None, 9).await.or_say("listing")?.len() == 2, "two are left");
    Ok(0)
}

pub(super) async fn replayed<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let letters = bury::<B>(&db, &[("k", 1)]).await?;
    let at = letters.first().ok_or("what was given up is not there")?.0;
    db.replay_letter(&LETTERS, at, &OUTBOX).await.or_say("replaying")?;
    refused(db.replay_letter(&LETTERS, at, &OUTBOX).await, ErrorKind::Missing, "replaying it again")?;
    ensure!(db.letters(&LETTERS, None, 9).await.or_say("listing")?.is_empty(), "it has left the dead letters");
    backend.advance(SECOND).await;
    let delivered = drain::<B>(&db, 10).await?;
    let duplicates = delivered.are(&[("k".into(), vec![1])].into())?;
    ensure!(duplicates == 0, "what was replayed once came {} times", duplicates + 1);
    Ok(0)
}

pub(super) async fn edited<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let letters = bury::<B>(&db, &[("k", 1)]).await?;
    let at = letters.first().ok_or("what was given up is not there")?.0;
    db.edit_letter(&LETTERS, at, b"mended").await.or_say("editing")?;
    let shown = db.letter(&LETTERS, at).await.or_say("looking at it")?;
    ensure!(shown.body == b"mended" && shown.id == 1, "it was edited, and keeps its id: {shown:?}");
    refused(
        db.edit_letter(&LETTERS, LetterId(u64::MAX >> 2, 0), b"").await,
        ErrorKind::Missing,
        "editing what is not there",
    )?;
    db.replay_letter(&LETTERS, at, &OUTBOX).await.or_say("replaying")?;
    backend.advance(SECOND).await;
    let keys = db.claim_keys(&mut OUTBOX.relay(1), 9).await.or_say("claiming")?;
    ensure!(ids(&keys) == [1], "it comes with its id, and not as {:?}", ids(&keys));
    ensure!(keys[0].rows[0].message.body == b"mended", "it comes as it was edited: {keys:?}");
    Ok(0)
}
