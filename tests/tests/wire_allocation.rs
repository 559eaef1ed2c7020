//! What a request takes from the allocator on its way through bytes. A binary of its own, as it has an
//! allocator of its own, which counts what each thread asks for.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use catga::Remote;
use catga::buffer::{BufferPool, Tier};
use catga::codec::compression::{Lz4, Zstd};
use catga::codec::{Codec as _, Encode as _, Postcard};
use catga::envelope::{Envelope, Kind, WireKey};
use catga::id::Id;
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::unix::{UnixClient, UnixServer};
use catga::wire::{Whole, receive, respond};
use catga_tests::counting::{Counting, allocations, kept};
use futures_util::stream::{self, Stream, StreamExt as _};
use serde::{Deserialize, Serialize};

#[global_allocator]
static COUNTING: Counting = Counting;

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct Charge {
    cents: u64,
    name: [u8; 16],
}

#[event]
#[derive(Serialize, Deserialize)]
struct Charged(u64);

#[query(stream = u64)]
#[derive(Serialize, Deserialize)]
struct Charges(u64);

/// More than a kibibyte, without heap data.
#[command(reply = Page, compress = Zstd)]
#[derive(Serialize, Deserialize)]
struct Print(Page);

#[command(reply = Page, compress = Lz4)]
#[derive(Serialize, Deserialize)]
struct Copy(Page);

type Page = [[u8; 32]; 32];

