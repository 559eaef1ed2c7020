use bytes::Bytes;

use super::Backend;
use super::tools::{
    Checked, OrFail as _, Seen, ack, all, both, drain, ensure, expect, name, next, parcel, pause, publish, subscribe,
    waits,
};
use crate::transport::{
    Delivers as _, Delivery as _, Endpoint, Parcel, Subscription as _, Transport as _, TransportError,
};

pub(super) async fn round_trip<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("A1"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    for id in [0, 1, 77, u64::MAX - 1] {
        let sent = if id % 2 == 0 { parcel(id) } else { parcel(id).keyed(id / 2) };
        publish::<B>(&open, &endpoint, sent.clone()).await?;
        let delivery = expect(&mut subscription, id, 1).await?;
        ensure!(*delivery.parcel() == sent, "{sent:?} came as {:?}", delivery.parcel());
        ack(delivery).await?;
    }
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn sizes<B: Backend>(backend: &B) -> Checked {
    let (open, bounds) = (backend.open().await, backend.bounds());
    let endpoint = name("A2.größe.大小");
    let mut subscription = open.subscriber.subscribe(Endpoint::new(&endpoint), "größe").await.or_fail("subscribing")?;
    let bodies = [Bytes::new(), Bytes::from("größe 大小 🦀"), Bytes::from(vec![0xff; bounds.bytes])];
    for (id, bytes) in (0..).zip(bodies) {
        let sent = Parcel::new(id, bytes);
        publish::<B>(&open, &endpoint, sent.clone()).await?;
        let delivery = subscription.next().await.ok_or("the subscription ended")?.or_fail("the next delivery")?;
        ensure!(*delivery.parcel() == sent, "a body of {} bytes came as another", sent.bytes.len());
        ack(delivery).await?;
    }
    let large = Parcel::new(9, Bytes::from(vec![0; bounds.bytes + 1]));
    let refused = open.publisher.publish(Endpoint::new(&endpoint), large).await;
    let is_typed = matches!(refused, Err(TransportError::TooLarge { bytes, .. }) if bytes == bounds.bytes + 1);
    ensure!(is_typed, "one byte too many answers {refused:?}");
    let long = "n".repeat(Endpoint::LONGEST + 1);
    let refused = open.subscriber.subscribe(Endpoint::new(&long), "group").await.err();
    ensure!(matches!(refused, Some(TransportError::TooLarge { .. })), "a name too long answers {refused:?}");
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn shared<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("A3"));
    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(subscribe::<B>(&open, &endpoint, "group").await?);
    }
    let most = 120;
    let mut seen = Seen::default();
    let sending = async {
        for id in 0..most {
            publish::<B>(&open, &endpoint, parcel(id)).await?;
        }
        Ok::<_, String>(())
    };
    let taking = async {
        while seen.len() < most as usize {
            // Whoever gets it: all of them wait.
            let nexts = members.iter_mut().map(|member| Box::pin(next(member)));
            let (delivery, ..) = futures_util::future::select_all(nexts).await;
            let delivery = delivery?;
            seen.add(delivery.parcel().id)?;
            ack(delivery).await?;
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    sent?;
    taken?;
    // One after the other, so that what only one of them would get is seen too.
    let mut last = members.pop().ok_or("no member")?;
    drop(members);
    Ok(seen.all(0..most)? + drain::<B>(&open, &endpoint, &mut last).await?)
}

pub(super) async fn isolated<B: Backend>(backend: &B) -> Checked {
    let open = backend.open().await;
    let (one, other) = (name("A4.one"), name("A4.other"));
    let mut of_one = subscribe::<B>(&open, &one, "group").await?;
    let mut of_other = subscribe::<B>(&open, &other, "group").await?;
    for id in 0..3 {
        publish::<B>(&open, &one, parcel(id)).await?;
    }
    publish::<B>(&open, &other, parcel(100)).await?;
    ack(expect(&mut of_other, 100, 1).await?).await?;
    for id in 0..3 {
        ack(expect(&mut of_one, id, 1).await?).await?;
    }
    Ok(drain::<B>(&open, &one, &mut of_one).await? + drain::<B>(&open, &other, &mut of_other).await?)
}

pub(super) async fn each_group<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("A5"));
    let mut groups = Vec::new();
    for group in ["mail", "stock", "ledger"] {
        groups.push(subscribe::<B>(&open, &endpoint, group).await?);
    }
    for id in 0..3 {
        publish::<B>(&open, &endpoint, parcel(id)).await?;
    }
    for group in &mut groups {
        for id in 0..3 {
            ack(expect(group, id, 1).await?).await?;
        }
    }
    let mut duplicates = 0;
    publish::<B>(&open, &endpoint, parcel(9)).await?;
    for group in &mut groups {
        let last = next(group).await?;
        duplicates += usize::from(last.parcel().id != 9);
        ack(last).await?;
    }
    Ok(duplicates)
}

