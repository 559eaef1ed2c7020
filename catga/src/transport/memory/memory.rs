use core::fmt;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::sync::{Arc, OnceLock};

use super::closing::Closing;
use super::desk::Desk;
use super::queue::Queue;
use super::{DefaultTimer, Limits};
use crate::message::Qos;
use crate::time::{Clock, SystemClock, Timer};
use crate::transport::shared::registry::Registry;
use crate::transport::shared::size::check;
use crate::transport::{Capabilities, Endpoint, Leftover, Transport, TransportError};

/// A transport inside of one process. Clones are the same transport.
///
/// Requests wait in one line an endpoint, and each has one of so many slots until it is answered; a
/// request allocates nothing once the slots are there. Parcels wait in one queue a group. What finds no
/// room waits, first come first served; nothing is dropped but by [`close`](Transport::close), by
/// [`forget`](Memory::forget), and with a group that nobody has come back to for its
/// [retention](Limits::retention) and that stands in the way of others.
///
/// It honours at least once as long as the process lives. Deadlines and delays are noticed by those who
/// wait for a delivery: there is no task behind it. It closes, without a grace to cut anything off, when
/// its last clone is dropped.
///
/// ```
/// use bytes::Bytes;
/// use catga::transport::memory::Memory;
/// use catga::transport::{Answer, Endpoint, Incoming, Listens, Requests, Responder};
///
/// const ECHO: Endpoint<'static> = Endpoint::new("echo");
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), catga::transport::TransportError> {
/// let memory: Memory = Memory::default();
/// let mut incoming = memory.listen(ECHO).await?;
/// let server = async {
///     let request = incoming.next().await?;
///     match request.answer {
///         Answer::One(responder) => responder.answer(request.bytes).await.ok(),
///         Answer::Many(_) => None,
///     }
/// };
/// let caller = memory.request(ECHO, Bytes::from_static(b"hello"), None);
/// let (answer, _) = tokio::join!(caller, server);
/// assert_eq!(answer?, "hello");
/// # Ok(()) }
/// ```
pub struct Memory<C = SystemClock, T = DefaultTimer> {
    pub(in crate::transport) inner: Arc<Inner<C, T>>,
}

pub(in crate::transport) struct Inner<C, T> {
    pub(super) desks: Registry<Desk>,
    pub(super) queues: Registry<Queue>,
    pub(super) limits: Limits,
    pub(in crate::transport) clock: C,
    pub(in crate::transport) timer: T,
    pub(super) closing: Arc<Closing>,
    left: OnceLock<Leftover>,
}

impl<C: Clock, T: Timer> Memory<C, T> {
    /// With these limits, on this time.
    pub fn new(limits: Limits, clock: C, timer: T) -> Self {
        const {
            assert!(C::RUNS, "`Memory` needs a clock: for the deadlines of deliveries");
            assert!(T::WAITS, "`Memory` needs a timer; enable the feature `tokio` or give one of your own");
        }
        let (desks, queues, closing, left) = (Registry::new(), Registry::new(), Arc::default(), OnceLock::new());
        Self { inner: Arc::new(Inner { desks, queues, limits, clock, timer, closing, left }) }
    }

    /// The limits that it acts on.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Ends a group that has no subscriber, so that nothing is kept for it any more. Answers with how many
    /// parcels are dropped by that; `None` where it has subscribers, and stays.
    pub fn forget(&self, endpoint: Endpoint<'_>, group: &str) -> Option<usize> {
        let dropped = self.inner.queues.find(endpoint).map_or(Some(0), |queue| queue.forget(group));
        self.inner.queues.retain(|queue| !queue.retire());
        dropped
    }
}

impl<C, T> Inner<C, T> {
    pub(super) fn check(&self, bytes: usize) -> Result<(), TransportError> {
        check(bytes, self.limits.bytes)
    }

    fn begin_to_close(&self) {
        self.closing.begin();
        self.desks.all().iter().for_each(|desk| desk.close());
        self.queues.all().iter().for_each(|queue| queue.close());
    }

    /// What is left, where nothing is going to change it.
    fn finished(&self) -> Option<Leftover> {
        let requests: usize = self.desks.all().iter().map(|desk| desk.in_flight()).sum();
        let mut parcels = 0;
        for queue in self.queues.all() {
            let (left, is_taken) = queue.left();
            if is_taken {
                return None;
            }
            parcels += left;
        }
        (requests == 0).then_some(Leftover { requests, parcels })
    }

    fn cut(&self) -> Leftover {
        let requests = self.desks.all().iter().map(|desk| desk.cut()).sum();
        let parcels = self.queues.all().iter().map(|queue| queue.cut()).sum();
        Leftover { requests, parcels }
    }
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Transport for Memory<C, T> {
    const CAPABILITIES: Capabilities = Capabilities {
        qos: Qos::AtLeastOnce,
        durable: false,
        redelivers: true,
        groups: true,
        delays: true,
        orders: true,
        keeps: false,
        lapses: true,
    };

    async fn close(&self, grace: Duration) -> Leftover {
        let inner = &*self.inner;
        inner.begin_to_close();
        let mut over = pin!(inner.timer.sleep(grace));
        poll_fn(|cx| {
            if let Some(left) = inner.left.get() {
                return Poll::Ready(*left);
            }
            // First the waker, so that what is finished from here on is not missed.
            inner.closing.wait(cx.waker());
            let is_finished = inner.finished().is_some();
            if !is_finished && over.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let left = inner.cut();
            let left = *inner.left.get_or_init(|| left);
            inner.closing.wake();
            Poll::Ready(left)
        })
        .await
    }
}

/// Nobody can ask or publish any more; what is there is still answered and delivered.
impl<C, T> Drop for Inner<C, T> {
    fn drop(&mut self) {
        self.begin_to_close();
    }
}

impl<C, T> Clone for Memory<C, T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

#[cfg(feature = "tokio")]
impl Default for Memory {
    fn default() -> Self {
        Self::new(Limits::default(), SystemClock, DefaultTimer)
    }
}

impl<C, T> fmt::Debug for Memory<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("limits", &self.inner.limits).finish_non_exhaustive()
    }
}
