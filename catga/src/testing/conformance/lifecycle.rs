use core::pin::pin;
use core::time::Duration;

use super::Backend;
use super::tools::{
    Checked, GRACE, OrFail as _, Seen, ack, all, both, drain, ensure, expect, name, next, parcel, pause, publish,
    subscribe, waits,
};
use crate::transport::{Delivers as _, Delivery as _, Endpoint, Subscription as _, Transport as _, TransportError};

/// Everything on this side answers that it is closed.
async fn is_closed<B: Backend>(open: &super::tools::Open<B>, endpoint: &str) -> Result<(), String> {
    let published = open.publisher.publish(Endpoint::new(endpoint), parcel(1)).await;
    ensure!(published == Err(TransportError::Closed), "publishing on what is closed answers {published:?}");
    Ok(())
}

pub(super) async fn twice<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C1"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    ack(expect(&mut subscription, 1, 1).await?).await?;
    for _ in 0..2 {
        let left = open.publisher.close(GRACE).await;
        ensure!(left.is_nothing(), "nothing was left, and closing answers {left:?}");
    }
    is_closed::<B>(&open, &endpoint).await?;
    open.subscriber.close(GRACE).await;
    let again = open.subscriber.subscribe(Endpoint::new(&endpoint), "group").await.err();
    ensure!(again == Some(TransportError::Closed), "subscribing on what is closed answers {again:?}");
    Ok(0)
}

pub(super) async fn while_blocked<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("C2"), backend.bounds());
    let (full, empty) = (format!("{endpoint}.full"), format!("{endpoint}.empty"));
    let stuck = subscribe::<B>(&open, &full, "group").await?;
    let mut idle = subscribe::<B>(&open, &empty, "group").await?;
    for id in 0..bounds.queued as u64 {
        publish::<B>(&open, &full, parcel(id)).await?;
    }
    let mut publisher = pin!(open.publisher.publish(Endpoint::new(&full), parcel(1_000)));
    ensure!(waits(&mut publisher).await, "a full queue took another parcel");
    // Nobody takes what is left, so there is no use in a grace.
    let closing = async {
        pause().await;
        both(open.publisher.close(Duration::ZERO), open.subscriber.close(Duration::ZERO)).await
    };
    let ((published, ended), _) = both(both(publisher, idle.next()), closing).await;
    // What was written to the other side and not taken there may be taken still.
    let is_told = matches!(published, Err(TransportError::Closed | TransportError::Lost));
    ensure!(is_told, "a publisher that waited for room is told {published:?}");
    ensure!(ended.is_none(), "a subscriber that waited got something when it was closed");
    drop(stuck);
    Ok(0)
}

pub(super) async fn ten_closes<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C3"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let held = expect(&mut subscription, 1, 1).await?;
    let closing = async { all((0..10).map(|_| open.publisher.close(GRACE))).await };
    let acking = async {
        for _ in 0..4 {
            pause().await;
        }
        ack(held).await
    };
    let (left, acked) = both(closing, acking).await;
    acked?;
    ensure!(left.iter().all(|left| left.is_nothing()), "ten closes answer {left:?}");
    is_closed::<B>(&open, &endpoint).await?;
    Ok(0)
}

pub(super) async fn reopen_mid_stream<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C4"));
    let most = backend.bounds().queued.min(16) as u64;
    let mut seen = Seen::default();
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    for id in 0..most {
        publish::<B>(&open, &endpoint, parcel(id)).await?;
    }
    for _ in 0..4 {
        for _ in 0..most / 4 {
            let delivery = next(&mut subscription).await?;
            ensure!(delivery.attempt() == 1, "nobody refused, and attempt {} came", delivery.attempt());
            seen.add(delivery.parcel().id)?;
            ack(delivery).await?;
        }
        drop(subscription);
        subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    }
    Ok(seen.all(0..most / 4 * 4)? + drain::<B>(&open, &endpoint, &mut subscription).await?)
}

