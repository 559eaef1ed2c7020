use core::time::Duration;

use super::StoreBackend;
use super::tools::{
    Checked, OUTBOX, OrSay as _, SCHEDULE, SECOND, again, claim, done, drain, ensure, failed, ids, message, refused,
};
use crate::store::port::{Drains as _, Due, Operates as _, Transacts as _, Writes as _};
use crate::store::{ErrorKind, Scheduler};

async fn later<B: StoreBackend>(db: &B::Store, messages: &[(u64, u64)]) -> Result<(), String> {
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    for (id, seconds) in messages {
        let due = Due::After(Duration::from_secs(*seconds));
        tx.schedule(&SCHEDULE, due, message("k", *id)).await.or_say("scheduling")?;
    }
    tx.commit_tx().await.or_say("committing")
}

async fn released<B: StoreBackend>(db: &B::Store) -> Result<usize, String> {
    db.release_due(&SCHEDULE, &OUTBOX, 100).await.or_say("releasing")
}

pub(super) async fn not_before<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    later::<B>(&db, &[(1, 10)]).await?;
    ensure!(released::<B>(&db).await? == 0, "it was released at once");
    backend.advance(Duration::from_millis(9_999)).await;
    ensure!(released::<B>(&db).await? == 0, "it was released a millisecond early");
    backend.advance(Duration::from_millis(1)).await;
    ensure!(released::<B>(&db).await? == 1, "it was due, and was not released");
    ensure!(released::<B>(&db).await? == 0, "it was released twice");
    Ok(drain::<B>(&db, 10).await?.0.values().map(Vec::len).sum::<usize>() - 1)
}

pub(super) async fn after_downtime<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    later::<B>(&db, &[(1, 30), (2, 10), (3, 20), (4, 9_000)]).await?;
    let db = if B::CAPABILITIES.durable {
        backend.reopen(db).await.ok_or("it is durable, and was not opened again")?
    } else {
        db
    };
    backend.advance(SECOND * 3_000).await;
    ensure!(released::<B>(&db).await? == 3, "what was due meanwhile comes at once");
    let delivered = drain::<B>(&db, 1).await?;
    delivered.are(&[("k".into(), vec![2, 3, 1])].into())
}

pub(super) async fn cancelled<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    later::<B>(&db, &[(1, 10), (2, 10)]).await?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.unschedule(&SCHEDULE, 1).await.or_say("cancelling")?;
    tx.commit_tx().await.or_say("committing")?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    refused(tx.unschedule(&SCHEDULE, 1).await, ErrorKind::Missing, "cancelling what was cancelled")?;
    drop(tx);
    // What is not committed is not cancelled.
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.unschedule(&SCHEDULE, 2).await.or_say("cancelling")?;
    drop(tx);
    // A database ends what was dropped in the background, and nobody takes its rows until then: who changes one waits.
    let due = db.oldest(&OUTBOX, None, 1).await.or_say("asking for the time")?.now_ms + 10_000;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.reschedule(&SCHEDULE, 2, due).await.or_say("moving what was not cancelled")?;
    tx.commit_tx().await.or_say("committing")?;
    backend.advance(SECOND * 11).await;
    ensure!(released::<B>(&db).await? == 1, "one was cancelled, and one was not");
    drain::<B>(&db, 10).await?.are(&[("k".into(), vec![2])].into())
}

pub(super) async fn moved<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    later::<B>(&db, &[(1, 10), (2, 20)]).await?;
    let now = db.oldest(&OUTBOX, None, 1).await.or_say("asking for the time")?.now_ms;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.reschedule(&SCHEDULE, 1, now + 30_000).await.or_say("moving")?;
    tx.commit_tx().await.or_say("committing")?;
    let listed = db.scheduled(&SCHEDULE, None, 9).await.or_say("listing")?;
    let times: Vec<(u64, u64)> = listed.iter().map(|(due, scheduled)| (*due, scheduled.message.id)).collect();
    ensure!(times == [(now + 20_000, 2), (now + 30_000, 1)], "by their times they are {times:?}");
    let rest = db.scheduled(&SCHEDULE, Some(times[0]), 9).await.or_say("listing the rest")?;
    ensure!(rest == listed[1..], "behind the first is the second: {rest:?}");
    backend.advance(SECOND * 20).await;
    ensure!(released::<B>(&db).await? == 1, "the one that was not moved is due");
    backend.advance(SECOND * 10).await;
    ensure!(released::<B>(&db).await? == 1, "the one that was moved is due");
    drain::<B>(&db, 1).await?.are(&[("k".into(), vec![2, 1])].into())
}

