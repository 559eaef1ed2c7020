//! Requests and replies of 64 bytes: in memory against a channel pair, and over a Unix socket against the
//! bare codec, one and 64 in flight: frames alone, whose sender knows what comes back, and the least that tells
//! the callers of one connection apart, as `catga` does.

use std::hint::black_box;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use catga::transport::memory::Memory;
use catga::transport::unix::{UnixClient, UnixServer};
use catga::transport::{Answer, Endpoint, Incoming, Listens, Requests, Responder};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use futures_core::Stream;
use futures_sink::Sink;
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

const ECHO: Endpoint<'static> = Endpoint::new("echo");
static SENT: [u8; 64] = [7; 64];
const IN_FLIGHT: [u64; 2] = [1, 64];

/// So many requests by so many callers; each waits for its answer before it asks again.
fn ask<F>(runtime: &Runtime, times: u64, callers: u64, request: impl Fn() -> F + Clone + Send + 'static) -> Duration
where
    F: Future<Output = Bytes> + Send,
{
    let begun = Instant::now();
    let answered: u64 = runtime.block_on(async {
        let mut asking = JoinSet::new();
        for caller in 0..callers {
            let request = request.clone();
            let times = times / callers + u64::from(caller < times % callers);
            asking.spawn(async move {
                for _ in 0..times {
                    assert_eq!(black_box(request().await).len(), SENT.len());
                }
                times
            });
        }
        asking.join_all().await.into_iter().sum()
    });
    let took = begun.elapsed();
    assert_eq!(answered, times, "each was answered");
    took
}

async fn echo<I: Incoming>(mut incoming: I) {
    while let Some(request) = incoming.next().await {
        if let Answer::One(responder) = request.answer {
            let _gone = responder.answer(request.bytes).await;
        }
    }
}

fn in_memory(criterion: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for callers in IN_FLIGHT {
        let mut group = criterion.benchmark_group(format!("transport/memory/{callers}"));
        group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(1));
        let (sender, mut receiver) = mpsc::channel::<(Bytes, oneshot::Sender<Bytes>)>(1_024);
        runtime.spawn(async move {
            while let Some((bytes, answer)) = receiver.recv().await {
                let _gone = answer.send(bytes);
            }
        });
        group.bench_function("channel_pair", |bencher| {
            bencher.iter_custom(|times| {
                let sender = sender.clone();
                ask(&runtime, times, callers, move || {
                    let sender = sender.clone();
                    async move {
                        let (answer, answered) = oneshot::channel();
                        sender.send((Bytes::from_static(&SENT), answer)).await.expect("it is open");
                        answered.await.expect("it answers")
                    }
                })
            });
        });
        let memory: Memory = Memory::default();
        let incoming = runtime.block_on(memory.listen(ECHO)).expect("it is open");
        runtime.spawn(echo(incoming));
        group.bench_function("catga", |bencher| {
            bencher.iter_custom(|times| {
                let memory = memory.clone();
                ask(&runtime, times, callers, move || {
                    let memory = memory.clone();
                    async move { memory.request(ECHO, Bytes::from_static(&SENT), None).await.expect("it answers") }
                })
            });
        });
        group.finish();
    }
}

fn path(of: &str) -> PathBuf {
    std::env::temp_dir().join(format!("catga-bench-{}-{of}", std::process::id()))
}

type Frames = Framed<UnixStream, LengthDelimitedCodec>;

/// Takes one frame; nothing where there is none yet.
async fn next(frames: &mut Frames) -> Option<Bytes> {
    let next = std::future::poll_fn(|cx| Pin::new(&mut *frames).poll_next(cx)).await;
    next.map(|frame| frame.expect("the peer is there").freeze())
}

async fn feed(frames: &mut Frames, bytes: Bytes) {
    std::future::poll_fn(|cx| Sink::<Bytes>::poll_ready(Pin::new(&mut *frames), cx)).await.expect("the peer is there");
    Pin::new(frames).start_send(bytes).expect("the peer is there");
}

async fn flush(frames: &mut Frames) {
    std::future::poll_fn(|cx| Sink::<Bytes>::poll_flush(Pin::new(&mut *frames), cx)).await.expect("the peer is there");
}

/// Nothing but frames: so many are sent together, and come back.
async fn exchange(path: PathBuf, times: u64, together: u64) -> u64 {
    let stream = UnixStream::connect(path).await.expect("it listens");
    let mut frames = Framed::new(stream, LengthDelimitedCodec::new());
    let mut answered = 0;
    while answered < times {
        let batch = together.min(times - answered);
        for _ in 0..batch {
            feed(&mut frames, Bytes::from_static(&SENT)).await;
        }
        flush(&mut frames).await;
        for _ in 0..batch {
            assert_eq!(black_box(next(&mut frames).await.expect("an answer")).len(), SENT.len());
            answered += 1;
        }
    }
    answered
}

