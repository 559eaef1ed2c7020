//! The futures that a server runs at once, under a scheduler that tries interleavings: the file itself, with the
//! checker's locks and atomics in place of the real ones.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use shuttle::sync::atomic::AtomicBool;
use shuttle::sync::{Arc, Mutex, MutexGuard};
use shuttle::{future, thread};

#[path = "../../catga/src/wire/running.rs"]
mod running;

use running::Running;

const ROUNDS: usize = 3_000;

/// Opened by one thread, waited for by a future of another.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<(bool, Option<Waker>)>>);

impl Gate {
    fn open(&self) {
        let waker = {
            let mut gate = self.0.lock().unwrap();
            gate.0 = true;
            gate.1.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut gate = self.0.lock().unwrap();
        if gate.0 {
            return Poll::Ready(());
        }
        gate.1 = Some(cx.waker().clone());
        Poll::Pending
    }
}

/// Goes through some gates, one after the other.
struct Walk {
    number: usize,
    gates: Vec<Gate>,
}

impl Future for Walk {
    type Output = usize;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<usize> {
        while let Some(gate) = self.gates.last() {
            if gate.poll(cx).is_pending() {
                return Poll::Pending;
            }
            self.gates.pop();
        }
        Poll::Ready(self.number)
    }
}

fn walk(number: usize, gates: &[Gate]) -> Walk {
    Walk { number, gates: gates.to_vec() }
}

/// Each gate is opened by a thread of its own.
fn openers(gates: &[Gate]) -> Vec<thread::JoinHandle<()>> {
    gates.iter().cloned().map(|gate| thread::spawn(move || gate.open())).collect()
}

async fn all(running: &mut Running<Walk>) -> Vec<usize> {
    let mut ended = Vec::new();
    while let Some(number) = poll_fn(|cx| running.poll_next(cx)).await {
        ended.push(number);
    }
    ended.sort_unstable();
    ended
}

fn join(threads: Vec<thread::JoinHandle<()>>) {
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

/// Whenever and by however many it is woken, each ends, and once: where a wake is missed, the checker finds that nobody
/// can go on.
#[test]
fn no_wake_is_missed() {
    shuttle::check_random(
        || {
            let gates: Vec<Gate> = (0..4).map(|_| Gate::default()).collect();
            let threads = openers(&gates);
            let mut running = Running::new();
            running.push(walk(0, &gates[..2]));
            running.push(walk(1, &gates[2..]));
            running.push(walk(2, &[]));
            assert_eq!(future::block_on(all(&mut running)), [0, 1, 2]);
            assert_eq!(running.len(), 0);
            join(threads);
        },
        ROUNDS,
    );
}

/// A place is another future's while somebody still wakes the one before.
#[test]
fn a_late_wake_of_a_place_does_no_harm() {
    shuttle::check_random(
        || {
            let gates: Vec<Gate> = (0..3).map(|_| Gate::default()).collect();
            let mut running = Running::new();
            running.push(walk(0, &gates[..1]));
            let threads = openers(&gates);
            // Its waker is kept beyond its end, and rung by another thread.
            let late = Arc::new(Mutex::new(None));
            let ended = future::block_on(async {
                let mut ended = Vec::new();
                let mut next = 1;
                poll_fn(|cx| {
                    while let Poll::Ready(Some(number)) = running.poll_next(cx) {
                        ended.push(number);
                        if next < gates.len() {
                            let gate = &gates[next];
                            *late.lock().unwrap() = gate.0.lock().unwrap().1.clone();
                            running.push(walk(next, std::slice::from_ref(gate)));
                            next += 1;
                        }
                    }
                    if running.len() == 0 { Poll::Ready(()) } else { Poll::Pending }
                })
                .await;
                ended
            });
            assert_eq!(ended, [0, 1, 2]);
            join(threads);
        },
        ROUNDS,
    );
}

/// One was woken, another is pushed, and only then somebody asks: both are polled.
#[test]
fn what_is_pushed_does_not_hide_what_was_woken() {
    shuttle::check_random(
        || {
            let gates: Vec<Gate> = (0..2).map(|_| Gate::default()).collect();
            let mut running = Running::new();
            running.push(walk(0, &gates[..1]));
            let mut cx = Context::from_waker(Waker::noop());
            assert_eq!(running.poll_next(&mut cx), Poll::Pending);
            join(openers(&gates[..1]));
            running.push(walk(1, &gates[1..]));
            // Whoever was woken by the first asks once, as nothing wakes it again.
            assert_eq!(running.poll_next(&mut cx), Poll::Ready(Some(0)));
            join(openers(&gates[1..]));
            assert_eq!(future::block_on(all(&mut running)), [1]);
        },
        10,
    );
}

/// Who polls changes: the one who polled last is woken.
#[test]
fn whoever_polled_last_is_woken() {
    shuttle::check_random(
        || {
            let gates: Vec<Gate> = (0..2).map(|_| Gate::default()).collect();
            let mut running = Running::new();
            running.push(walk(0, &gates));
            let threads = openers(&gates);
            // A first task asks once, and hands it over.
            future::block_on(poll_fn(|cx| {
                let _ = running.poll_next(cx);
                Poll::Ready(())
            }));
            let second = thread::spawn(move || future::block_on(all(&mut running)));
            let ended = second.join().unwrap();
            assert!(ended.is_empty() || ended == [0], "{ended:?}");
            join(threads);
        },
        ROUNDS,
    );
}