pub(super) async fn receiver_down<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    later::<B>(&db, &[(1, 10)]).await?;
    backend.advance(SECOND * 10).await;
    ensure!(released::<B>(&db).await? == 1, "it was due");
    let mut relay = OUTBOX.relay(1);
    for attempt in 0..10 {
        let mut keys = claim::<B>(&db, &mut relay, 1).await?;
        let key = keys.pop().ok_or(format!("it is not there at attempt {attempt}"))?;
        ensure!(key.rows[0].attempts == attempt, "attempt {attempt} was counted as {}", key.rows[0].attempts);
        failed::<B>(&db, key, again(SECOND), None).await?;
        backend.advance(SECOND).await;
    }
    drain::<B>(&db, 1).await?.are(&[("k".into(), vec![1])].into())
}

pub(super) async fn recurring<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let now = db.oldest(&OUTBOX, None, 1).await.or_say("asking for the time")?.now_ms;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    let every = Due::Every { first_ms: now + 1_000, period: SECOND };
    tx.schedule(&SCHEDULE, every, message("k", 50)).await.or_say("scheduling")?;
    // The id that a count would come to is somebody else's.
    tx.schedule(&SCHEDULE, Due::At(now), message("k", 51)).await.or_say("scheduling")?;
    tx.commit_tx().await.or_say("committing")?;
    let (mut relay, mut seen) = (OUTBOX.relay(1), Vec::new());
    for expected in [2, 1, 1, 1] {
        backend.advance(SECOND).await;
        ensure!(released::<B>(&db).await? == expected, "{expected} are due, each second one");
        loop {
            let keys = db.claim_keys(&mut relay, 1).await.or_say("claiming")?;
            if keys.is_empty() {
                break;
            }
            seen.extend(ids(&keys));
            done::<B>(&db, keys).await.or_say("marking")?;
        }
    }
    let mut distinct = seen.clone();
    distinct.sort_unstable();
    distinct.dedup();
    ensure!(seen.len() == 5 && distinct.len() == 5, "each time is a message of its own, and not {seen:?}");
    ensure!(seen.starts_with(&[51, 50]), "the first has the id of the schedule, and not {seen:?}");
    backend.advance(SECOND * 500).await;
    ensure!(released::<B>(&db).await? == 1, "what was missed comes once");
    Ok(0)
}

pub(super) async fn bounded<B: StoreBackend>(backend: &B) -> Checked {
    const SMALL: Scheduler = SCHEDULE.limit(4);
    let db = backend.open().await;
    for id in 0..4 {
        let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
        tx.schedule(&SMALL, Due::After(SECOND), message("k", id)).await.or_say("scheduling within the limit")?;
        tx.commit_tx().await.or_say("committing")?;
    }
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    let full = tx.schedule(&SMALL, Due::After(SECOND), message("k", 9)).await;
    refused(full, ErrorKind::Overloaded, "scheduling beyond the limit")?;
    drop(tx);
    // What is due makes room, as what is looked at anew shows at last.
    backend.advance(SECOND * 2).await;
    ensure!(db.release_due(&SMALL, &OUTBOX, 100).await.or_say("releasing")? == 4, "a full schedule is released");
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.schedule(&SMALL, Due::After(SECOND), message("k", 9)).await.or_say("scheduling where there is room again")?;
    tx.commit_tx().await.or_say("committing")?;
    drain::<B>(&db, 1).await?.are(&[("k".into(), vec![0, 1, 2, 3])].into())
}
