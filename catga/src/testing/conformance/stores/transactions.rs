use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use super::StoreBackend;
use super::tools::{Checked, LEASE, OUTBOX, OrSay as _, drain, ensure, in_progress, message, refused};
use crate::store::port::{Affects as _, Drains as _, Ended, Leases as _, Reserves as _, Transacts as _, Writes as _};
use crate::store::{Begun, Effects, ErrorKind};

pub(super) async fn cancelled<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("k", 1)).await.or_say("adding")?;
    drop(tx.commit_tx());
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == 0, "what was never handed over has happened");
    // Handed over and dropped: it may have happened, and then as a whole, and once.
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    for id in 2..5 {
        tx.add(&OUTBOX, &message("k", id)).await.or_say("adding")?;
    }
    {
        let mut commit = pin!(tx.commit_tx());
        poll_fn(|cx| {
            let _open = commit.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    }
    // Whoever commits after it sees what became of it.
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("z", 9)).await.or_say("adding")?;
    tx.commit_tx().await.or_say("committing")?;
    let delivered = drain::<B>(&db, 10).await?;
    let came = delivered.0.get("k").cloned().unwrap_or_default();
    ensure!(came.is_empty() || came == [2, 3, 4], "a part of it is there: {came:?}");
    Ok(0)
}

pub(super) async fn attempts<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    for attempt in 0..4 {
        let mark = tx.mark().await.or_say("marking")?;
        for id in [1, 10 + attempt] {
            tx.add(&OUTBOX, &message("k", id)).await.or_say("adding")?;
        }
        if attempt < 3 {
            tx.truncate(mark);
            tx.settle().await.or_say("taking back")?;
        }
    }
    tx.commit_tx().await.or_say("committing")?;
    drain::<B>(&db, 10).await?.are(&[("k".into(), vec![1, 13])].into())
}

pub(super) async fn nested<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let id = db.store_id().await.or_say("asking who it is")?;
    let open = db.begin_tx(&[]).await.or_say("beginning")?;
    refused(db.begin_tx(&[id]).await.map(drop), ErrorKind::Nested, "a transaction inside of another")?;
    drop(open);
    let other = backend.open().await;
    let elsewhere = other.store_id().await.or_say("asking who it is")?;
    ensure!(elsewhere != id, "two stores are one");
    let open = db.begin_tx(&[elsewhere]).await.or_say("beginning inside of another store's")?;
    drop(open);
    Ok(0)
}

pub(super) async fn too_old<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("k", 1)).await.or_say("adding")?;
    backend.advance(Duration::from_secs(3_601)).await;
    refused(tx.commit_tx().await, ErrorKind::Expired, "committing after more than an hour")?;
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == 0, "what has expired has happened");
    Ok(0)
}

pub(super) async fn reserved_ids<B: StoreBackend>(backend: &B) -> Checked {
    let mut db = backend.open().await;
    let mut first = db.reserve_ids(7, LEASE).await.or_say("reserving")?;
    let until = first.until_ms() + 5_000;
    db.extend_ids(&mut first, until).await.or_say("reserving more")?;
    ensure!(first.until_ms() == until, "it was reserved until {}, and not {until}", first.until_ms());
    let mut last = first.until_ms();
    for _ in 0..3 {
        if B::CAPABILITIES.durable {
            db = backend.reopen(db).await.ok_or("it is durable, and was not opened again")?;
        }
        let next = db.reserve_ids(7, LEASE).await.or_say("reserving again")?;
        ensure!(next.from_ms() >= last, "{} to {last} was reserved before", next.from_ms());
        ensure!(next.until_ms() > next.from_ms(), "nothing was reserved");
        last = next.until_ms();
    }
    let mut others = db.reserve_ids(8, LEASE).await.or_say("reserving for another")?;
    ensure!(others.from_ms() == 0, "another worker has ids of its own");
    refused(db.extend_ids(&mut first, last + 9_000).await, ErrorKind::Lost, "more for who was taken over")?;
    let until = others.until_ms() + 1;
    db.extend_ids(&mut others, until).await.or_say("reserving more for another")?;
    Ok(0)
}

pub(super) async fn leases<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let other = backend.node(&db).await;
    let mut lease = db.acquire_lease("name", 1, LEASE).await.or_say("taking the lease")?;
    in_progress(other.acquire_lease("name", 2, LEASE).await, "the lease of another")?;
    backend.advance(LEASE / 2).await;
    db.renew_lease(&mut lease, LEASE).await.or_say("renewing")?;
    backend.advance(LEASE / 2).await;
    in_progress(other.acquire_lease("name", 2, LEASE).await, "the lease that was renewed")?;
    backend.advance(LEASE).await;
    let theirs = other.acquire_lease("name", 2, LEASE).await.or_say("taking what has ended")?;
    refused(db.renew_lease(&mut lease, LEASE).await, ErrorKind::Lost, "renewing what is another's")?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("effect", 1)).await.or_say("adding")?;
    let guarded = match tx.guard(&lease).await {
        Ok(()) => tx.commit_tx().await,
        refused => {
            drop(tx);
            refused
        }
    };
    refused(guarded, ErrorKind::Lost, "what is done under a lease of another")?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("effect", 2)).await.or_say("adding")?;
    tx.guard(&theirs).await.or_say("guarding")?;
    tx.commit_tx().await.or_say("committing under the lease")?;
    other.release_lease(theirs).await.or_say("giving it back")?;
    db.acquire_lease("name", 3, LEASE).await.or_say("taking what was given back")?;
    drain::<B>(&db, 10).await?.are(&[("effect".into(), vec![2])].into())
}

