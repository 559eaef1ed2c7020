use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::sync::atomic::AtomicU64;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use bytes::Bytes;
use catga::testing::VirtualClock;
use catga::transport::memory::{Limits, Memory};
use catga::transport::{Answer, Endpoint, Incoming as _, Listens as _, Requests as _, Responder as _};
use tokio::sync::{mpsc, oneshot};

use crate::block_on::block_on;
use crate::row::{Row, Run};
use crate::work;

/// An operation of these is a request and its answer, between two futures of one thread.
pub(super) fn rows() -> Vec<Row> {
    vec![
        row("channel pair, request and reply", run_channels, channels_size),
        row("catga, request and reply in memory", run_memory, memory_size),
    ]
}

fn row(name: &'static str, run: fn(u64) -> Run, future: fn() -> usize) -> Row {
    Row { name, run, future, expected: work::sum, is_looped: false }
}

/// The caller asks, the server takes and answers, the caller gets its answer.
fn exchange<T>(caller: impl Future<Output = T>, server: impl Future<Output = ()>) -> T {
    let mut cx = Context::from_waker(Waker::noop());
    let (mut caller, mut server) = (pin!(caller), pin!(server));
    assert!(caller.as_mut().poll(&mut cx).is_pending(), "it was answered before it was taken");
    assert!(server.as_mut().poll(&mut cx).is_ready(), "it was not taken");
    match caller.as_mut().poll(&mut cx) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("it was not answered"),
    }
}

/// The answer is the bytes that were sent; its length is what is counted with, so that nobody copies.
fn answer(seed: &AtomicU64, q: u64, bytes: &Bytes) -> u64 {
    assert_eq!(bytes.len(), SENT.len());
    seed.load(std::sync::atomic::Ordering::Relaxed).wrapping_add(q)
}

static SENT: [u8; 64] = [7; 64];

type Asked = (Bytes, oneshot::Sender<Bytes>);

async fn ask_channel(sender: &mpsc::Sender<Asked>, bytes: Bytes) -> Option<Bytes> {
    let (answer, answered) = oneshot::channel();
    sender.send((bytes, answer)).await.ok()?;
    answered.await.ok()
}

async fn serve_channel(receiver: &mut mpsc::Receiver<Asked>) {
    if let Some((bytes, answer)) = receiver.recv().await {
        let _gone = answer.send(bytes);
    }
}

fn run_channels(times: u64) -> Run {
    let (sender, mut receiver) = mpsc::channel::<Asked>(1_024);
    let seed = work::seed();
    let begin = Instant::now();
    let mut sum: u64 = 0;
    for q in 0..times {
        let bytes = black_box(Bytes::from_static(&SENT));
        let answered = exchange(ask_channel(&sender, bytes), serve_channel(&mut receiver));
        sum = sum.wrapping_add(answer(&seed, black_box(q), &answered.expect("it answers")));
    }
    Run { sum, took: begin.elapsed() }
}

fn channels_size() -> usize {
    let (sender, _receiver) = mpsc::channel::<Asked>(1);
    size_of_val(&ask_channel(&sender, Bytes::new()))
}

const ECHO: Endpoint<'static> = Endpoint::new("echo");

fn memory() -> Memory<VirtualClock, VirtualClock> {
    let clock = VirtualClock::new();
    Memory::new(Limits::default(), clock.clone(), clock)
}

fn run_memory(times: u64) -> Run {
    let memory = memory();
    let mut incoming = block_on(memory.listen(ECHO)).expect("it is open");
    let seed = work::seed();
    let begin = Instant::now();
    let mut sum: u64 = 0;
    for q in 0..times {
        let bytes = black_box(Bytes::from_static(&SENT));
        let server = async {
            let request = incoming.next().await.expect("it is open");
            match request.answer {
                Answer::One(responder) => responder.answer(request.bytes).await.expect("the caller is there"),
                Answer::Many(_) => panic!("nobody asked for items"),
            }
        };
        let answered = exchange(memory.request(ECHO, bytes, None), server);
        sum = sum.wrapping_add(answer(&seed, black_box(q), &answered.expect("it answers")));
    }
    Run { sum, took: begin.elapsed() }
}

fn memory_size() -> usize {
    size_of_val(&memory().request(ECHO, Bytes::new(), None))
}
