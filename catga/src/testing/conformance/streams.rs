use core::pin::pin;
use core::time::Duration;

use bytes::Bytes;

use super::Backend;
use super::ask::{Listening, listen, number};
use super::tools::{Checked, GRACE, Open, OrFail as _, both, ensure, item, name, pause, waits};
use crate::transport::{
    Answer, Endpoint, Incoming, ItemSender as _, Request, Requests, Transport as _, TransportError,
};

type Items<B> = <<B as Backend>::Caller as Requests>::Items;
type Sender<B> = <Listening<B> as Incoming>::Sender;

/// A stream of items, from both sides.
async fn begin<B: Backend>(
    open: &Open<B>,
    endpoint: &str,
    incoming: &mut Listening<B>,
    budget: Option<Duration>,
) -> Result<(Items<B>, Sender<B>), String> {
    let (items, taken) =
        both(open.caller.request_many(Endpoint::new(endpoint), number(1), budget), incoming.next()).await;
    let sender = match taken {
        Some(Request { bytes, answer: Answer::Many(sender) }) if bytes == number(1) => sender,
        Some(_) => return Err("a request for many came as another".into()),
        None => return Err("no more requests, and the transport is open".into()),
    };
    Ok((items.or_fail("asking for many")?, sender))
}

pub(super) async fn in_order<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("S1"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    for most in [0, 1, 1_000] {
        let (mut items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
        let sending = async {
            for n in 0..most {
                sender.send(number(n)).await.or_fail("sending an item")?;
            }
            sender.finish().await.or_fail("ending the stream")
        };
        let taking = async {
            for n in 0..most {
                let got = item(&mut items).await;
                ensure!(got == Some(Ok(number(n))), "item {n} came as {got:?}");
            }
            let end = item(&mut items).await;
            ensure!(end.is_none(), "after the last item came {end:?}");
            Ok::<_, String>(())
        };
        let (sent, taken) = both(sending, taking).await;
        sent?;
        taken?;
    }
    Ok(0)
}

pub(super) async fn slow_reader<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("S2"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let (mut items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    for n in 0..bounds.items as u64 {
        sender.send(number(n)).await.or_fail("sending what there is room for")?;
    }
    let most = bounds.items as u64 * 3;
    {
        let mut more = pin!(sender.send(number(1_000)));
        ensure!(waits(&mut more).await, "{} items are not read, and another was sent", bounds.items);
    }
    let sending = async {
        for n in bounds.items as u64..most {
            sender.send(number(n)).await.or_fail("sending an item")?;
        }
        sender.finish().await.or_fail("ending the stream")
    };
    let taking = async {
        for n in 0..most {
            let got = item(&mut items).await;
            ensure!(got == Some(Ok(number(n))), "item {n} came as {got:?}");
        }
        let end = item(&mut items).await;
        ensure!(end.is_none(), "after the last item came {end:?}");
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    sent?;
    taken?;
    Ok(0)
}

pub(super) async fn dropped_reader<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("S3"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let (items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    drop(items);
    sender.cancelled().await;
    let sent = sender.send(number(1)).await;
    ensure!(sent == Err(TransportError::Cancelled), "an item for nobody answers {sent:?}");
    drop(sender);
    // Also while the sender waits for room.
    let (items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    for n in 0..bounds.items as u64 {
        sender.send(number(n)).await.or_fail("sending what there is room for")?;
    }
    let (sent, ()) = both(sender.send(number(1)), async {
        pause().await;
        drop(items);
    })
    .await;
    ensure!(sent == Err(TransportError::Cancelled), "a sender that waits for nobody answers {sent:?}");
    drop(sender);
    // What they held is free again.
    for _ in 0..2 * bounds.in_flight {
        let (items, sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
        drop((items, sender));
    }
    Ok(0)
}

pub(super) async fn dropped_sender<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint) = (backend.open().await, name("S4"));
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let (mut items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    sender.send(number(0)).await.or_fail("sending an item")?;
    drop(sender);
    let got = item(&mut items).await;
    ensure!(got == Some(Ok(number(0))), "the item before the end came as {got:?}");
    let end = item(&mut items).await;
    ensure!(end == Some(Err(TransportError::Unanswered)), "a stream that breaks off ends with {end:?}");
    let after = item(&mut items).await;
    ensure!(after.is_none(), "after the error came {after:?}");
    let (mut items, sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    sender.refuse();
    let end = item(&mut items).await;
    ensure!(end == Some(Err(TransportError::Refused)), "a stream that is refused ends with {end:?}");
    Ok(0)
}

pub(super) async fn budget<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("S5"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let budget = Duration::from_secs(2);
    let (mut items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, Some(budget)).await?;
    sender.send(number(0)).await.or_fail("sending an item")?;
    let got = item(&mut items).await;
    ensure!(got == Some(Ok(number(0))), "the first item came as {got:?}");
    backend.advance(budget).await;
    let end = item(&mut items).await;
    ensure!(end == Some(Err(TransportError::TimedOut)), "beyond its budget the stream says {end:?}");
    sender.cancelled().await;
    drop(sender);
    let (mut items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    let large = sender.send(Bytes::from(vec![0; bounds.bytes + 1])).await;
    ensure!(matches!(large, Err(TransportError::TooLarge { .. })), "an item too large answers {large:?}");
    sender.finish().await.or_fail("ending the stream")?;
    let end = item(&mut items).await;
    ensure!(end.is_none(), "an item too large came as {end:?}");
    Ok(0)
}

pub(super) async fn two_at_once<B: Backend>(backend: &B) -> Checked {
    let (open, endpoint, bounds) = (backend.open().await, name("S6"), backend.bounds());
    let mut incoming = listen::<B>(&open, &endpoint).await?;
    let (stuck, mut blocked) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    for n in 0..bounds.items as u64 {
        blocked.send(number(n)).await.or_fail("sending what there is room for")?;
    }
    // One that is not read does not hold up the other.
    let (mut items, mut sender) = begin::<B>(&open, &endpoint, &mut incoming, None).await?;
    let most = bounds.items as u64 * 2;
    let sending = async {
        for n in 0..most {
            sender.send(number(n)).await.or_fail("sending an item")?;
        }
        sender.finish().await.or_fail("ending the stream")
    };
    let taking = async {
        for n in 0..most {
            let got = item(&mut items).await;
            ensure!(got == Some(Ok(number(n))), "item {n} came as {got:?}");
        }
        Ok::<_, String>(())
    };
    let (sent, taken) = both(sending, taking).await;
    sent?;
    taken?;
    // The transport closes over the one that is stuck.
    let (left, ()) = both(open.server.close(GRACE), async {
        for _ in 0..4 {
            pause().await;
        }
        backend.advance(GRACE).await;
    })
    .await;
    ensure!(left.requests == 1, "one stream was cut off, and {left:?} is left");
    let mut stuck = stuck;
    let mut last = None;
    while let Some(next) = item(&mut stuck).await {
        last = Some(next);
    }
    ensure!(last == Some(Err(TransportError::Lost)), "a stream that was cut off ends with {last:?}");
    Ok(0)
}
