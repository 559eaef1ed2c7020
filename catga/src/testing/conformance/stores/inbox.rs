use super::StoreBackend;
use super::tools::{Checked, LEASE, OUTBOX, OrSay as _, RECORDS, SECOND, drain, ensure, message, refused, yours};
use crate::store::port::{Remembers as _, Transacts as _, Writes as _};
use crate::store::{Arrival, Claiming, ErrorKind, Idempotency, Inbox, Recorded, StoreError, Taken};

const INBOX: Inbox = Inbox::new("conformance").retention(SECOND.saturating_mul(60));

fn arrival(key: &'static str, id: u64) -> Arrival<'static> {
    Arrival { source: "there", key: key.as_bytes(), id }
}

/// Takes a message in, with an effect.
async fn take<B: StoreBackend>(db: &B::Store, inbox: &Inbox, key: &'static str, id: u64) -> Result<Taken, String> {
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    let taken = tx.take(inbox, arrival(key, id)).await.or_say("taking a message in")?;
    if taken == Taken::New {
        // One effect of a message, as the outbox has each id once.
        let effect = format!("{key} of {inbox:?}");
        tx.add(&OUTBOX, &message(&effect, id)).await.or_say("adding")?;
        tx.commit_tx().await.or_say("committing")?;
    }
    Ok(taken)
}

pub(super) async fn older<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    // What is dropped was not taken.
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    ensure!(tx.take(&INBOX, arrival("k", 1)).await.or_say("taking")? == Taken::New, "it is new");
    drop(tx);
    for id in [1, 2, 4] {
        ensure!(take::<B>(&db, &INBOX, "k", id).await? == Taken::New, "message {id} is new");
        ensure!(take::<B>(&db, &INBOX, "k", id).await? == Taken::Duplicate, "message {id} was taken");
    }
    ensure!(take::<B>(&db, &INBOX, "l", 1).await? == Taken::New, "another key's is another message");
    let other = Inbox::new("conformance.other");
    ensure!(take::<B>(&db, &other, "k", 1).await? == Taken::New, "another subscriber has it, too");
    ensure!(db.trim_inbox(&INBOX, 10).await.or_say("forgetting")? == 0, "nothing is old");
    backend.advance(SECOND * 61).await;
    ensure!(take::<B>(&db, &INBOX, "k", 5).await? == Taken::New, "message 5 is new");
    ensure!(db.trim_inbox(&INBOX, 3).await.or_say("forgetting")? == 3, "up to three are forgotten");
    ensure!(db.trim_inbox(&INBOX, 3).await.or_say("forgetting")? == 1, "one more is old");
    for id in 1..=4 {
        let taken = take::<B>(&db, &INBOX, "k", id).await?;
        ensure!(taken == Taken::TooOld, "nobody knows of message {id} any more, and it is {taken:?}");
    }
    ensure!(take::<B>(&db, &INBOX, "k", 5).await? == Taken::Duplicate, "message 5 is remembered");
    ensure!(take::<B>(&db, &INBOX, "k", 6).await? == Taken::New, "message 6 is new");
    let of = |key: &str, inbox: &Inbox| format!("{key} of {inbox:?}");
    let expected = [(of("k", &INBOX), vec![1, 2, 4, 5, 6]), (of("l", &INBOX), vec![1]), (of("k", &other), vec![1])];
    drain::<B>(&db, 10).await?.are(&expected.into())
}

/// Records a part with an effect.
async fn record<B: StoreBackend>(db: &B::Store, key: &[u8], part: &str, id: u64) -> Result<(), StoreError> {
    let mut tx = db.begin_tx(&[]).await?;
    tx.add(&OUTBOX, &message("effect", id)).await?;
    match tx.record_part(&RECORDS, key, part, 7).await {
        Ok(()) => tx.commit_tx().await,
        refused => refused,
    }
}

pub(super) async fn parts<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let claim = yours(db.claim_reply(&RECORDS, b"key", 7, 1).await.or_say("claiming")?)?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.record_part(&RECORDS, b"key", "Mail::on_paid", 7).await.or_say("recording a part")?;
    drop(tx);
    let known = db.recorded_parts(&RECORDS, b"key", 7).await.or_say("asking")?;
    ensure!(known.is_empty(), "what was dropped is recorded: {known:?}");
    record::<B>(&db, b"key", "Mail::on_paid", 1).await.or_say("recording a part")?;
    record::<B>(&db, b"key", "", 2).await.or_say("recording a part without a name")?;
    record::<B>(&db, b"keys", "Mail::on_paid", 3).await.or_say("recording a part of another")?;
    let twice = record::<B>(&db, b"key", "Mail::on_paid", 4).await;
    refused(twice, ErrorKind::Conflict, "a part that was recorded")?;
    let mut known = db.recorded_parts(&RECORDS, b"key", 7).await.or_say("asking")?;
    known.sort();
    ensure!(known == ["", "Mail::on_paid"], "two parts were recorded, and not {known:?}");
    let other = db.recorded_parts(&RECORDS, b"key", 8).await;
    refused(other, ErrorKind::Mismatch, "parts of another message under the key")?;
    // The claim is no part, and the parts are in nobody's way.
    db.keep_reply(&RECORDS, b"key", claim, reply()).await.or_say("recording the whole")?;
    backend.advance(LEASE).await;
    let again = db.claim_reply(&RECORDS, b"key", 7, 2).await.or_say("claiming again")?;
    ensure!(again == Claiming::Done(reply()), "the repeat is answered {again:?}");
    drain::<B>(&db, 10).await?.are(&[("effect".into(), vec![1, 2, 3])].into())
}

fn reply() -> Recorded {
    Recorded { codec: "text".into(), schema: 7, reply: b"done".to_vec() }
}

pub(super) async fn trimmed<B: StoreBackend>(backend: &B) -> Checked {
    const DAY: Idempotency = RECORDS.retention(SECOND.saturating_mul(86_400));
    let db = backend.open().await;
    for key in 0..12_u8 {
        let claim = yours(db.claim_reply(&DAY, &[key], 1, 1).await.or_say("claiming")?)?;
        match key {
            0..3 => db.keep_reply(&DAY, &[key], claim, reply()).await.or_say("recording")?,
            // One fails, and more vanish than there are replies.
            3 => db.release_reply(&DAY, &[key], claim).await.or_say("releasing")?,
            _ => {}
        }
    }
    backend.advance(SECOND).await;
    ensure!(db.trim_replies(&DAY, 10).await.or_say("forgetting")? == 0, "no reply is old");
    backend.advance(SECOND * 86_400 + LEASE * 2).await;
    let claim = yours(db.claim_reply(&DAY, b"new", 1, 1).await.or_say("claiming")?)?;
    db.keep_reply(&DAY, b"new", claim, reply()).await.or_say("recording")?;
    // Replies count, and claims that nobody holds do not.
    for expected in [2, 1, 0] {
        let trimmed = db.trim_replies(&DAY, 2).await.or_say("forgetting")?;
        ensure!(trimmed == expected, "{expected} of the replies go now, and not {trimmed}");
    }
    for key in 0..12_u8 {
        yours(db.claim_reply(&DAY, &[key], 2, 9).await.or_say("claiming what is forgotten")?)?;
    }
    let kept = db.claim_reply(&DAY, b"new", 1, 2).await.or_say("claiming what is new")?;
    ensure!(kept == Claiming::Done(reply()), "what is new was forgotten: {kept:?}");
    Ok(0)
}
