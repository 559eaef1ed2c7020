//! The Unix socket transport where the suite cannot look: peers that break the rules, lost connections,
//! limits, and the socket's file.

mod bounds;
mod deliveries;
mod file;
mod loss;
mod peers;
mod raw;
mod slow;

use std::path::PathBuf;
use std::time::Duration;

use bytes::Bytes;
use catga::testing::VirtualClock;
use catga::time::{Random as _, SystemRandom};
use catga::transport::memory::{Limits, Memory};
use catga::transport::unix::{BindError, UnixLimits, UnixServer};
use catga::transport::{Answer, Endpoint, Incoming, Listens, Responder};

const ECHO: Endpoint<'static> = Endpoint::new("echo");

/// By chance, as a socket of a process that was killed stays, and its number is another's by now.
fn path() -> PathBuf {
    std::env::temp_dir().join(format!("catga-unix-{:016x}", SystemRandom.next()))
}

/// A server; the one before it, which was dropped, may take a moment to go.
async fn server(path: &PathBuf, limits: UnixLimits) -> UnixServer {
    loop {
        let hub = Memory::new(held(limits), catga::time::SystemClock, catga::time::TokioTimer);
        match UnixServer::with(path, 0o600, limits, hub).await {
            Err(BindError::Taken) => tokio::task::yield_now().await,
            bound => return bound.unwrap(),
        }
    }
}

/// No more bytes than the server sends.
fn held(limits: UnixLimits) -> Limits {
    Limits { bytes: limits.bytes as usize, ..Limits::default() }
}

/// A server on virtual time.
async fn virtual_server(
    path: &PathBuf,
    limits: UnixLimits,
    clock: &VirtualClock,
) -> UnixServer<VirtualClock, VirtualClock> {
    let hub = Memory::new(held(limits), clock.clone(), clock.clone());
    UnixServer::with(path, 0o600, limits, hub).await.unwrap()
}

/// What comes; nothing that is right waits for so long.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(300), future).await.expect("it waits for what does not come")
}

/// Lets all that is ready go on, sockets too.
async fn turns() {
    for _ in 0..2_000 {
        tokio::task::yield_now().await;
    }
}

/// Listens, and answers everything with what was sent until the server closes; answers with how many there
/// were.
async fn echoing(server: &UnixServer) -> tokio::task::JoinHandle<usize> {
    let mut incoming = server.listen(ECHO).await.unwrap();
    tokio::spawn(async move {
        let mut count = 0;
        while let Some(request) = incoming.next().await {
            count += 1;
            let Answer::One(responder) = request.answer else { continue };
            let _gone = responder.answer(request.bytes).await;
        }
        count
    })
}

/// How many bytes the system holds of what was written to a socket and is not read, at the most: twice as many as it takes
/// here, as large pieces take less room besides their bytes.
fn system() -> usize {
    use std::io::{ErrorKind, Write as _};
    let (mut writer, _reader) = std::os::unix::net::UnixStream::pair().unwrap();
    writer.set_nonblocking(true).unwrap();
    let (piece, mut taken) = (vec![0; 64 * 1_024], 0);
    loop {
        match writer.write(&piece) {
            Ok(bytes) => taken += bytes,
            Err(full) => {
                assert_eq!(full.kind(), ErrorKind::WouldBlock);
                return 2 * taken;
            }
        }
    }
}

fn number(number: u64) -> Bytes {
    Bytes::copy_from_slice(&number.to_be_bytes())
}