pub(super) async fn effects<B: StoreBackend>(backend: &B) -> Checked {
    const CARD: Effects = Effects::new("conformance.card").lease(LEASE);
    let db = backend.open().await;
    let begin = |message: &'static [u8], owner| {
        let db = &db;
        async move { db.begin_effect(&CARD, (message, 0), b"request", owner).await }
    };
    let Begun::First(claim) = begin(b"one", 1).await.or_say("beginning an effect")? else {
        return Err("nobody has called it".into());
    };
    in_progress(begin(b"one", 2).await, "an effect that is under way")?;
    let ended = Ended::Answered(b"charged".to_vec());
    db.end_effect(&CARD, (b"one", 0), claim, ended).await.or_say("ending an effect")?;
    let again = begin(b"one", 2).await.or_say("beginning what has answered")?;
    ensure!(again == Begun::Done(b"charged".to_vec()), "an effect that has answered is {again:?}");
    // Its caller ends without a word.
    let Begun::First(late) = begin(b"two", 1).await.or_say("beginning an effect")? else {
        return Err("nobody has called it".into());
    };
    backend.advance(LEASE).await;
    let Begun::Unanswered(claim) = begin(b"two", 2).await.or_say("beginning what was left")? else {
        return Err("its caller has vanished, and it may have happened".into());
    };
    let ended = db.end_effect(&CARD, (b"two", 0), late, Ended::Undone).await;
    refused(ended, ErrorKind::Lost, "the end of who is late")?;
    let parked = Ended::Parked("look at it".into());
    db.end_effect(&CARD, (b"two", 0), claim, parked).await.or_say("parking an effect")?;
    ensure!(begin(b"two", 3).await.or_say("beginning what is parked")? == Begun::Parked, "it waits for an operator");
    let open = db.open_effects(None, 10).await.or_say("listing")?;
    ensure!(open.len() == 1 && open[0].is_parked, "one has no answer: {open:?}");
    db.resolve_effect(&CARD, (b"two", 0), None).await.or_say("resolving")?;
    ensure!(matches!(begin(b"two", 4).await, Ok(Begun::First(_))), "it did not happen, and is called anew");
    Ok(0)
}

pub(super) async fn old_answers<B: StoreBackend>(backend: &B) -> Checked {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    const CARD: Effects = Effects::new("conformance.card").lease(LEASE).retention(DAY);
    const MAIL: Effects = Effects::new("conformance.mail").lease(LEASE).retention(DAY.saturating_mul(3));
    let db = backend.open().await;
    for effects in [&CARD, &MAIL] {
        for part in 0..3 {
            let begun = db.begin_effect(effects, (b"one", part), b"request", 1).await.or_say("beginning an effect")?;
            let Begun::First(claim) = begun else { return Err("nobody has called it".into()) };
            let ended = match part {
                0 => Ended::Answered(b"done".to_vec()),
                // What has no answer stays, however old: the one is looked at, and the other is not.
                _ => Ended::Parked("look at it".into()),
            };
            db.end_effect(effects, (b"one", part), claim, ended).await.or_say("ending an effect")?;
        }
        db.resolve_effect(effects, (b"one", 1), Some(b"found")).await.or_say("resolving")?;
    }
    let trimmed = |limit| {
        let db = &db;
        async move { db.trim_answers(limit).await.or_say("forgetting") }
    };
    ensure!(trimmed(10).await? == 0, "nothing is old");
    backend.advance(DAY - Duration::from_secs(1)).await;
    ensure!(trimmed(10).await? == 0, "nothing is a day old");
    backend.advance(Duration::from_secs(2)).await;
    ensure!(trimmed(1).await? == 1, "up to one is forgotten");
    ensure!(
        trimmed(10).await? == 1,
        "the other of the two goes then, and nothing of the effect that keeps them longer"
    );
    let again = db.begin_effect(&MAIL, (b"one", 0), b"request", 2).await.or_say("beginning again")?;
    ensure!(again == Begun::Done(b"done".to_vec()), "its answer is kept: {again:?}");
    let again = db.begin_effect(&CARD, (b"one", 0), b"request", 2).await.or_say("beginning again")?;
    ensure!(matches!(again, Begun::First(_)), "nobody knows of it any more, and it is {again:?}");
    backend.advance(DAY * 2).await;
    // By its name, as one goes that the program trims itself.
    ensure!(db.trim_effects(&MAIL, 1).await.or_say("forgetting")? == 1, "by its name, too");
    ensure!(trimmed(10).await? == 1, "what went by its name is not counted again");
    let open = db.open_effects(None, 10).await.or_say("listing")?;
    ensure!(open.len() == 3, "two are parked and one is called: {open:?}");
    Ok(0)
}
