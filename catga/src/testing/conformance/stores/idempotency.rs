use super::StoreBackend;
use super::tools::{
    Checked, LEASE, OUTBOX, OrSay as _, RECORDS, all, both, drain, ensure, in_progress, message, refused, yours,
};
use crate::store::port::{Drains as _, Leases as _, Remembers as _, Transacts as _, Writes as _};
use crate::store::{Claiming, ErrorKind, Idempotency, Recorded};

fn reply(text: &str) -> Recorded {
    Recorded { codec: "text".into(), schema: 7, reply: text.into() }
}

pub(super) async fn cached<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let claim = yours(db.claim_reply(&RECORDS, b"key", 1, 1).await.or_say("claiming")?)?;
    db.keep_reply(&RECORDS, b"key", claim, reply("paid")).await.or_say("recording")?;
    for owner in 2..5 {
        let claimed = db.claim_reply(&RECORDS, b"key", 1, owner).await.or_say("claiming what is done")?;
        ensure!(claimed == Claiming::Done(reply("paid")), "a repeat is answered {claimed:?}");
    }
    let found = db.recorded_reply(&RECORDS, b"key", 1).await.or_say("asking")?;
    ensure!(found == Some(reply("paid")), "who asks is answered {found:?}");
    refused(db.claim_reply(&RECORDS, b"key", 2, 9).await, ErrorKind::Mismatch, "another request under the key")?;
    Ok(0)
}

pub(super) async fn two_nodes<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let other = backend.node(&db).await;
    for round in 0..8_u8 {
        let key = [round];
        let (one, two) = both(db.claim_reply(&RECORDS, &key, 1, 1), other.claim_reply(&RECORDS, &key, 1, 2)).await;
        let (won, lost) = if one.is_ok() { (one, two) } else { (two, one) };
        let claim = yours(won.or_say("one of two claims")?)?;
        in_progress(lost, "the other of two claims")?;
        db.keep_reply(&RECORDS, &key, claim, reply("once")).await.or_say("recording")?;
    }
    Ok(0)
}

pub(super) async fn killed_before_ack<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let claim = yours(db.claim_reply(&RECORDS, b"key", 1, 1).await.or_say("claiming")?)?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("effect", 1)).await.or_say("adding")?;
    tx.complete(&RECORDS, b"key", claim, reply("paid")).await.or_say("completing")?;
    tx.commit_tx().await.or_say("committing")?;
    // Nobody was told.
    let db = backend.reopen(db).await.ok_or("it is durable, and was not opened again")?;
    let again = db.claim_reply(&RECORDS, b"key", 1, 2).await.or_say("claiming again")?;
    ensure!(again == Claiming::Done(reply("paid")), "the repeat is answered {again:?}");
    drain::<B>(&db, 10).await?.are(&[("effect".into(), vec![1])].into())
}

pub(super) async fn within_a_batch<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let claims = all((0..10).map(|owner| db.claim_reply(&RECORDS, b"key", 1, owner))).await;
    let mut won = 0;
    for claim in claims {
        match claim {
            Ok(claim) => {
                yours(claim)?;
                won += 1;
            }
            refused => in_progress(refused, "a repeat within a batch")?,
        }
    }
    ensure!(won == 1, "of ten repeats {won} run");
    Ok(0)
}

pub(super) async fn by_destination<B: StoreBackend>(backend: &B) -> Checked {
    const OTHERS: Idempotency = Idempotency::new("conformance.other");
    let db = backend.open().await;
    let claim = yours(db.claim_reply(&RECORDS, b"key", 1, 1).await.or_say("claiming")?)?;
    db.keep_reply(&RECORDS, b"key", claim, reply("one")).await.or_say("recording")?;
    yours(db.claim_reply(&OTHERS, b"key", 1, 1).await.or_say("claiming elsewhere")?)?;
    yours(db.claim_reply(&RECORDS, b"kez", 1, 1).await.or_say("claiming another key")?)?;
    Ok(0)
}

pub(super) async fn fences_grow<B: StoreBackend>(backend: &B) -> Checked {
    let mut db = backend.open().await;
    let mut last = 0;
    for round in 0..12_u64 {
        let claim = yours(db.claim_reply(&RECORDS, b"key", 1, round + 1).await.or_say("claiming")?)?;
        ensure!(claim.fence > last, "after the fence {last} came {}", claim.fence);
        last = claim.fence;
        let lease = db.acquire_lease("name", round + 1, LEASE).await.or_say("taking the lease")?;
        ensure!(lease.claim().fence > last, "after the fence {last} the lease has {}", lease.claim().fence);
        last = lease.claim().fence;
        match round % 3 {
            // A failure, a caller who vanishes, and a crash.
            0 => {
                db.release_reply(&RECORDS, b"key", claim).await.or_say("releasing")?;
                db.release_lease(lease).await.or_say("giving the lease back")?;
            }
            1 => backend.advance(LEASE).await,
            _ => {
                if B::CAPABILITIES.durable {
                    db = backend.reopen(db).await.ok_or("it is durable, and was not opened again")?;
                }
                backend.advance(LEASE).await;
            }
        }
    }
    Ok(0)
}

pub(super) async fn vanished<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    let late = yours(db.claim_reply(&RECORDS, b"key", 1, 1).await.or_say("claiming")?)?;
    in_progress(db.claim_reply(&RECORDS, b"key", 1, 2).await, "a repeat while it runs")?;
    backend.advance(LEASE).await;
    let claim = yours(db.claim_reply(&RECORDS, b"key", 1, 2).await.or_say("claiming what was left")?)?;
    refused(db.renew_reply(&RECORDS, b"key", late).await, ErrorKind::Lost, "the renewal of who is late")?;
    let kept = db.keep_reply(&RECORDS, b"key", late, reply("late")).await;
    refused(kept, ErrorKind::Lost, "the reply of who is late")?;
    let mut tx = db.begin_tx(&[]).await.or_say("beginning")?;
    tx.add(&OUTBOX, &message("effect", 1)).await.or_say("adding")?;
    let completed = match tx.complete(&RECORDS, b"key", late, reply("late")).await {
        Ok(()) => tx.commit_tx().await,
        refused => {
            drop(tx);
            refused
        }
    };
    refused(completed, ErrorKind::Lost, "the effect of who is late")?;
    db.keep_reply(&RECORDS, b"key", claim, reply("paid")).await.or_say("recording")?;
    ensure!(db.backlog(&OUTBOX).await.or_say("counting")? == 0, "the effect of who is late is there");
    Ok(0)
}

pub(super) async fn failures<B: StoreBackend>(backend: &B) -> Checked {
    let db = backend.open().await;
    for owner in 0..5 {
        let claim = yours(db.claim_reply(&RECORDS, b"key", 1, owner).await.or_say("claiming after a failure")?)?;
        db.release_reply(&RECORDS, b"key", claim).await.or_say("releasing")?;
    }
    Ok(0)
}