#[contract]
struct Charging(Charge, #[event] Charged, #[stream] Charges, Print, Copy);

struct Till;

#[handler]
impl Till {
    fn charge(&self, command: Charge) -> u64 {
        command.cents * 2
    }

    fn charged(&self, event: &Charged) {
        assert_eq!(event.0, 4);
    }

    fn charges(&self, query: Charges) -> impl Stream<Item = u64> {
        stream::iter(0..query.0)
    }

    fn print(&self, command: Print) -> Page {
        command.0
    }

    fn copy(&self, command: Copy) -> Page {
        command.0
    }
}

#[mediator]
struct Shop {
    till: Till,
}

#[mediator]
struct Front {
    till: Remote<Memory, Charging>,
}

fn bytes<T: Serialize>(kind: Kind, name: &str, body: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    let envelope = Envelope::new(kind, Id::new(7), WireKey::of(name), Postcard::ID);
    envelope.encode_head(&mut bytes).unwrap();
    Postcard::encode(body, &mut bytes).unwrap();
    bytes
}

/// What a future comes to that waits for nobody, and how often it allocated.
fn counted<T>(future: impl Future<Output = T>) -> (T, u64) {
    let before = allocations();
    let mut future = pin!(future);
    match future.as_mut().poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(output) => (output, allocations() - before),
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn bytes_into_a_handler_and_back_allocate_nothing() {
    let shop = Shop { till: Till };
    let request = bytes(Kind::Command, "Charge", &Charge { cents: 4, name: *b"sixteen letters." });
    let mut out = Whole(Vec::with_capacity(256));
    for _ in 0..3 {
        out.0.clear();
        let (answered, allocations) = counted(respond::<Charging, _, _>(&shop, &request, None, None, &mut out));
        assert_eq!((answered, allocations), (Ok(()), 0));
        assert_eq!(Envelope::decode(&out.0).unwrap().body, [8]);
    }
    let event = bytes(Kind::Event, "Charged", &Charged(4));
    let (heard, allocations) = counted(receive::<Charging, _>(&shop, &event, None, None));
    assert!(matches!(heard, Ok(Ok(()))));
    assert_eq!(allocations, 0);
}

#[test]
fn a_pooled_buffer_as_the_outlet_allocates_nothing_either() {
    let (shop, pool) = (Shop { till: Till }, BufferPool::new());
    let request = bytes(Kind::Command, "Charge", &Charge { cents: 4, name: *b"sixteen letters." });
    let answer = || {
        let mut out = Whole(pool.get(0));
        let (answered, allocations) = counted(respond::<Charging, _, _>(&shop, &request, None, None, &mut out));
        assert_eq!((answered, out.0.is_empty()), (Ok(()), false));
        allocations
    };
    answer();
    assert_eq!(answer(), 0);
    assert_eq!(pool.stats()[Tier::Small].misses, 1);
}

/// Runs both sides by turns, and answers how often a request allocated once all is warm.
fn requests<F: Future<Output = ()>>(mut ask: impl FnMut() -> F, serving: impl Future) -> u64 {
    const WARM: u64 = 16;
    const COUNTED: u64 = 64;
    let mut cx = TaskContext::from_waker(Waker::noop());
    let mut serving = pin!(serving);
    let mut before = 0;
    for n in 0..WARM + COUNTED {
        if n == WARM {
            before = allocations();
        }
        let mut asking = pin!(ask());
        while asking.as_mut().poll(&mut cx).is_pending() {
            assert!(serving.as_mut().poll(&mut cx).is_pending(), "the server has ended");
        }
    }
    let counted = allocations() - before;
    assert_eq!(counted % COUNTED, 0, "not the same for each: {counted}");
    counted / COUNTED
}

/// The two sides, joined in memory: what `ask` takes.
async fn over_memory<F: Future<Output = ()>>(pool: &BufferPool, mut ask: impl FnMut(&'static Front) -> F) -> u64 {
    let (wire, stop) = (Memory::default(), Cancel::new());
    let front: &Front = Box::leak(Box::new(Front { till: Remote::new(wire.clone()).pool(pool.clone()) }));
    let (shop, server) = (Shop { till: Till }, Server::new(wire).pool(pool.clone()));
    let mut serving = pin!(server.serve::<Charging, _>(&shop, &stop));
    // It listens from its first poll on.
    poll_fn(|cx| {
        assert!(serving.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    requests(|| ask(front), serving)
}

/// The hand-over of a pooled buffer as `Bytes`, which counts its clones in memory of its own.
const HAND_OVER: u64 = 1;

#[tokio::test]
async fn a_request_in_memory_allocates_its_two_hand_overs() {
    let pool = BufferPool::new();
    let charge = |front: &'static Front| async {
        assert_eq!(front.send(Charge { cents: 4, name: [7; 16] }).await, Ok(8));
    };
    assert_eq!(over_memory(&pool, charge).await, 2 * HAND_OVER);
    assert_eq!(pool.stats()[Tier::Small].misses, 2, "one each way, used again");
    assert_eq!(pool.stats().total().in_use, 0);
}

#[tokio::test]
async fn a_compressed_request_allocates_no_more() {
    let pool = BufferPool::new();
    let print = |front: &'static Front| async {
        assert_eq!(front.send(Print([[7; 32]; 32])).await, Ok([[7; 32]; 32]));
    };
    assert_eq!(over_memory(&pool, print).await, 2 * HAND_OVER);
    let copy = |front: &'static Front| async {
        assert_eq!(front.send(Copy([[7; 32]; 32])).await, Ok([[7; 32]; 32]));
    };
    assert_eq!(over_memory(&pool, copy).await, 2 * HAND_OVER);
}

#[tokio::test]
async fn a_row_allocates_its_hand_over() {
    let pool = BufferPool::new();
    let rows = |count| {
        let pool = pool.clone();
        async move {
            let read = |front: &'static Front| async move {
                let rows = front.stream(Charges(count)).fold(0, async |sum, row| sum + row.unwrap()).await;
                assert_eq!(rows, count * (count - 1) / 2);
            };
            over_memory(&pool, read).await
        }
    };
    // All that a stream takes once is in both, a queue for 32 too.
    assert_eq!(rows(30).await - rows(20).await, 10 * HAND_OVER);
    assert_eq!(pool.stats().total().in_use, 0);
}

#[mediator]
struct Afar {
    till: Remote<UnixClient, Charging>,
}

/// The two sides, joined by a socket and on one thread: what so many of `ask` take once all is warm, in all.
async fn over_a_socket<F: Future<Output = ()>>(
    pool: &BufferPool,
    times: u64,
    mut ask: impl FnMut(&'static Afar) -> F,
) -> u64 {
    const WARM: u64 = 16;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("till.sock");
    let socket = UnixServer::bind(&path).await.unwrap();
    let server: &Server<UnixServer> = Box::leak(Box::new(Server::new(socket).pool(pool.clone())));
    let (shop, stop): (&Shop, &Cancel) = (Box::leak(Box::new(Shop { till: Till })), Box::leak(Box::default()));
    let serving = tokio::spawn(server.serve::<Charging, _>(shop, stop));
    let afar: &Afar = Box::leak(Box::new(Afar { till: Remote::new(UnixClient::new(&path)).pool(pool.clone()) }));
    let mut before = 0;
    for n in 0..WARM + times {
        if n == WARM {
            before = allocations();
        }
        ask(afar).await;
    }
    let counted = allocations() - before;
    stop.cancel();
    serving.await.unwrap().unwrap();
    counted
}

/// A connection reads into 64 KiB of memory, and hands parts of it on. Where all parts are given back when it is used
/// up, it is used again; otherwise it takes another, and one small piece to count its parts. A request or an answer
/// of these has about 100 bytes.
const READ_ANEW: u64 = 2;

#[tokio::test]
async fn a_request_over_a_socket_allocates_its_two_hand_overs() {
    let pool = BufferPool::new();
    let charge = |afar: &'static Afar| async {
        assert_eq!(afar.send(Charge { cents: 4, name: [7; 16] }).await, Ok(8));
    };
    assert_eq!(over_a_socket(&pool, 256, charge).await, 256 * 2 * HAND_OVER);
    assert_eq!(pool.stats()[Tier::Small].misses, 2, "one each way, used again");
    assert_eq!(pool.stats().total().in_use, 0);
    let many = 8_192;
    let more = over_a_socket(&pool, many, charge).await - many * 2 * HAND_OVER;
    assert!(more <= 2 * READ_ANEW * many * 128 / 65_536, "{more} more in {many} requests");
}

#[tokio::test]
async fn a_row_over_a_socket_allocates_its_hand_over() {
    let pool = BufferPool::new();
    let rows = |count| {
        let pool = pool.clone();
        async move {
            let read = |afar: &'static Afar| async move {
                let rows = afar.stream(Charges(count)).fold(0, async |sum, row| sum + row.unwrap()).await;
                assert_eq!(rows, count * (count - 1) / 2);
            };
            over_a_socket(&pool, 8, read).await
        }
    };
    // All that a stream takes once is in both.
    assert_eq!(rows(30).await - rows(20).await, 8 * 10 * HAND_OVER);
    assert_eq!(pool.stats().total().in_use, 0);
}

#[test]
fn connections_that_are_gone_leave_nothing_behind() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    const HELLO: [u8; 19] = *b"\0\0\0\x0f\0ctga\0\x01\0\x10\0\0\0\0\0\x40";
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gone.sock");
    let server = runtime.block_on(UnixServer::bind(&path)).unwrap();
    let come_and_go = || {
        runtime.block_on(async {
            for _ in 0..500 {
                let mut raw = tokio::net::UnixStream::connect(&path).await.unwrap();
                raw.write_all(&HELLO).await.unwrap();
                raw.read_exact(&mut [0; 19]).await.unwrap();
                drop(raw);
                for _ in 0..200 {
                    tokio::task::yield_now().await;
                }
            }
        });
    };
    come_and_go();
    let ((), kept) = kept(come_and_go);
    assert_eq!(server.connections(), 0);
    // A hundred bytes each would be 50 000.
    assert!(kept < 25_000, "{kept} bytes are kept of 500 connections");
}
