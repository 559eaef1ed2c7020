//! Requests and replies of 64 bytes, by so many callers of whom each waits for its answer before it asks again: over the
//! transports, and over the raw things below them. Two threads; a side says how long it took for so many.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use catga::transport::unix::{UnixClient, UnixServer};
use catga::transport::{Answer, Endpoint, Incoming, Listens as _, Requests as _, Responder as _, memory};
use futures_core::Stream;
use futures_sink::Sink;
use tokio::net::{UnixListener, UnixStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio_util::codec::{Framed, LengthDelimitedCodec};

/// How many callers there are at once.
pub const IN_FLIGHT: [u64; 2] = [1, 64];

const ECHO: Endpoint<'static> = Endpoint::new("echo");
static SENT: [u8; 64] = [7; 64];

/// What all of them run on.
pub fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn sent() -> Bytes {
    Bytes::from_static(&SENT)
}

/// So many requests.
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

type Asked = (Bytes, oneshot::Sender<Bytes>);

async fn ask_over(sender: mpsc::Sender<Asked>) -> Bytes {
    let (answer, answered) = oneshot::channel();
    sender.send((sent(), answer)).await.expect("it is open");
    answered.await.expect("it answers")
}

/// A channel there, and one back for each answer.
pub fn channel_pair(runtime: &Runtime, callers: u64) -> impl Fn(u64) -> Duration {
    let (sender, mut receiver) = mpsc::channel::<Asked>(1_024);
    runtime.spawn(async move {
        while let Some((bytes, answer)) = receiver.recv().await {
            let _gone = answer.send(bytes);
        }
    });
    move |times| {
        let sender = sender.clone();
        ask(runtime, times, callers, move || ask_over(sender.clone()))
    }
}

async fn echo<I: Incoming>(mut incoming: I) {
    while let Some(request) = incoming.next().await {
        if let Answer::One(responder) = request.answer {
            let _gone = responder.answer(request.bytes).await;
        }
    }
}

/// The transport in memory.
pub fn memory(runtime: &Runtime, callers: u64) -> impl Fn(u64) -> Duration {
    let memory: memory::Memory = memory::Memory::default();
    let incoming = runtime.block_on(memory.listen(ECHO)).expect("it is open");
    runtime.spawn(echo(incoming));
    move |times| {
        let memory = memory.clone();
        ask(runtime, times, callers, move || {
            let memory = memory.clone();
            async move { memory.request(ECHO, sent(), None).await.expect("it answers") }
        })
    }
}

/// A socket's file, which goes with it.
struct File(PathBuf);

impl File {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("catga-bench-{}-{number}", std::process::id())))
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0);
    }
}

type Frames = Framed<UnixStream, LengthDelimitedCodec>;

fn framed(stream: UnixStream) -> Frames {
    Framed::new(stream, LengthDelimitedCodec::new())
}

/// Takes one frame; nothing where the peer has gone.
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

/// Sends back what comes, what was read together at once.
async fn bare_echo(listener: UnixListener, together: u64) {
    while let Ok((stream, _)) = listener.accept().await {
        let mut frames = framed(stream);
        let mut waiting = 0;
        while let Some(bytes) = next(&mut frames).await {
            feed(&mut frames, bytes).await;
            waiting += 1;
            if waiting >= together || frames.read_buffer().is_empty() {
                flush(&mut frames).await;
                waiting = 0;
            }
        }
    }
}

fn listen(runtime: &Runtime, callers: u64) -> File {
    let file = File::new();
    let listener = runtime.block_on(async { UnixListener::bind(&file.0) }).expect("a socket");
    runtime.spawn(bare_echo(listener, callers));
    file
}

/// So many are sent together, and come back.
async fn exchange(path: PathBuf, times: u64, together: u64) -> u64 {
    let mut frames = framed(UnixStream::connect(path).await.expect("it listens"));
    let mut answered = 0;
    while answered < times {
        let batch = together.min(times - answered);
        for _ in 0..batch {
            feed(&mut frames, sent()).await;
        }
        flush(&mut frames).await;
        for _ in 0..batch {
            assert_eq!(black_box(next(&mut frames).await.expect("an answer")).len(), SENT.len());
            answered += 1;
        }
    }
    answered
}

/// Nothing but frames on a Unix socket: one sender, who knows what comes back. There are no callers to be told apart, nor
/// to be woken.
pub fn bare_codec(runtime: &Runtime, callers: u64) -> impl Fn(u64) -> Duration {
    let file = listen(runtime, callers);
    move |times| {
        let begun = Instant::now();
        let exchange = exchange(file.0.clone(), times, callers);
        let answered = runtime.block_on(async { runtime.spawn(exchange).await }).expect("it answers");
        assert_eq!(answered, times, "each was answered");
        begun.elapsed()
    }
}

enum Turn {
    Asked(Asked),
    Answered(BytesMut),
    Over,
}

async fn numbered(path: PathBuf, mut asked: mpsc::Receiver<Asked>) {
    let mut frames = framed(UnixStream::connect(path).await.expect("it listens"));
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

/// The least that a client is on top of frames: requests of any callers on one connection, a number before each, and each
/// answer goes to the one who asked.
pub fn codec_and_numbers(runtime: &Runtime, callers: u64) -> impl Fn(u64) -> Duration {
    let file = listen(runtime, callers);
    let (sender, asked) = mpsc::channel(1_024);
    runtime.spawn(numbered(file.0.clone(), asked));
    move |times| {
        // As long as it is asked.
        let (sender, _file) = (sender.clone(), &file);
        ask(runtime, times, callers, move || ask_over(sender.clone()))
    }
}

/// The transport over a Unix socket.
pub fn unix(runtime: &Runtime, callers: u64) -> impl Fn(u64) -> Duration {
    let file = File::new();
    let at: &Path = &file.0;
    let server = runtime.block_on(UnixServer::bind(at)).expect("a socket");
    let incoming = runtime.block_on(server.listen(ECHO)).expect("it is open");
    runtime.spawn(echo(incoming));
    let client = runtime.block_on(async { UnixClient::new(at) });
    move |times| {
        let (client, _server, _file) = (client.clone(), &server, &file);
        ask(runtime, times, callers, move || {
            let client = client.clone();
            async move { client.request(ECHO, sent(), None).await.expect("it answers") }
        })
    }
}
