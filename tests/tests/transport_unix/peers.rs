//! What a peer may do, and what it may not.

use std::time::Duration;

use catga::testing::{SeededRandom, VirtualClock};
use catga::transport::memory::{Limits, Memory};
use catga::transport::unix::{UnixClient, UnixLimits, UnixServer};
use catga::transport::{Requests, Transport, TransportError};
use futures_util::future::join_all;

use crate::raw::{HELLO, Raw, answer, framed, request};
use crate::{ECHO, echoing, number, path, server};

#[tokio::test]
async fn ten_requests_in_one_write_are_ten() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    let _echo = echoing(&server).await;
    let mut raw = Raw::greeted(&path).await;
    let all: Vec<u8> = (0..10).flat_map(|slot| request(slot, 1, "echo", &slot.to_be_bytes())).collect();
    raw.send(&all).await;
    for slot in 0..10_u32 {
        assert_eq!(raw.frame().await.unwrap(), answer(slot, 1, &slot.to_be_bytes()));
    }
}

#[tokio::test]
async fn a_request_in_pieces_is_one() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    let _echo = echoing(&server).await;
    let mut raw = Raw::connect(&path).await;
    // The hello too, and the first request right behind it.
    let mut all = framed(&HELLO);
    all.extend(request(3, 7, "echo", b"in pieces"));
    for byte in all {
        raw.send(&[byte]).await;
        tokio::task::yield_now().await;
    }
    assert_eq!(raw.frame().await.unwrap()[..7], HELLO[..7]);
    assert_eq!(raw.frame().await.unwrap(), answer(3, 7, b"in pieces"));
}

#[tokio::test]
async fn those_who_say_nothing_or_nonsense_hold_up_nobody() {
    let path = path();
    let limits = UnixLimits { handshake: Duration::from_secs(5), ..UnixLimits::default() };
    let clock = VirtualClock::new();
    let hub = Memory::new(Limits::default(), clock.clone(), clock.clone());
    let server = UnixServer::with(&path, 0o600, limits, hub).await.unwrap();
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(Raw::connect(&path).await);
    }
    let mut nonsense = Vec::new();
    let mut other_version = HELLO;
    other_version[6] = 9;
    let sent = [
        b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        framed(&other_version),
        framed(&request(0, 0, "echo", b"before the hello")[4..]),
        framed(&[]),
        vec![0xff; 64],
    ];
    for bytes in sent {
        let mut raw = Raw::connect(&path).await;
        raw.send(&bytes).await;
        nonsense.push(raw);
    }
    // Each of those is told nothing but the hello, and the door.
    for mut raw in nonsense {
        assert!(raw.frame().await.is_some());
        assert_eq!(raw.frame().await, None);
    }
    // And the next is served.
    let client = UnixClient::with(&path, limits, clock.clone(), SeededRandom::new(1));
    let nobody = client.request(ECHO, number(1), None).await;
    assert_eq!(nobody, Err(TransportError::NobodyListens));
    // The silent are shown the door when their time is over; their hellos are there by then.
    for raw in &mut silent {
        assert!(raw.frame().await.is_some());
    }
    clock.advance(Duration::from_secs(5));
    for raw in &mut silent {
        assert_eq!(raw.frame().await, None);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn a_slot_used_twice_ends_that_connection_alone() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    use catga::transport::Listens;
    let _held = server.listen(ECHO).await.unwrap();
    let mut raw = Raw::greeted(&path).await;
    raw.send(&[request(1, 1, "echo", b"a"), request(1, 2, "echo", b"b")].concat()).await;
    assert_eq!(raw.frame().await, None);
    let mut raw = Raw::greeted(&path).await;
    // More in flight than both sides have said: 64.
    let all: Vec<u8> = (0..65).flat_map(|slot| request(slot, 1, "echo", b"")).collect();
    raw.send(&all).await;
    assert_eq!(raw.frame().await, None);
    let mut raw = Raw::greeted(&path).await;
    // Larger than both sides have said: 1 MiB.
    raw.send(&(1_048_577_u32).to_be_bytes()).await;
    assert_eq!(raw.frame().await, None);
    let client = UnixClient::new(&path);
    assert_eq!(client.request("other".into(), number(1), None).await, Err(TransportError::NobodyListens));
}

#[tokio::test]
async fn who_takes_nothing_in_flight_does_not_speak_this_protocol() {
    let path = path();
    let _server = server(&path, UnixLimits::default()).await;
    let mut nothing = HELLO;
    nothing[14] = 0;
    let mut raw = Raw::connect(&path).await;
    raw.send(&framed(&nothing)).await;
    assert!(raw.frame().await.is_some());
    assert_eq!(raw.frame().await, None);
    // Nor does a server.
    let other = crate::path();
    let listener = tokio::net::UnixListener::bind(&other).unwrap();
    let client = UnixClient::new(&other);
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let mut raw = Raw(stream);
        raw.send(&framed(&nothing)).await;
        raw
    };
    let (answer, _raw) = futures_util::future::join(crate::soon(client.request(ECHO, number(1), None)), serving).await;
    assert_eq!(answer, Err(TransportError::Incompatible));
    std::fs::remove_file(other).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_is_answered_whole_and_not_crossed() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    let echo = echoing(&server).await;
    let clients: Vec<_> = (0..4).map(|_| UnixClient::new(&path)).collect();
    let callers = clients.iter().zip(0..).flat_map(|(client, of)| {
        (0..1_000).map(move |n| async move {
            let sent = number(of << 32 | n);
            assert_eq!(client.request(ECHO, sent.clone(), None).await, Ok(sent));
        })
    });
    join_all(callers).await;
    for client in clients {
        assert!(client.close(Duration::from_secs(120)).await.is_nothing());
    }
    assert!(server.close(Duration::from_secs(120)).await.is_nothing());
    assert_eq!(echo.await.unwrap(), 4_000);
}
