use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};

use super::StoreBackend;
use super::tools::{
    Checked, Delivered, LEASE, OUTBOX, OrSay as _, SECOND, add, again, claim, done, drain, ensure, failed, ids, letter,
    message, refused,
};
use crate::store::outbox::{Fate, KeyState, OutboxLimits};
use crate::store::port::{Drains as _, Transacts as _, Writes as _};
use crate::store::{ErrorKind, Outbox};

pub(super) async fn rolled_back<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("k", 1)).await.or_say("adding")?;
    drop(tx);
    // An attempt of a transaction that goes on.
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("k", 2)).await.or_say("adding")?;
    let mark = tx.mark().await.or_say("marking")?;
    tx.add(&OUTBOX, &message("k", 3)).await.or_say("adding")?;
    tx.truncate(mark);
    tx.settle().await.or_say("taking back")?;
    tx.commit_tx().await.or_say("committing")?;
    drain::<B>(&db, 10).await?.are(&[("k".into(), vec![2])].into())
}

pub(super) async fn committed<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let keys = ["", "ü\0k", "k", "k\u{1}"];
    for (id, key) in (1..).zip(keys) {
        add::<B>(&db, &[(key, id)]).await?;
    }
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == 4, "four were committed");
    let expected: BTreeMap<String, Vec<u64>> = (1..).zip(keys).map(|(id, key)| (key.into(), vec![id])).collect();
    let duplicates = drain::<B>(&db, 10).await?.are(&expected)?;
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == 0, "all were delivered");
    Ok(duplicates)
}

pub(super) async fn killed_before_dispatch<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    add::<B>(&db, &[("a", 1), ("b", 2), ("a", 3)]).await?;
    let db = backend.reopen(db).await.ok_or("it is durable, and was not opened again")?;
    drain::<B>(&db, 10).await?.are(&[("a".into(), vec![1, 3]), ("b".into(), vec![2])].into())
}

pub(super) async fn acknowledged<B: StoreBackend>(backend: &B) -> Checked {
    let mut db = backend.open().await;
    let mut expected = BTreeMap::<String, Vec<u64>>::new();
    for id in 0..100 {
        let name = format!("{}", id % 7);
        add::<B>(&db, &[(&name, id)]).await?;
        expected.entry(name).or_default().push(id);
        if id % 20 == 19 {
            db = backend.reopen(db).await.ok_or("it is durable, and was not opened again")?;
        }
    }
    drain::<B>(&db, 10).await?.are(&expected)
}

pub(super) async fn killed_before_mark<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    add::<B>(&db, &[("a", 1), ("a", 2)]).await?;
    let dispatched = ids(&claim::<B>(&db, &mut OUTBOX.relay(1), 10).await?);
    let db = if B::CAPABILITIES.durable {
        backend.reopen(db).await.ok_or("it is durable, and was not opened again")?
    } else {
        db
    };
    ensure!(ids(&claim::<B>(&db, &mut OUTBOX.relay(2), 10).await?).is_empty(), "its lease has not ended");
    backend.advance(LEASE).await;
    let delivered = drain::<B>(&db, 10).await?;
    ensure!(
        delivered.0.get("a").is_some_and(|ids| ids.starts_with(&dispatched)),
        "the same comes again: {delivered:?}"
    );
    delivered.are(&[("a".into(), vec![1, 2])].into())
}

pub(super) async fn two_relays<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let other = backend.node(&db).await;
    let names: Vec<String> = (0..40).map(|key| format!("key.{key:02}")).collect();
    for round in 0..2 {
        let messages: Vec<(&str, u64)> = names.iter().map(String::as_str).zip(round * 40..).collect();
        add::<B>(&db, &messages).await?;
    }
    let (mut one, mut two) = (OUTBOX.relay(1), OUTBOX.relay(2));
    let mut delivered = Delivered::default();
    loop {
        let (first, second) = super::tools::both(claim::<B>(&db, &mut one, 7), claim::<B>(&other, &mut two, 7)).await;
        let (first, second) = (first?, second?);
        let both: Vec<&Vec<u8>> = first.iter().chain(&second).map(|key| &key.key).collect();
        let distinct: BTreeSet<&Vec<u8>> = both.iter().copied().collect();
        ensure!(both.len() == distinct.len(), "two relays have one key: {both:?}");
        if both.is_empty() {
            break;
        }
        delivered.note(&first);
        delivered.note(&second);
        done::<B>(&db, first).await.or_say("marking")?;
        done::<B>(&other, second).await.or_say("marking")?;
    }
    delivered.are(&names.into_iter().zip(0..).map(|(name, id)| (name, vec![id, id + 40])).collect())
}

