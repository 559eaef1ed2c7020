use core::time::Duration;
use std::collections::HashMap;

use super::Backend;
use super::tools::{
    Checked, OrFail as _, Seen, ack, all, both, drain, ensure, expect, name, next, parcel, publish, subscribe,
};
use crate::transport::{Delivers as _, Delivery, Endpoint, Parcel};

const KEYS: u64 = 16;

/// The n-th parcel, of the key that is its turn.
fn keyed(id: u64) -> Parcel {
    parcel(id).keyed(id % KEYS)
}

/// The last of each key that was acknowledged.
#[derive(Default)]
struct Order(HashMap<u64, u64>);

impl Order {
    /// It is not older than what came before it in its key.
    fn check(&self, delivery: &impl Delivery) -> Result<(), String> {
        let id = delivery.parcel().id;
        let key = id % KEYS;
        ensure!(delivery.parcel().key == Some(key), "parcel {id} lost its key");
        let due = self.0.get(&key).map_or(key, |last| last + KEYS);
        // What came before and comes again is a duplicate; the sender of duplicates is counted elsewhere.
        ensure!(id <= due, "parcel {id} of key {key} came, and {due} was due");
        Ok(())
    }

    fn done(&mut self, id: u64) {
        let last = self.0.entry(id % KEYS).or_insert(id);
        *last = id.max(*last);
    }
}

pub(super) async fn per_key<B: Backend>(backend: &B) -> Checked {
    run::<B>(backend, "B1", 1_000, |_, _| false).await
}

pub(super) async fn under_retry<B: Backend>(backend: &B) -> Checked {
    // Every seventh is refused twice.
    run::<B>(backend, "B2", 400, |id, attempt| id % 7 == 0 && attempt < 3).await
}

async fn run<B: Backend>(backend: &B, of: &str, most: u64, refuses: impl Fn(u64, u32) -> bool) -> Checked {
    let (open, endpoint) = (backend.open().await, name(of));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let (mut seen, mut order, mut refused) = (Seen::default(), Order::default(), 0);
    let sending = async {
        for id in 0..most {
            publish::<B>(&open, &endpoint, keyed(id)).await?;
        }
        Ok::<_, String>(())
    };
    let taking = async {
        while seen.len() < most as usize {
            let delivery = next(&mut subscription).await?;
            order.check(&delivery)?;
            let (id, attempt) = (delivery.parcel().id, delivery.attempt());
            if refuses(id, attempt) {
                ensure!(refused < 4 * most, "what is refused comes again and again as attempt {attempt}");
                refused += 1;
                delivery.refuse(Duration::ZERO).await.or_fail("refusing")?;
                continue;
            }
            seen.add(id)?;
            order.done(id);
            ack(delivery).await?;
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    sent?;
    taken?;
    Ok(seen.all(0..most)? + drain::<B>(&open, &endpoint, &mut subscription).await?)
}

pub(super) async fn changed_concurrency<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("B3"));
    let mut members = vec![subscribe::<B>(&open, &endpoint, "group").await?];
    let most = 240;
    let (mut seen, mut order) = (Seen::default(), Order::default());
    let sending = async {
        for id in 0..most {
            publish::<B>(&open, &endpoint, keyed(id)).await?;
        }
        Ok::<_, String>(())
    };
    let taking = async {
        while seen.len() < most as usize {
            // From one to three, and down to one again.
            let wanted = match seen.len() {
                0..60 => 1,
                60..160 => 3,
                _ => 1,
            };
            while members.len() < wanted {
                members.push(subscribe::<B>(&open, &endpoint, "group").await?);
            }
            // Each has its turn, also where the first could take them all.
            members.rotate_left(1);
            let nexts = members.iter_mut().map(|member| Box::pin(next(member)));
            let (delivery, ..) = futures_util::future::select_all(nexts).await;
            let delivery = delivery?;
            order.check(&delivery)?;
            let id = delivery.parcel().id;
            seen.add(id)?;
            order.done(id);
            ack(delivery).await?;
            members.truncate(wanted.max(1));
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    sent?;
    taken?;
    members.truncate(1);
    let mut last = members.pop().ok_or("no member")?;
    Ok(seen.all(0..most)? + drain::<B>(&open, &endpoint, &mut last).await?)
}

pub(super) async fn crashed_consumer<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("B4"), backend.bounds());
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    for id in 0..3 {
        publish::<B>(&open, &endpoint, parcel(id).keyed(1)).await?;
    }
    // It dies with the first in its hands.
    let held = expect(&mut subscription, 0, 1).await?;
    drop((subscription, held));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    // Another key is not held up.
    publish::<B>(&open, &endpoint, parcel(9).keyed(2)).await?;
    ack(expect(&mut subscription, 9, 1).await?).await?;
    backend.advance(bounds.ack_deadline).await;
    ack(expect(&mut subscription, 0, 2).await?).await?;
    for id in 1..3 {
        ack(expect(&mut subscription, id, 1).await?).await?;
    }
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn poisoned_key<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("B5"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let later = Duration::from_secs(1);
    publish::<B>(&open, &endpoint, parcel(0).keyed(1)).await?;
    publish::<B>(&open, &endpoint, parcel(1).keyed(1)).await?;
    publish::<B>(&open, &endpoint, parcel(2).keyed(2)).await?;
    expect(&mut subscription, 0, 1).await?.refuse(later).await.or_fail("refusing")?;
    // The other key goes on, and what has none; what is behind the head does not.
    ack(expect(&mut subscription, 2, 1).await?).await?;
    let extra = drain::<B>(&open, &endpoint, &mut subscription).await?;
    ensure!(extra == 0, "something passed the refused head of its key");
    backend.advance(later).await;
    ack(expect(&mut subscription, 0, 2).await?).await?;
    ack(expect(&mut subscription, 1, 1).await?).await?;
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn batching_sender<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("B6"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let most = 200;
    // All at once, none waited for: taken in the order in which they were first polled.
    let to = Endpoint::new(&endpoint);
    let sending = async { all((0..most).map(|id| open.publisher.publish(to, parcel(id).keyed(3)))).await };
    let taking = async {
        for id in 0..most {
            ack(expect(&mut subscription, id, 1).await?).await?;
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    taken?;
    for result in sent {
        result.or_fail("publishing")?;
    }
    drain::<B>(&open, &endpoint, &mut subscription).await
}
