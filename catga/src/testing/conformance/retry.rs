use core::time::Duration;

use super::Backend;
use super::tools::{Checked, OrFail as _, ack, drain, ensure, expect, name, parcel, publish, subscribe};
use crate::transport::{Delivery as _, TransportError};

pub(super) async fn immediate<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("D1"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    for attempt in 1..=5 {
        expect(&mut subscription, 1, attempt).await?.refuse(Duration::ZERO).await.or_fail("refusing")?;
    }
    ack(expect(&mut subscription, 1, 6).await?).await?;
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn delayed<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("D2"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let mut duplicates = 0;
    // Longer than the ack deadline too: a delay is not cut short by it.
    for (attempt, delay) in (1..).zip([1, 5, 3_600].map(Duration::from_secs)) {
        expect(&mut subscription, 1, attempt).await?.refuse(delay).await.or_fail("refusing")?;
        backend.advance(delay - Duration::from_millis(1)).await;
        let early = drain::<B>(&open, &endpoint, &mut subscription).await?;
        ensure!(early == 0, "refused for {delay:?}, it came before that");
        duplicates += early;
        backend.advance(Duration::from_millis(1)).await;
    }
    ack(expect(&mut subscription, 1, 4).await?).await?;
    Ok(duplicates + drain::<B>(&open, &endpoint, &mut subscription).await?)
}

pub(super) async fn settled_once<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("D2b"), backend.bounds());
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let first = expect(&mut subscription, 1, 1).await?;
    backend.advance(bounds.ack_deadline).await;
    let late = first.refuse(Duration::ZERO).await;
    ensure!(late == Err(TransportError::Stale), "refusing after the deadline answers {late:?}");
    ack(expect(&mut subscription, 1, 2).await?).await?;
    backend.advance(bounds.ack_deadline * 2).await;
    drain::<B>(&open, &endpoint, &mut subscription).await
}
