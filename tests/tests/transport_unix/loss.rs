//! Connections that are lost, and servers that come back.

use std::time::Duration;

use catga::error::{Class, Classify};
use catga::transport::unix::{UnixClient, UnixLimits};
use catga::transport::{Incoming, Listens, Requests, Transport, TransportError};
use futures_util::future::join;
use tokio::io::AsyncReadExt;
use tokio::net::UnixListener;

use crate::raw::{HELLO, Raw, framed};
use crate::{ECHO, echoing, number, path, server, system};

#[tokio::test]
async fn nobody_is_there() {
    let client = UnixClient::new(path());
    let answer = client.request(ECHO, number(1), None).await;
    assert_eq!(answer, Err(TransportError::Unreachable));
    assert_eq!(answer.unwrap_err().class(), Class::Transient);
}

#[tokio::test]
async fn what_was_written_and_lost_is_unknown() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    let mut incoming = server.listen(ECHO).await.unwrap();
    let client = UnixClient::new(&path);
    let (answer, ()) = join(client.request(ECHO, number(1), None), async {
        let _taken = incoming.next().await.unwrap();
        // As if it were killed: nobody is told.
        drop(server);
        incoming.next().await;
    })
    .await;
    assert!(matches!(answer, Err(TransportError::Lost | TransportError::Unanswered)), "{answer:?}");
    assert_eq!(answer.unwrap_err().class(), Class::Unknown);
}

#[tokio::test]
async fn what_was_not_written_is_transient() {
    let path = path();
    let listener = UnixListener::bind(&path).unwrap();
    // A server that greets and then reads nothing: what is beyond the system's buffers is not written.
    let client = UnixClient::new(&path);
    let large = bytes::Bytes::from(vec![0; system().max(8 * 1_024 * 1_024)]);
    let first = client.request(ECHO, large, None);
    let second = client.request(ECHO, number(2), None);
    let serving = async {
        let (stream, _) = listener.accept().await.unwrap();
        let mut raw = Raw(stream);
        raw.send(&framed(&[&HELLO[..7], &[2, 0, 0, 0], &HELLO[11..]].concat())).await;
        assert!(raw.frame().await.is_some());
        // The first byte of the first request has come; the second cannot be written before it is read.
        raw.0.read_u8().await.unwrap();
        raw
    };
    let ((first, second), _) = join(join(first, second), async { drop(serving.await) }).await;
    assert_eq!(first, Err(TransportError::Lost));
    assert_eq!(second, Err(TransportError::Unreachable));
    std::fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn a_server_that_comes_back_is_found() {
    let path = path();
    let limits = UnixLimits { pause: Duration::from_millis(1), ..UnixLimits::default() };
    let client = UnixClient::with(&path, limits, catga::time::TokioTimer, catga::time::SystemRandom);
    for round in 0..3 {
        let server = server(&path, limits).await;
        let echo = echoing(&server).await;
        let mut tries = 0;
        loop {
            match client.request(ECHO, number(round), None).await {
                Ok(answer) => break assert_eq!(answer, number(round)),
                // It has not tried again yet, or has written to the old one before it saw that go.
                Err(error) => {
                    let is_told = error == TransportError::Lost || error.class() == Class::Transient;
                    assert!(is_told, "{error:?}");
                }
            }
            tries += 1;
            assert!(tries < 10_000);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(server.close(Duration::from_secs(120)).await.is_nothing());
        echo.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_everybody_is_told_and_nobody_gets_anothers_answer() {
    let path = path();
    let limits = UnixLimits { pause: Duration::from_millis(1), in_flight: 32, ..UnixLimits::default() };
    let client = UnixClient::with(&path, limits, catga::time::TokioTimer, catga::time::SystemRandom);
    let callers: Vec<_> = (0..16_u64)
        .map(|of| {
            let client = client.clone();
            tokio::spawn(async move {
                let (mut answered, mut n) = (0, 0);
                while answered < 500 {
                    n += 1;
                    let sent = number(of << 32 | n);
                    match client.request(ECHO, sent.clone(), None).await {
                        Ok(answer) => {
                            assert_eq!(answer, sent);
                            answered += 1;
                        }
                        Err(error) => {
                            assert!(matches!(error.class(), Class::Transient | Class::Unknown), "{error:?}");
                            tokio::time::sleep(Duration::from_millis(1)).await;
                        }
                    }
                }
            })
        })
        .collect();
    // Servers come and go, without a word, until everybody has enough answers.
    while callers.iter().any(|caller| !caller.is_finished()) {
        let server = server(&path, limits).await;
        let mut incoming = server.listen(ECHO).await.unwrap();
        for _ in 0..1_500 {
            let next = tokio::time::timeout(Duration::from_secs(5), incoming.next());
            if callers.iter().all(|caller| caller.is_finished()) {
                break;
            }
            let Ok(Some(request)) = next.await else { break };
            let catga::transport::Answer::One(responder) = request.answer else { panic!("nobody asked for many") };
            let _gone = catga::transport::Responder::answer(responder, request.bytes).await;
        }
        drop((incoming, server));
    }
    for caller in callers {
        caller.await.unwrap();
    }
}

#[tokio::test]
async fn a_client_that_is_dropped_lets_go() {
    let path = path();
    let server = server(&path, UnixLimits::default()).await;
    let mut incoming = server.listen(ECHO).await.unwrap();
    let client = UnixClient::new(&path);
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.request(ECHO, number(1), None).await }
    });
    let catga::transport::Answer::One(mut responder) = incoming.next().await.unwrap().answer else {
        panic!("nobody asked for many")
    };
    assert_eq!(server.connections(), 1);
    asking.abort();
    drop(client);
    catga::transport::Responder::cancelled(&mut responder).await;
    while server.connections() > 0 {
        tokio::task::yield_now().await;
    }
}