pub(super) async fn refused_twice<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("A6"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    for attempt in 1..3 {
        let delivery = expect(&mut subscription, 1, attempt).await?;
        delivery.refuse(core::time::Duration::ZERO).await.or_fail("refusing")?;
    }
    ack(expect(&mut subscription, 1, 3).await?).await?;
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn deadline<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("A7"), backend.bounds());
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let declared = subscription.ack_deadline();
    ensure!(declared == Some(bounds.ack_deadline), "the ack deadline is {declared:?}");
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let forgotten = expect(&mut subscription, 1, 1).await?;
    let before = bounds.ack_deadline / 2;
    backend.advance(before).await;
    // It would come before the sentinel, had it come again already.
    let early = drain::<B>(&open, &endpoint, &mut subscription).await?;
    ensure!(early == 0, "it came again before its deadline");
    // A delivery that is extended has all of its time again.
    publish::<B>(&open, &endpoint, parcel(2)).await?;
    let mut long = expect(&mut subscription, 2, 1).await?;
    backend.advance(before).await;
    ack(expect(&mut subscription, 1, 2).await?).await?;
    let late = forgotten.ack().await;
    ensure!(late == Err(TransportError::Stale), "an ack after the deadline answers {late:?}");
    long.extend().await.or_fail("extending")?;
    backend.advance(before).await;
    ack(long).await?;
    backend.advance(bounds.ack_deadline * 2).await;
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn stale_ack<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("A7b"), backend.bounds());
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let first = expect(&mut subscription, 1, 1).await?;
    backend.advance(bounds.ack_deadline).await;
    let second = expect(&mut subscription, 1, 2).await?;
    let late = first.ack().await;
    ensure!(late == Err(TransportError::Stale), "the ack of an earlier attempt answers {late:?}");
    // The later attempt is not acknowledged by that.
    second.refuse(core::time::Duration::ZERO).await.or_fail("refusing the later attempt")?;
    ack(expect(&mut subscription, 1, 3).await?).await?;
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn attempts<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("A8"), backend.bounds());
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    // Refused, timed out, and with a new subscriber: the count goes on.
    expect(&mut subscription, 1, 1).await?.refuse(core::time::Duration::ZERO).await.or_fail("refusing")?;
    drop(expect(&mut subscription, 1, 2).await?);
    backend.advance(bounds.ack_deadline).await;
    let third = expect(&mut subscription, 1, 3).await?;
    drop(subscription);
    drop(third);
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    backend.advance(bounds.ack_deadline).await;
    ack(expect(&mut subscription, 1, 4).await?).await?;
    drain::<B>(&open, &endpoint, &mut subscription).await
}

pub(super) async fn newcomer<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("A9"));
    let keeps = <B::Publisher as crate::transport::Transport>::CAPABILITIES.keeps;
    let early = open.publisher.publish(Endpoint::new(&endpoint), parcel(0)).await;
    if !keeps {
        let expected = Err(TransportError::NobodyListens);
        ensure!(early == expected, "publishing to nobody, with nothing kept, answers {early:?}");
    }
    let mut first = subscribe::<B>(&open, &endpoint, "first").await?;
    publish::<B>(&open, &endpoint, parcel(1)).await?;
    let mut second = subscribe::<B>(&open, &endpoint, "second").await?;
    publish::<B>(&open, &endpoint, parcel(2)).await?;
    let old = if keeps { &[0, 1, 2][..] } else { &[2][..] };
    for id in old {
        ack(expect(&mut second, *id, 1).await?).await?;
    }
    for id in if keeps { &[0, 1, 2][..] } else { &[1, 2][..] } {
        ack(expect(&mut first, *id, 1).await?).await?;
    }
    // A group stays while nobody is in it.
    drop(second);
    publish::<B>(&open, &endpoint, parcel(3)).await?;
    ack(expect(&mut first, 3, 1).await?).await?;
    let mut second = subscribe::<B>(&open, &endpoint, "second").await?;
    ack(expect(&mut second, 3, 1).await?).await?;
    let duplicates = drain::<B>(&open, &endpoint, &mut first).await?;
    ack(expect(&mut second, super::tools::SENTINEL, 1).await?).await?;
    Ok(duplicates)
}

