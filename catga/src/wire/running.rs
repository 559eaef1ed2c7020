use core::future::Future;
use core::pin::Pin;
use core::sync::atomic::Ordering;
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};
use std::task::Wake;

use super::{AtomicBool, Mutex, MutexGuard};

/// Futures of one kind that run at once; each is polled when it was woken. The place of one that has ended is
/// the next one's, so that nothing is allocated once there are as many places as ever run together; they are
/// kept.
pub(super) struct Running<F> {
    places: Vec<Place<F>>,
    free: Vec<usize>,
    /// Those to be polled, first come first served.
    due: VecDeque<usize>,
    calls: Arc<Calls>,
}

struct Place<F> {
    future: Pin<Box<Option<F>>>,
    bell: Arc<Bell>,
    /// Of the bell.
    waker: Waker,
}

/// The waker of a place. Whoever still holds that of a future before wakes the one there now, which does no harm.
struct Bell {
    place: usize,
    /// It is on its way to be polled.
    is_rung: AtomicBool,
    calls: Arc<Calls>,
}

/// Places that were woken since they were last asked for.
#[derive(Default)]
struct Calls(Mutex<Called>);

#[derive(Default)]
struct Called {
    due: VecDeque<usize>,
    /// Who polls all of them.
    poller: Option<Waker>,
}

impl<F: Future> Running<F> {
    pub(super) fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new(), due: VecDeque::new(), calls: Arc::default() }
    }

    /// How many run.
    pub(super) fn len(&self) -> usize {
        self.places.len() - self.free.len()
    }

    /// One more, polled with the next [`poll_next`](Self::poll_next).
    pub(super) fn push(&mut self, future: F) {
        let at = match self.free.pop() {
            Some(at) => {
                self.places[at].future.set(Some(future));
                at
            }
            None => {
                let place = self.places.len();
                let bell = Arc::new(Bell { place, is_rung: AtomicBool::new(false), calls: Arc::clone(&self.calls) });
                let waker = Waker::from(Arc::clone(&bell));
                self.places.push(Place { future: Box::pin(Some(future)), bell, waker });
                place
            }
        };
        // Rung for the one before, it is on its way already.
        if !self.places[at].bell.is_rung.swap(true, Ordering::AcqRel) {
            self.due.push_back(at);
        }
    }

    /// What one that has ended comes to; `None` where none runs.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<F::Output>> {
        if self.len() == 0 {
            return Poll::Ready(None);
        }
        self.calls.take(cx.waker(), &mut self.due);
        // Only those of now: one that wakes itself does not keep others from their turn.
        while let Some(at) = self.due.pop_front() {
            let place = &mut self.places[at];
            // Before it is polled, or a wake meanwhile would be lost.
            place.bell.is_rung.swap(false, Ordering::AcqRel);
            let Some(future) = place.future.as_mut().as_pin_mut() else { continue };
            if let Poll::Ready(output) = future.poll(&mut Context::from_waker(&place.waker)) {
                place.future.set(None);
                self.free.push(at);
                return Poll::Ready(Some(output));
            }
        }
        Poll::Pending
    }
}

impl Calls {
    fn lock(&self) -> MutexGuard<'_, Called> {
        // Nothing that may panic runs under the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is due besides, and who is woken from now on. All of it: who was called may be called no more, and this
    /// poller was perhaps woken for that alone.
    fn take(&self, poller: &Waker, due: &mut VecDeque<usize>) {
        let mut called = self.lock();
        if due.is_empty() {
            core::mem::swap(due, &mut called.due);
        } else {
            due.append(&mut called.due);
        }
        let old = match &called.poller {
            Some(old) if old.will_wake(poller) => None,
            _ => called.poller.replace(poller.clone()),
        };
        drop(called);
        drop(old);
    }
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.is_rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let mut called = self.calls.lock();
        called.due.push_back(self.place);
        let poller = called.poller.take();
        drop(called);
        if let Some(poller) = poller {
            poller.wake();
        }
    }
}
