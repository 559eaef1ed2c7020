//! Limits act.

use std::time::Duration;

use bytes::Bytes;
use catga::time::{SystemRandom, TokioTimer};
use catga::transport::unix::{UnixClient, UnixLimits};
use catga::transport::{Answer, Incoming, Listens, Requests, Responder, Transport, TransportError};

use crate::raw::{Raw, request};
use crate::{ECHO, echoing, number, path, server, turns};

#[tokio::test]
async fn more_connections_than_there_may_be_are_closed() {
    let path = path();
    let server = server(&path, UnixLimits { connections: 2, ..UnixLimits::default() }).await;
    let _echo = echoing(&server).await;
    let first = Raw::greeted(&path).await;
    let mut second = Raw::greeted(&path).await;
    let mut third = Raw::connect(&path).await;
    assert_eq!(third.frame().await, None);
    second.send(&request(0, 0, "echo", b"still served")).await;
    assert!(second.frame().await.is_some());
    // There is room again when one goes.
    drop(first);
    while server.connections() > 1 {
        tokio::task::yield_now().await;
    }
    let client = UnixClient::with(
        &path,
        UnixLimits { pause: Duration::from_millis(1), ..UnixLimits::default() },
        TokioTimer,
        SystemRandom,
    );
    while client.request(ECHO, number(1), None).await != Ok(number(1)) {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn the_smaller_frame_of_both_sides_holds() {
    let path = path();
    let server = server(&path, UnixLimits { bytes: 1_000, ..UnixLimits::default() }).await;
    let _echo = echoing(&server).await;
    let client = UnixClient::new(&path);
    let fits = Bytes::from(vec![1; 1_000]);
    assert_eq!(client.request(ECHO, fits.clone(), None).await, Ok(fits));
    let large = client.request(ECHO, Bytes::from(vec![1; 1_001]), None).await;
    assert_eq!(large, Err(TransportError::TooLarge { bytes: 1_001, limit: 1_000 }));
}

/// Asks for more than anybody would keep, and reads none of it.
#[tokio::test]
async fn a_peer_that_does_not_read_is_read_no_more() {
    const ANSWER: usize = 64 * 1_024;
    let path = path();
    let limits = UnixLimits { buffer: 256 * 1_024, stall: Duration::from_secs(3_600), ..UnixLimits::default() };
    let server = server(&path, limits).await;
    let mut incoming = server.listen(ECHO).await.unwrap();
    let answered = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&answered);
    let serving = tokio::spawn(async move {
        while let Some(taken) = incoming.next().await {
            let Answer::One(responder) = taken.answer else { continue };
            let _gone = responder.answer(Bytes::from(vec![0; ANSWER])).await;
            count.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
    });
    let raw = Raw::greeted(&path).await;
    // Each with a body, so that the system's buffers are full soon after the server reads no more.
    let body = vec![0; 16 * 1_024];
    let (mut sent, mut refusals) = (0_u32, 0);
    let mut frame = request(0, 0, "echo", &body);
    // Nothing goes out for many turns of everybody else: then nobody reads.
    while refusals < 5_000 {
        match raw.0.try_write(&frame) {
            Ok(written) => {
                refusals = 0;
                frame.drain(..written);
                if frame.is_empty() {
                    sent += 1;
                    assert!(sent < 4_000, "it is read on and on");
                    frame = request(sent % 64, sent / 64, "echo", &body);
                    // It is answered first where it can be: no more may be in flight than there are slots.
                    tokio::task::yield_now().await;
                }
            }
            Err(error) => {
                assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock);
                refusals += 1;
                tokio::task::yield_now().await;
            }
        }
    }
    // What it keeps: its buffer, and what was in flight when that was full.
    let kept = answered.load(std::sync::atomic::Ordering::SeqCst) * ANSWER;
    assert!(kept <= 256 * 1_024 + 65 * ANSWER, "{kept} bytes are kept for a peer that does not read");
    // Others are served meanwhile.
    let client = UnixClient::new(&path);
    assert_eq!(client.request(ECHO, number(1), None).await.map(|answer| answer.len()), Ok(ANSWER));
    serving.abort();
}

#[tokio::test]
async fn a_peer_that_does_not_read_for_too_long_is_let_go() {
    let path = path();
    let clock = catga::testing::VirtualClock::new();
    let hub = catga::transport::memory::Memory::new(Default::default(), clock.clone(), clock.clone());
    let limits = UnixLimits { stall: Duration::from_secs(10), ..UnixLimits::default() };
    let server = catga::transport::unix::UnixServer::with(&path, 0o600, limits, hub).await.unwrap();
    let mut incoming = server.listen(ECHO).await.unwrap();
    let mut raw = Raw::greeted(&path).await;
    // Until its writer waits for the system, which holds no more.
    for slot in 0.. {
        raw.send(&request(slot, 0, "echo", b"")).await;
        let Answer::One(responder) = incoming.next().await.unwrap().answer else { panic!("nobody asked for many") };
        responder.answer(Bytes::from(vec![0; 1_000_000])).await.unwrap();
        turns().await;
        if clock.waiting() > 0 {
            break;
        }
    }
    assert_eq!(server.connections(), 1);
    clock.advance(Duration::from_secs(10));
    while server.connections() > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_server_that_stops_serves_no_more() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    let echo = echoing(&server).await;
    let mut raw = Raw::greeted(&path).await;
    let client = UnixClient::new(&path);
    assert_eq!(client.request(ECHO, number(1), None).await, Ok(number(1)));
    assert!(server.close(Duration::from_secs(120)).await.is_nothing());
    assert_eq!(echo.await.unwrap(), 1);
    // Goaway, and the door.
    assert_eq!(raw.frame().await, Some(vec![1]));
    assert_eq!(raw.frame().await, None);
    assert!(tokio::net::UnixStream::connect(&path).await.is_err());
    let late = client.request(ECHO, number(2), None).await;
    assert!(matches!(late, Err(TransportError::Refused | TransportError::Unreachable)), "{late:?}");
}
