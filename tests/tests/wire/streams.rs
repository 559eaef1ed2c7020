//! Rows over a transport: who does not read holds up who makes them.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::{Listens, Requests};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

#[query(stream = u64)]
#[derive(Debug, Serialize, Deserialize)]
struct Numbers {
    up_to: u64,
}

#[contract(endpoint = "numbers")]
struct NumbersApi(#[stream] Numbers);

#[derive(Default)]
struct Made {
    rows: AtomicU64,
    dropped: Notify,
}

struct Dropped(Arc<Made>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.dropped.notify_one();
    }
}

struct Source(Arc<Made>);

#[handler]
impl Source {
    fn numbers(&self, query: Numbers) -> impl Stream<Item = u64> {
        let dropped = Dropped(Arc::clone(&self.0));
        stream::iter(0..query.up_to).inspect(move |_| {
            dropped.0.rows.fetch_add(1, SeqCst);
        })
    }
}

#[mediator(serves(NumbersApi))]
struct There {
    source: Source,
}

#[mediator]
struct Here<T: Requests> {
    numbers: Remote<T, NumbersApi>,
}

/// How many rows may be on their way: what both transports let wait unread unless told otherwise, and one or two in
/// the hands of each side.
const WINDOW: u64 = 64 + 4;
const ROWS: u64 = 5_000;

async fn holds_up<L: Listens, T: Requests>(serving: L, calling: T) {
    let made = Arc::new(Made::default());
    let there = There { source: Source(Arc::clone(&made)) };
    let here = Here { numbers: Remote::new(calling) };
    let (server, stop) = (Server::new(serving), Cancel::new());
    let asking = async {
        let mut rows = pin!(here.stream(Numbers { up_to: ROWS }));
        assert_eq!(rows.next().await, Some(Ok(0)));
        // Nobody reads meanwhile, and there is time to make all of them.
        for _ in 0..2_000 {
            tokio::task::yield_now().await;
        }
        let ahead = made.rows.load(SeqCst);
        assert!((1..=WINDOW + 1).contains(&ahead), "{ahead} rows were made, and one was read");
        for row in 1..ROWS {
            assert_eq!(rows.next().await, Some(Ok(row)));
            let ahead = made.rows.load(SeqCst) - row;
            assert!(ahead <= WINDOW + 1, "{ahead} rows ahead at {row}");
        }
        assert_eq!(rows.next().await, None);
        made.dropped.notified().await;

        // Who goes in the middle ends them there.
        made.rows.store(0, SeqCst);
        {
            let mut rows = pin!(here.stream(Numbers { up_to: u64::MAX }));
            assert_eq!(rows.next().await, Some(Ok(0)));
        }
        made.dropped.notified().await;
        assert!(made.rows.load(SeqCst) <= WINDOW + 1);
        stop.cancel();
    };
    let (served, ()) = tokio::join!(server.serve::<NumbersApi, _>(&there, &stop), asking);
    assert_eq!(served.unwrap().rejected, 0);
}

#[tokio::test]
async fn in_memory_rows_wait_for_their_reader() {
    let wire = Memory::default();
    holds_up(wire.clone(), wire).await;
}

#[cfg(unix)]
#[tokio::test]
async fn over_a_socket_rows_wait_for_their_reader() {
    use catga::transport::unix::{UnixClient, UnixServer};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers.sock");
    let server = UnixServer::bind(&path).await.unwrap();
    holds_up(server, UnixClient::new(&path)).await;
}