pub(super) async fn one_bad_message<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let names: Vec<String> = (0..10).map(|key| format!("key.{key}")).collect();
    let messages: Vec<(&str, u64)> = names.iter().map(String::as_str).zip(0..).collect();
    add::<B>(&db, &messages).await?;
    add::<B>(&db, &[("key.3", 13), ("key.5", 15)]).await?;
    let mut relay = OUTBOX.relay(1);
    for key in claim::<B>(&db, &mut relay, 100).await? {
        match ids(core::slice::from_ref(&key))[..] {
            [3] => failed::<B>(&db, key, Fate::Park { error: "poison".into() }, None).await?,
            [5] => {
                let letter = letter(&key.rows[0]);
                failed::<B>(&db, key, Fate::TakeOff, Some(letter)).await?;
            }
            _ => done::<B>(&db, vec![key]).await.or_say("marking")?,
        }
    }
    backend.advance(Duration::from_secs(3_600)).await;
    let keys = claim::<B>(&db, &mut relay, 100).await?;
    ensure!(ids(&keys) == [15], "behind what was taken off goes on, and what is parked does not: {:?}", ids(&keys));
    done::<B>(&db, keys).await.or_say("marking")?;
    let parked = db.key_states(&OUTBOX, None, 10).await.or_say("looking")?;
    let is_parked = matches!(&parked[..], [key] if key.key == b"key.3" && key.state == KeyState::Parked);
    ensure!(is_parked, "one key is parked: {parked:?}");
    db.resume_key(&OUTBOX, b"key.3").await.or_say("resuming")?;
    drain::<B>(&db, 10).await?.are(&[("key.3".into(), vec![3, 13])].into())
}

pub(super) async fn outage<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    add::<B>(&db, &[("a", 1), ("b", 2), ("a", 3)]).await?;
    let mut relay = OUTBOX.relay(1);
    for attempt in 0..120 {
        let keys = claim::<B>(&db, &mut relay, 10).await?;
        ensure!(keys.len() == 2, "after {attempt} attempts {} of two keys are there", keys.len());
        for key in keys {
            ensure!(key.rows[0].attempts == attempt, "attempt {attempt} was counted as {}", key.rows[0].attempts);
            failed::<B>(&db, key, again(SECOND * 30), None).await?;
        }
        backend.advance(SECOND * 30).await;
    }
    drain::<B>(&db, 10).await?.are(&[("a".into(), vec![1, 3]), ("b".into(), vec![2])].into())
}

pub(super) async fn added_twice<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    for _ in 0..3 {
        tx.add(&OUTBOX, &message("k", 1)).await.or_say("adding what was added")?;
    }
    tx.add(&OUTBOX, &message("k", 2)).await.or_say("adding")?;
    tx.commit_tx().await.or_say("committing")?;
    let delivered = drain::<B>(&db, 10).await?;
    let duplicates = delivered.are(&[("k".into(), vec![1, 2])].into())?;
    ensure!(duplicates == 0, "what was added three times came {} times", duplicates + 1);
    Ok(duplicates)
}

/// So many rows are a backlog here; that a million keep the speed is for a bench to show.
const BACKLOG: u64 = 4_096;

pub(super) async fn backlog<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let mut expected = BTreeMap::<String, Vec<u64>>::new();
    for batch in 0..BACKLOG / 128 {
        let names: Vec<(String, u64)> = (0..128).map(|n| (format!("{n:03}"), batch * 128 + n)).collect();
        add::<B>(&db, &names.iter().map(|(name, id)| (&name[..], *id)).collect::<Vec<_>>()).await?;
        names.into_iter().for_each(|(name, id)| expected.entry(name).or_default().push(id));
    }
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == BACKLOG, "{BACKLOG} rows are not counted");
    let duplicates = drain::<B>(&db, 256).await?.are(&expected)?;
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == 0, "all were delivered, and some are counted");
    Ok(duplicates)
}