pub(super) async fn flushes<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C5"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let most = 10_000;
    let mut seen = Seen::default();
    let sending = async {
        for batch in 0..most / 100 {
            let ids = batch * 100..(batch + 1) * 100;
            let sent = all(ids.map(|id| publish::<B>(&open, &endpoint, parcel(id)))).await;
            sent.into_iter().collect::<Result<(), _>>()?;
        }
        let left = open.publisher.close(GRACE).await;
        ensure!(left.is_nothing(), "closing left {left:?}");
        Ok::<_, String>(())
    };
    let taking = async {
        while seen.len() < most as usize {
            let delivery = next(&mut subscription).await?;
            seen.add(delivery.parcel().id)?;
            ack(delivery).await?;
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    sent?;
    taken?;
    seen.all(0..most)
}

pub(super) async fn start_after_stop<B: Backend>(backend: &B) -> Checked {
    let endpoint = name("C6");
    let mut duplicates = 0;
    for id in 0..3 {
        let open = backend.open().await;
        let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
        publish::<B>(&open, &endpoint, parcel(id)).await?;
        ack(expect(&mut subscription, id, 1).await?).await?;
        duplicates += drain::<B>(&open, &endpoint, &mut subscription).await?;
        drop(subscription);
        let closing = both(open.publisher.close(GRACE), open.subscriber.close(GRACE));
        let (left, _) = closing.await;
        ensure!(left.is_nothing(), "everything was acknowledged, and {left:?} is left");
    }
    Ok(duplicates)
}

pub(super) async fn while_delivered<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C7b"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let held = expect(&mut subscription, 1, 1).await?;
    // It fails while the transport closes, and what failed is there again within the grace.
    let (left, acked) = both(open.publisher.close(GRACE), async {
        pause().await;
        held.refuse(Duration::ZERO).await.or_fail("refusing while it closes")?;
        ack(expect(&mut subscription, 1, 2).await?).await
    })
    .await;
    acked?;
    ensure!(left.is_nothing(), "closing left {left:?}");
    Ok(0)
}

pub(super) async fn cancelled_close<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("C8"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let held = expect(&mut subscription, 1, 1).await?;
    {
        let mut closing = pin!(open.publisher.close(GRACE));
        let _still_waits = waits(&mut closing).await;
    }
    is_closed::<B>(&open, &endpoint).await?;
    ack(held).await?;
    let left = open.publisher.close(GRACE).await;
    ensure!(left.is_nothing(), "closing again left {left:?}");
    Ok(0)
}

pub(super) async fn pressure<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("C9"), backend.bounds());
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let most = bounds.queued as u64 * 3;
    for id in 0..bounds.queued as u64 {
        publish::<B>(&open, &endpoint, parcel(id)).await?;
    }
    let to = Endpoint::new(&endpoint);
    let rest = async { all((bounds.queued as u64..most).map(|id| open.publisher.publish(to, parcel(id)))).await };
    let mut rest = pin!(rest);
    ensure!(waits(&mut rest).await, "{most} parcels were taken, and {} is the bound", bounds.queued);
    // One is dropped in line; the others get their turn.
    {
        let mut gives_up = pin!(open.publisher.publish(to, parcel(most)));
        ensure!(waits(&mut gives_up).await, "a full queue took another parcel");
    }
    let mut seen = Seen::default();
    let taking = async {
        while seen.len() < most as usize {
            let delivery = next(&mut subscription).await?;
            // Whether the one that gave up was taken is open.
            if delivery.parcel().id != most {
                seen.add(delivery.parcel().id)?;
            }
            ack(delivery).await?;
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(rest, taking).await;
    taken?;
    for result in sent {
        result.or_fail("publishing")?;
    }
    let duplicates = seen.all(0..most)?;
    let extra = drain::<B>(&open, &endpoint, &mut subscription).await?;
    ensure!(extra <= 1, "{extra} came twice");
    Ok(duplicates)
}