pub(super) async fn lapses<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("A9b"), backend.bounds());
    let mut stays = subscribe::<B>(&open, &endpoint, "stays").await?;
    drop(subscribe::<B>(&open, &endpoint, "goes").await?);
    let most = bounds.queued as u64;
    for id in 0..most {
        publish::<B>(&open, &endpoint, parcel(id)).await?;
        ack(expect(&mut stays, id, 1).await?).await?;
    }
    let mut publishing = Box::pin(publish::<B>(&open, &endpoint, parcel(most)));
    ensure!(waits(&mut publishing).await, "a full group took another parcel, as it has no subscriber");
    // How long it takes until the transport has seen that the subscriber is gone is its own affair.
    let mut published = None;
    for _ in 0..10_000 {
        backend.advance(bounds.retention).await;
        let turns = Box::pin(async {
            for _ in 0..64 {
                pause().await;
            }
        });
        match futures_util::future::select(publishing, turns).await {
            futures_util::future::Either::Left((done, _)) => {
                published = Some(done);
                break;
            }
            futures_util::future::Either::Right(((), still)) => publishing = still,
        }
    }
    published.ok_or("a group without subscribers holds up its publishers for ever")??;
    // The clock may have passed its deadline meanwhile: then it comes again, and the clock stands still by now.
    loop {
        let delivery = next(&mut stays).await?;
        ensure!(delivery.parcel().id == most, "parcel {most} was to come; parcel {} came", delivery.parcel().id);
        match delivery.ack().await {
            Err(TransportError::Stale) => {}
            acked => break acked.or_fail("acknowledging what was published at last")?,
        }
    }
    // It is as new when somebody comes after all.
    let mut again = subscribe::<B>(&open, &endpoint, "goes").await?;
    let duplicates = drain::<B>(&open, &endpoint, &mut again).await?;
    ensure!(duplicates == 0, "the group that ended has kept parcels");
    ack(expect(&mut stays, super::tools::SENTINEL, 1).await?).await?;
    Ok(0)
}

pub(super) async fn restart<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("A10"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    for id in 0..2 {
        publish::<B>(&open, &endpoint, parcel(id)).await?;
    }
    expect(&mut subscription, 0, 1).await?.refuse(core::time::Duration::ZERO).await.or_fail("refusing")?;
    drop(subscription);
    let open = backend.reopen(open).await.ok_or("it declares itself durable, and cannot be reopened")?;
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let mut seen = Seen::default();
    for _ in 0..2 {
        let delivery = next(&mut subscription).await?;
        let (id, attempt) = (delivery.parcel().id, delivery.attempt());
        ensure!(id != 0 || attempt == 2, "the attempt that was refused before the restart is now {attempt}");
        seen.add(id)?;
        ack(delivery).await?;
    }
    Ok(seen.all(0..2)? + drain::<B>(&open, &endpoint, &mut subscription).await?)
}

pub(super) async fn many_publishers<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("A3b"));
    let mut subscription = subscribe::<B>(&open, &endpoint, "group").await?;
    let most = 500;
    let mut seen = Seen::default();
    let sending = async { all((0..most).map(|id| publish::<B>(&open, &endpoint, parcel(id)))).await };
    let taking = async {
        while seen.len() < most as usize {
            let delivery = next(&mut subscription).await?;
            seen.add(delivery.parcel().id)?;
            ack(delivery).await?;
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    sent.into_iter().collect::<Result<(), _>>()?;
    taken?;
    let duplicates = seen.all(0..most)? + drain::<B>(&open, &endpoint, &mut subscription).await?;
    let left = open.publisher.close(super::tools::GRACE).await;
    ensure!(left.is_nothing(), "everything was acknowledged, and {left:?} is left");
    Ok(duplicates)
}
