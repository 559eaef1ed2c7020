//! The Unix socket transport where the suite cannot look: peers that break the rules, lost connections,
//! limits, and the socket's file.

mod bounds;
mod file;
mod loss;
mod peers;
mod raw;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use catga::transport::memory::Memory;
use catga::transport::unix::{BindError, UnixLimits, UnixServer};
use catga::transport::{Answer, Endpoint, Incoming, Listens, Responder};

const ECHO: Endpoint<'static> = Endpoint::new("echo");

fn path() -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("catga-unix-{}-{number}", std::process::id()))
}

/// A server; the one before it, which was dropped, may take a moment to go.
async fn server(path: &PathBuf, limits: UnixLimits) -> UnixServer {
    loop {
        match UnixServer::with(path, 0o600, limits, Memory::default()).await {
            Err(BindError::Taken) => tokio::task::yield_now().await,
            bound => return bound.unwrap(),
        }
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

fn number(number: u64) -> Bytes {
    Bytes::copy_from_slice(&number.to_be_bytes())
}
