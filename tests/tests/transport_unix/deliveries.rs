//! What is published, on its way to peers.

use std::time::Duration;

use bytes::Bytes;
use catga::testing::VirtualClock;
use catga::transport::memory::{Limits, Memory};
use catga::transport::unix::{BindError, UnixClient, UnixLimits, UnixServer};
use catga::transport::{
    Answer, Delivers, Delivery, Endpoint, Incoming, Listens, Parcel, Requests, Responder, Subscription, TransportError,
};
use futures_util::future::{join, poll_immediate};

use crate::raw::{Raw, subscribe};
use crate::{ECHO, number, path, server, soon, turns, virtual_server};

const NEWS: Endpoint<'static> = Endpoint::new("news");

fn client(path: &std::path::Path, limits: UnixLimits) -> UnixClient {
    UnixClient::with(path, limits, catga::time::TokioTimer, catga::time::SystemRandom)
}

fn parcel(id: u64, bytes: usize) -> Parcel {
    Parcel::new(id, Bytes::from(vec![7; bytes]))
}

#[tokio::test]
async fn one_too_large_for_a_peer_ends_its_subscription_and_nothing_else() {
    let (path, clock) = (path(), VirtualClock::new());
    let server = virtual_server(&path, UnixLimits::default(), &clock).await;
    let mut incoming = server.listen(ECHO).await.unwrap();
    let small = client(&path, UnixLimits { bytes: 1_000, ..UnixLimits::default() });
    let mut subscription = small.subscribe(NEWS, "readers").await.unwrap();
    let asking = async {
        let answer = small.request(ECHO, number(1), None).await;
        assert_eq!(answer, Ok(number(1)), "it was in flight on the same connection");
    };
    let reading = async {
        let Answer::One(responder) = incoming.next().await.unwrap().answer else { panic!("nobody asked for many") };
        server.publish(NEWS, parcel(1, 2_000)).await.unwrap();
        server.publish(NEWS, parcel(2, 1_000)).await.unwrap();
        let told = subscription.next().await.unwrap().err();
        assert_eq!(told, Some(TransportError::TooLarge { bytes: 2_000, limit: 1_000 }));
        assert!(subscription.next().await.is_none());
        // What fits is not held up by it.
        let mut again = small.subscribe(NEWS, "readers").await.unwrap();
        let fits = again.next().await.unwrap().unwrap();
        assert_eq!((fits.parcel().id, fits.attempt()), (2, 1));
        fits.ack().await.unwrap();
        responder.answer(number(1)).await.unwrap();
    };
    soon(join(asking, reading)).await;
    // It is there for one who takes it, and nobody has tried it before.
    let mut large = server.subscribe(NEWS, "readers").await.unwrap();
    turns().await;
    clock.advance(Limits::default().ack_deadline);
    let delivery = soon(large.next()).await.unwrap().unwrap();
    assert_eq!((delivery.parcel().id, delivery.parcel().bytes.len(), delivery.attempt()), (1, 2_000, 1));
    delivery.ack().await.unwrap();
}

#[tokio::test]
async fn a_memory_that_takes_what_the_server_does_not_send_is_refused() {
    let path = path();
    let limits = UnixLimits { bytes: 1_000, ..UnixLimits::default() };
    let hub = Memory::new(Limits { bytes: 1_001, ..Limits::default() }, VirtualClock::new(), VirtualClock::new());
    let bound = UnixServer::with(&path, 0o600, limits, hub).await;
    assert!(matches!(bound, Err(BindError::TooLarge { bytes: 1_001, limit: 1_000 })), "{bound:?}");
    assert!(!path.exists());
}

#[tokio::test]
async fn subscriptions_take_no_room_from_those_who_ask_and_who_settle_needs_none() {
    let path = path();
    let limits = UnixLimits { in_flight: 1, ..UnixLimits::default() };
    let server = server(&path, limits).await;
    let mut incoming = server.listen(ECHO).await.unwrap();
    let client = client(&path, limits);
    soon(async {
        let mut first = client.subscribe(NEWS, "first").await.unwrap();
        let mut second = client.subscribe(NEWS, "second").await.unwrap();
        for id in 0..3 {
            client.publish(NEWS, parcel(id, 8)).await.unwrap();
            first.next().await.unwrap().unwrap().ack().await.unwrap();
        }
        // As many as may be in flight wait for an answer, and so do others.
        let asking = join(client.request(ECHO, number(1), None), client.request(ECHO, number(2), None));
        let serving = async {
            let request = incoming.next().await.unwrap();
            for id in 0..3 {
                let delivery = second.next().await.unwrap().unwrap();
                assert_eq!(delivery.parcel().id, id);
                delivery.ack().await.unwrap();
            }
            for request in [Some(request), None] {
                let request = match request {
                    Some(request) => request,
                    None => incoming.next().await.unwrap(),
                };
                let Answer::One(responder) = request.answer else { panic!("nobody asked for many") };
                responder.answer(request.bytes).await.unwrap();
            }
        };
        let (answers, ()) = join(asking, serving).await;
        assert_eq!(answers, (Ok(number(1)), Ok(number(2))));
    })
    .await;
}