pub(super) async fn in_order<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let mut expected = BTreeMap::<String, Vec<u64>>::new();
    // Each by itself, 16 keys, and one of seven fails three times.
    for id in 0..320 {
        let name = format!("{:02}", id % 16);
        add::<B>(&db, &[(&name, id)]).await?;
        expected.entry(name).or_default().push(id);
    }
    let (mut relay, mut delivered, mut rounds) = (OUTBOX.relay(1), Delivered::default(), 0);
    while db.backlog(&OUTBOX).await.or_say("counting")? > 0 {
        rounds += 1;
        ensure!(rounds < 2_000, "what is delivered comes again and again");
        for key in claim::<B>(&db, &mut relay, 5).await? {
            let row = &key.rows[0];
            if row.message.id % 7 == 0 && row.attempts < 3 {
                failed::<B>(&db, key, again(SECOND), None).await?;
            } else {
                delivered.note(core::slice::from_ref(&key));
                done::<B>(&db, vec![key]).await.or_say("marking")?;
            }
        }
        backend.advance(SECOND).await;
    }
    delivered.are(&expected)
}

pub(super) async fn bounded<B: StoreBackend>(backend: &B) -> Checked {
    const SMALL: Outbox = OUTBOX.limits(OutboxLimits { rows: 4, ..OutboxLimits::DEFAULT });
    let db = backend.open().await;
    for id in 0..4 {
        let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
        tx.add(&SMALL, &message("k", id)).await.or_say("adding within the limit")?;
        tx.commit_tx().await.or_say("committing")?;
    }
    refused(db.takes_in(&SMALL, None).await, ErrorKind::Overloaded, "what comes in beyond the limit")?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    refused(tx.add(&SMALL, &message("k", 9)).await, ErrorKind::Overloaded, "adding beyond the limit")?;
    drop(tx);
    let duplicates = drain::<B>(&db, 10).await?.are(&[("k".into(), vec![0, 1, 2, 3])].into())?;
    backend.advance(SECOND * 2).await;
    db.takes_in(&SMALL, None).await.or_say("coming in where there is room again")?;
    Ok(duplicates)
}

pub(super) async fn held<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    add::<B>(&db, &[("a", 1), ("b", 2)]).await?;
    let mut relay = OUTBOX.relay(1);
    for key in claim::<B>(&db, &mut relay, 10).await? {
        let fate = if key.key == b"a" { Fate::Hold } else { Fate::GoOn };
        if fate == Fate::Hold {
            failed::<B>(&db, key, fate, None).await?;
        } else {
            done::<B>(&db, vec![key]).await.or_say("marking")?;
        }
    }
    backend.advance(Duration::from_secs(3_600)).await;
    ensure!(claim::<B>(&db, &mut relay, 10).await?.is_empty(), "what nobody knows is held");
    db.resume_key(&OUTBOX, b"a").await.or_say("resuming")?;
    drain::<B>(&db, 10).await?.are(&[("a".into(), vec![1])].into())
}

pub(super) async fn stale_mark<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    add::<B>(&db, &[("k", 1), ("k", 2)]).await?;
    let stale = claim::<B>(&db, &mut OUTBOX.relay(1), 1).await?;
    backend.advance(LEASE).await;
    let newer = claim::<B>(&db, &mut OUTBOX.relay(2), 1).await?;
    ensure!(ids(&stale) == [1] && ids(&newer) == [1], "its lease has ended, and another has it");
    ensure!(newer[0].claim.fence > stale[0].claim.fence, "a later claim has a higher fence");
    refused(done::<B>(&db, stale.clone()).await, ErrorKind::Lost, "the mark of a relay that is late")?;
    let renewed = db.renew_key(&OUTBOX, &mut stale[0].clone()).await;
    refused(renewed, ErrorKind::Lost, "the renewal of a relay that is late")?;
    // Nor does a handler commit that it has delivered to.
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    let held = match tx.hold_key(&OUTBOX, b"k", stale[0].claim).await {
        Ok(()) => tx.add(&OUTBOX, &message("effect", 9)).await.and(tx.commit_tx().await),
        refused => {
            drop(tx);
            refused
        }
    };
    refused(held, ErrorKind::Lost, "what a handler does for a relay that is late")?;
    done::<B>(&db, newer).await.or_say("marking")?;
    drain::<B>(&db, 10).await?.are(&[("k".into(), vec![2])].into())
}