type Asked = (Bytes, oneshot::Sender<Bytes>);

/// The least that a client is on top of frames: requests of any callers on one connection, and each answer goes to
/// the one who asked. A number stands before each.
async fn numbered(path: PathBuf, mut asked: mpsc::Receiver<Asked>) {
    let stream = UnixStream::connect(path).await.expect("it listens");
    let mut frames = Framed::new(stream, LengthDelimitedCodec::new());
    let mut waiting: Vec<Option<oneshot::Sender<Bytes>>> = Vec::new();
    let mut free: Vec<u32> = Vec::new();
    loop {
        let turn = std::future::poll_fn(|cx| match Pin::new(&mut frames).poll_next(cx) {
            Poll::Ready(frame) => Poll::Ready(Turn::Answered(frame.expect("it is open").expect("the peer is there"))),
            Poll::Pending => asked.poll_recv(cx).map(|asked| asked.map_or(Turn::Over, Turn::Asked)),
        });
        let mut request = match turn.await {
            Turn::Over => return,
            Turn::Answered(mut frame) => {
                let number = frame.get_u32();
                let caller = waiting[number as usize].take().expect("somebody asked");
                free.push(number);
                let _gone = caller.send(frame.freeze());
                continue;
            }
            Turn::Asked(request) => Some(request),
        };
        // What was asked together is written together.
        while let Some((bytes, caller)) = request {
            let number = free.pop().unwrap_or(waiting.len() as u32);
            if number as usize == waiting.len() {
                waiting.push(None);
            }
            waiting[number as usize] = Some(caller);
            let mut frame = BytesMut::with_capacity(4 + bytes.len());
            frame.put_u32(number);
            frame.put_slice(&bytes);
            feed(&mut frames, frame.freeze()).await;
            request = asked.try_recv().ok();
        }
        flush(&mut frames).await;
    }
}

enum Turn {
    Asked(Asked),
    Answered(BytesMut),
    Over,
}

async fn bare_echo(listener: UnixListener, together: u64) {
    while let Ok((stream, _)) = listener.accept().await {
        let mut frames = Framed::new(stream, LengthDelimitedCodec::new());
        let mut waiting = 0;
        while let Some(bytes) = next(&mut frames).await {
            feed(&mut frames, bytes).await;
            waiting += 1;
            // What was read together is written together.
            if waiting >= together || frames.read_buffer().is_empty() {
                flush(&mut frames).await;
                waiting = 0;
            }
        }
    }
}

fn over_sockets(criterion: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    for callers in IN_FLIGHT {
        let mut group = criterion.benchmark_group(format!("transport/unix/{callers}"));
        group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(1));
        let bare = path(&format!("bare-{callers}"));
        let listener = runtime.block_on(async { UnixListener::bind(&bare) }).expect("a socket");
        runtime.spawn(bare_echo(listener, callers));
        group.bench_function("bare_codec", |bencher| {
            bencher.iter_custom(|times| {
                let begun = Instant::now();
                let exchange = exchange(bare.clone(), times, callers);
                let answered = runtime.block_on(async { runtime.spawn(exchange).await }).expect("it answers");
                assert_eq!(answered, times, "each was answered");
                begun.elapsed()
            });
        });
        let (sender, asked) = mpsc::channel(1_024);
        runtime.spawn(numbered(bare.clone(), asked));
        group.bench_function("codec_and_numbers", |bencher| {
            bencher.iter_custom(|times| {
                let sender = sender.clone();
                ask(&runtime, times, callers, move || {
                    let sender = sender.clone();
                    async move {
                        let (answer, answered) = oneshot::channel();
                        sender.send((Bytes::from_static(&SENT), answer)).await.expect("it is open");
                        answered.await.expect("it answers")
                    }
                })
            });
        });
        let path = path(&format!("catga-{callers}"));
        let server = runtime.block_on(UnixServer::bind(&path)).expect("a socket");
        let incoming = runtime.block_on(server.listen(ECHO)).expect("it is open");
        runtime.spawn(echo(incoming));
        let client = runtime.block_on(async { UnixClient::new(&path) });
        group.bench_function("catga", |bencher| {
            bencher.iter_custom(|times| {
                let client = client.clone();
                ask(&runtime, times, callers, move || {
                    let client = client.clone();
                    async move { client.request(ECHO, Bytes::from_static(&SENT), None).await.expect("it answers") }
                })
            });
        });
        group.finish();
        // Its socket was bound by hand, and nobody else removes it.
        let _gone = std::fs::remove_file(bare);
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(800));
    targets = in_memory, over_sockets
}
criterion_main!(benches);
