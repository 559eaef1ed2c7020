//! Peers that do not read, or hardly.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use bytes::Bytes;
use catga::testing::VirtualClock;
use catga::transport::unix::{UnixClient, UnixLimits};
use catga::transport::{
    Answer, Delivers, Delivery, Endpoint, Incoming, Listens, Parcel, Requests, Responder, Subscription,
};

use crate::raw::{Raw, request, subscribe};
use crate::{ECHO, number, path, server, soon, system, turns, virtual_server};

const BUFFER: usize = 256 * 1_024;

/// An answer of which a few are more than the server and the system hold together.
fn large(system: usize) -> usize {
    ((BUFFER + system) / 16).max(64 * 1_024)
}

fn limits() -> UnixLimits {
    UnixLimits { buffer: BUFFER, stall: Duration::from_secs(3_600), ..UnixLimits::default() }
}

#[tokio::test]
async fn what_is_kept_for_one_that_does_not_read_is_counted_in_bytes() {
    let (path, system) = (path(), system());
    let large = large(system);
    let server = server(&path, limits()).await;
    let mut incoming = server.listen(ECHO).await.unwrap();
    let answered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&answered);
    let serving = tokio::spawn(async move {
        while let Some(taken) = incoming.next().await {
            let Answer::One(responder) = taken.answer else { continue };
            let _gone = responder.answer(Bytes::from(vec![0; large])).await;
            count.fetch_add(1, SeqCst);
            // Its writer has a turn.
            tokio::task::yield_now().await;
        }
    });
    // All that may be in flight, in one write: the server reads them before anything is answered.
    let mut raw = Raw::greeted(&path).await;
    let all: Vec<u8> = (0..64).flat_map(|slot| request(slot, 0, "echo", b"")).collect();
    raw.send(&all).await;
    turns().await;
    let kept = answered.load(SeqCst) * large;
    assert!(kept > 0 && kept <= BUFFER + system + large, "{kept} bytes are kept for a peer that does not read");
    // Those that come after are for others.
    let client = UnixClient::new(&path);
    assert_eq!(soon(client.request(ECHO, number(1), None)).await.map(|answer| answer.len()), Ok(large));
    // As soon as it reads it gets all of them.
    for _ in 0..64 {
        assert_eq!(soon(raw.frame()).await.unwrap().len(), 9 + large);
    }
    assert_eq!(answered.load(SeqCst), 65);
    serving.abort();
}

/// Takes requests and answers them with much.
async fn answer_all(mut incoming: impl Incoming, large: usize, answered: &AtomicUsize) {
    while let Some(taken) = incoming.next().await {
        let Answer::One(responder) = taken.answer else { continue };
        let _gone = responder.answer(Bytes::from(vec![0; large])).await;
        answered.fetch_add(1, SeqCst);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn what_may_be_taken_again_is_taken_by_whoever_is_idle() {
    const ALL: usize = 40;
    let (path, large) = (path(), large(system()));
    let server = server(&path, limits()).await;
    let (first, second) = (server.listen(ECHO).await.unwrap(), server.listen(ECHO).await.unwrap());
    let answered = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&answered);
    let idle = tokio::spawn(async move { answer_all(second, large, &count).await });
    let mut raw = Raw::greeted(&path).await;
    let all: Vec<u8> = (0..ALL as u32).flat_map(|slot| request(slot, 0, "echo", b"")).collect();
    raw.send(&all).await;
    {
        // Both take them until the peer is seen not to read; then this one goes.
        let taking = answer_all(first, large, &answered);
        tokio::select! {
            () = taking => panic!("the server has closed"),
            () = turns() => {}
        }
    }
    let before = answered.load(SeqCst);
    assert!(before < ALL, "a peer that does not read was answered on and on");
    let reading = tokio::spawn(async move {
        for _ in 0..ALL {
            assert_eq!(raw.frame().await.unwrap().len(), 9 + large);
        }
    });
    soon(reading).await.unwrap();
    assert_eq!(answered.load(SeqCst), ALL);
    idle.abort();
}

#[tokio::test]
async fn deliveries_wait_for_one_that_does_not_read_and_go_to_others() {
    const NEWS: Endpoint<'static> = Endpoint::new("news");
    const ALL: usize = 200;
    let (path, system) = (path(), system());
    let large = large(system);
    let server = server(&path, limits()).await;
    let mut raw = Raw::greeted(&path).await;
    raw.send(&subscribe(0, "news", "readers", u32::MAX)).await;
    let subscribed = raw.frame().await.unwrap();
    // Answered: slot and generation, how long a delivery may take, and how many are sent: as many as may be in flight.
    assert_eq!((subscribed[0], &subscribed[17..]), (4, &64_u32.to_be_bytes()[..]));
    for id in 0..ALL as u64 {
        server.publish(NEWS, Parcel::new(id, Bytes::from(vec![0; large]))).await.unwrap();
    }
    turns().await;
    let mut own = server.subscribe(NEWS, "readers").await.unwrap();
    let least = ALL - (BUFFER + system) / large - 1;
    for _ in 0..least {
        soon(own.next()).await.unwrap().unwrap().ack().await.unwrap();
    }
}

#[tokio::test]
async fn one_that_reads_a_little_now_and_then_is_let_go_too() {
    const LITTLE: usize = 48 * 1_024;
    let (path, clock) = (path(), VirtualClock::new());
    let limits = UnixLimits { stall: Duration::from_secs(10), buffer: 16 << 20, ..UnixLimits::default() };
    let server = virtual_server(&path, limits, &clock).await;
    let mut incoming = server.listen(ECHO).await.unwrap();
    let mut raw = Raw::greeted(&path).await;
    for slot in 0..16 {
        raw.send(&request(slot, 0, "echo", b"")).await;
        let Answer::One(responder) = incoming.next().await.unwrap().answer else { panic!("nobody asked for many") };
        responder.answer(Bytes::from(vec![0; 512 << 10])).await.unwrap();
    }
    let (mut read, mut some) = (0, vec![0; LITTLE]);
    loop {
        turns().await;
        if server.connections() == 0 {
            break;
        }
        // Never so long that nothing at all is written.
        clock.advance(Duration::from_secs(6));
        turns().await;
        if server.connections() == 0 {
            break;
        }
        use tokio::io::AsyncReadExt as _;
        raw.0.read_exact(&mut some).await.unwrap();
        read += LITTLE;
        assert!(read < 2 << 20, "it is written to for ever");
    }
}