#[tokio::test]
async fn subscriptions_of_a_peer_are_bounded() {
    let path = path();
    let limits = UnixLimits { subscriptions: 2, ..UnixLimits::default() };
    let _server = server(&path, limits).await;
    let client = client(&path, limits);
    let _first = client.subscribe(NEWS, "first").await.unwrap();
    let second = client.subscribe(NEWS, "second").await.unwrap();
    assert_eq!(client.subscribe(NEWS, "first").await.err(), Some(TransportError::Refused));
    drop(second);
    // What is dropped is told before what comes after it.
    assert!(client.subscribe(NEWS, "first").await.is_ok());
}

#[tokio::test]
async fn groups_that_peers_make_are_bounded_and_end_when_nobody_comes_back() {
    let (path, clock) = (path(), VirtualClock::new());
    let limits = UnixLimits { groups: 2, ..UnixLimits::default() };
    let server = virtual_server(&path, limits, &clock).await;
    let client = client(&path, limits);
    soon(async {
        let stays = client.subscribe(NEWS, "stays").await.unwrap();
        drop(client.subscribe(Endpoint::new("other"), "goes").await.unwrap());
        for n in 0..100 {
            // At an endpoint of its own, or at one that is there.
            let endpoint = format!("endpoint {n}");
            let refused = client.subscribe(Endpoint::new(&endpoint), "group").await.err();
            assert_eq!(refused, Some(TransportError::Refused));
            assert_eq!(client.subscribe(NEWS, &endpoint).await.err(), Some(TransportError::Refused));
        }
        // A group that is there has room for all, and what the server's own side makes is its own affair.
        let _shared = client.subscribe(NEWS, "stays").await.unwrap();
        let _back = client.subscribe(Endpoint::new("other"), "goes").await.unwrap();
        let _own = server.subscribe(Endpoint::new("own"), "own").await.unwrap();
        drop(stays);
        drop(_back);
        turns().await;
        clock.advance(Limits::default().retention);
        let _new = client.subscribe(Endpoint::new("new"), "new").await.unwrap();
        assert_eq!(client.subscribe(NEWS, "one more").await.err(), Some(TransportError::Refused));
    })
    .await;
}

#[tokio::test]
async fn a_group_that_a_peer_has_left_stops_no_publisher_for_ever() {
    let (path, clock) = (path(), VirtualClock::new());
    let server = virtual_server(&path, UnixLimits::default(), &clock).await;
    let mut own = server.subscribe(NEWS, "own").await.unwrap();
    let client = client(&path, UnixLimits::default());
    drop(client.subscribe(NEWS, "gone").await.unwrap());
    turns().await;
    let queued = Limits::default().queued as u64;
    for id in 0..queued {
        server.publish(NEWS, parcel(id, 8)).await.unwrap();
        own.next().await.unwrap().unwrap().ack().await.unwrap();
    }
    let mut publishing = Box::pin(server.publish(NEWS, parcel(queued, 8)));
    assert!(poll_immediate(&mut publishing).await.is_none(), "a full group took another parcel");
    clock.advance(Limits::default().retention);
    soon(publishing).await.unwrap();
    assert_eq!(own.next().await.unwrap().unwrap().parcel().id, queued);
}

#[tokio::test]
async fn what_a_lost_peer_had_comes_again_at_once() {
    let (path, clock) = (path(), VirtualClock::new());
    let server = virtual_server(&path, UnixLimits::default(), &clock).await;
    let mut raw = Raw::greeted(&path).await;
    raw.send(&subscribe(0, "news", "readers", 1)).await;
    assert_eq!(raw.frame().await.unwrap()[0], 4);
    for id in 1..4 {
        server.publish(NEWS, parcel(id, 8).keyed(5)).await.unwrap();
    }
    let delivery = raw.frame().await.unwrap();
    assert_eq!((delivery[0], &delivery[17..21]), (12, &[0, 0, 0, 1][..]), "a delivery, and its first attempt");
    let mut own = server.subscribe(NEWS, "readers").await.unwrap();
    assert!(poll_immediate(&mut Box::pin(own.next())).await.is_none(), "its key is out");
    drop(raw);
    // No time passes.
    for (id, attempt) in [(1, 2), (2, 1), (3, 1)] {
        let delivery = soon(own.next()).await.unwrap().unwrap();
        assert_eq!((delivery.parcel().id, delivery.attempt()), (id, attempt));
        delivery.ack().await.unwrap();
    }
}

/// Settling after a `close` that was dropped and a connection that was lost.
#[tokio::test]
async fn who_settles_on_what_is_closed_and_lost_is_told() {
    use catga::transport::Transport as _;
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    let client = client(&path, UnixLimits::default());
    let mut subscription = client.subscribe(NEWS, "readers").await.unwrap();
    client.publish(NEWS, parcel(1, 8)).await.unwrap();
    client.publish(NEWS, parcel(2, 8)).await.unwrap();
    let first = subscription.next().await.unwrap().unwrap();
    let second = subscription.next().await.unwrap().unwrap();
    {
        let mut closing = Box::pin(client.close(Duration::from_secs(3_600)));
        assert!(poll_immediate(&mut closing).await.is_none());
    }
    // It still settles.
    soon(first.ack()).await.unwrap();
    server.close(Duration::ZERO).await;
    drop(server);
    turns().await;
    let told = soon(second.ack()).await;
    assert!(matches!(told, Err(TransportError::Closed | TransportError::Lost)), "{told:?}");
    assert_eq!(client.publish(NEWS, parcel(3, 8)).await, Err(TransportError::Closed));
}
