use super::StoreBackend;
use super::tools::{
    Checked, LETTERS, OUTBOX, OrSay as _, RECORDS, SECOND, add, both, claim, drain, ensure, failed, ids, letter,
    refused, yours,
};
use crate::store::outbox::Fate;
use crate::store::port::{Drains as _, Operates as _, Remembers as _, Transacts as _, Writes as _};
use crate::store::{DeadLetter, DeadLetters, ErrorKind, LetterId};

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

/// What a group of consumers gives up.
fn given_up(group: &str, id: u64, fingerprint: u64) -> DeadLetter {
    DeadLetter {
        id,
        name: format!("message.{id}"),
        source: "endpoint".into(),
        key: Vec::new(),
        body: id.to_be_bytes().to_vec(),
        errors: vec!["it failed".into()],
        attempts: 5,
        first_ms: 1,
        last_ms: 2,
        group: group.into(),
        fingerprint,
    }
}

async fn all_of<B: StoreBackend>(db: &B::Store) -> Result<Vec<(LetterId, DeadLetter)>, String> {
    db.letters(&LETTERS, None, 100).await.or_say("listing dead letters")
}

pub(super) async fn given_up_again<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let other = backend.node(&db).await;
    let first = given_up("one", 1, 7);
    // Two that have it at once, and one that has not heard of that.
    let (here, there) = both(db.bury_letter(&LETTERS, &first), other.bury_letter(&LETTERS, &first)).await;
    here.or_say("burying a message")?;
    there.or_say("burying it at the same time")?;
    drop(other);
    let db = if B::CAPABILITIES.durable {
        backend.reopen(db).await.ok_or("it is durable, and was not opened again")?
    } else {
        db
    };
    let again = DeadLetter { errors: vec!["it is too old".into()], attempts: 6, last_ms: 9, ..first.clone() };
    let kept = all_of::<B>(&db).await?;
    ensure!(kept.len() == 1 && kept[0].1 == first, "one message is one letter, as it came: {kept:?}");
    db.edit_letter(&LETTERS, kept[0].0, b"mended").await.or_say("editing")?;
    db.bury_letter(&LETTERS, &again).await.or_say("burying it again")?;
    let kept = all_of::<B>(&db).await?;
    let expected = DeadLetter { body: b"mended".to_vec(), ..first.clone() };
    ensure!(kept.len() == 1 && kept[0].1 == expected, "it is one, and stays as it is: {kept:?}");
    // What is not the same is another.
    let elsewhere = DeadLetter { source: "elsewhere".into(), ..first.clone() };
    let others = [given_up("two", 1, 7), given_up("one", 2, 7), given_up("one", 1, 8), elsewhere];
    for letter in &others {
        db.bury_letter(&LETTERS, letter).await.or_say("burying another")?;
    }
    let kept = all_of::<B>(&db).await?;
    let rest: Vec<&DeadLetter> = kept.iter().skip(1).map(|(_, letter)| letter).collect();
    ensure!(rest == others.iter().collect::<Vec<_>>(), "each is a letter of its own: {kept:?}");
    // What has left is new.
    db.discard_letter(&LETTERS, kept[0].0).await.or_say("discarding")?;
    db.bury_letter(&LETTERS, &first).await.or_say("burying what was discarded")?;
    let kept = all_of::<B>(&db).await?;
    ensure!(kept.len() == 5 && kept[4].1 == first, "what was discarded is a letter again: {kept:?}");
    Ok(0)
}

pub(super) async fn bounded<B: StoreBackend>(backend: &B) -> Checked {
    const FEW: DeadLetters = LETTERS.limit(3);
    let db = backend.open().await;
    // A relay's are not held to it.
    bury::<B>(&db, &[("a", 91), ("b", 92), ("c", 93)]).await?;
    for id in 1..=3 {
        db.bury_letter(&FEW, &given_up("one", id, 7)).await.or_say("burying within the limit")?;
    }
    let beyond = given_up("one", 4, 7);
    refused(db.bury_letter(&FEW, &beyond).await, ErrorKind::Overloaded, "burying beyond the limit")?;
    db.bury_letter(&FEW, &given_up("one", 2, 7)).await.or_say("burying what is there")?;
    let kept = all_of::<B>(&db).await?;
    ensure!(kept.len() == 6, "three are of a relay and three of consumers, and {} are there", kept.len());
    db.discard_letter(&FEW, kept[4].0).await.or_say("discarding")?;
    db.bury_letter(&FEW, &beyond).await.or_say("burying where there is room again")?;
    refused(db.bury_letter(&FEW, &given_up("one", 5, 7)).await, ErrorKind::Overloaded, "burying beyond the limit")?;
    Ok(0)
}

/// Records a part of what a letter is handled by, and says which there are.
async fn part<B: StoreBackend>(db: &B::Store, key: &[u8]) -> Result<Vec<String>, String> {
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.record_part(&RECORDS, key, "Mail::on_paid", 7).await.or_say("recording a part")?;
    tx.commit_tx().await.or_say("committing")?;
    db.recorded_parts(&RECORDS, key, 7).await.or_say("asking")
}

pub(super) async fn settled<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    db.bury_letter(&LETTERS, &given_up("one", 1, 7)).await.or_say("burying")?;
    let at = all_of::<B>(&db).await?.first().ok_or("what was buried is not there")?.0;
    let claim = yours(db.claim_reply(&RECORDS, b"one", 7, 1).await.or_say("claiming")?)?;
    for key in [&b"one"[..], b"on", b"one more"] {
        let parts = part::<B>(&db, key).await?;
        ensure!(parts == ["Mail::on_paid"], "one part is done, and not {parts:?}");
    }
    db.settle_letter(&LETTERS, at, (&RECORDS, b"one")).await.or_say("settling what was handled")?;
    refused(db.letter(&LETTERS, at).await, ErrorKind::Missing, "looking at what was settled")?;
    refused(db.settle_letter(&LETTERS, at, (&RECORDS, b"on")).await, ErrorKind::Missing, "settling it again")?;
    refused(db.renew_reply(&RECORDS, b"one", claim).await, ErrorKind::Lost, "the claim of what was settled")?;
    for (key, left) in [(&b"one"[..], 0), (b"on", 1), (b"one more", 1)] {
        let parts = db.recorded_parts(&RECORDS, key, 7).await.or_say("asking")?;
        ensure!(parts.len() == left, "what was done of it goes with it, and nothing else: {parts:?}");
    }
    yours(db.claim_reply(&RECORDS, b"one", 8, 2).await.or_say("claiming anew")?)?;
    Ok(0)
}
