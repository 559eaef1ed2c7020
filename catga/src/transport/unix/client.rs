use core::fmt;
use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UnixStream;
use tokio::task::AbortHandle;

use super::connection;
use super::limits::UnixLimits;
use super::slots::Slots;
use crate::message::Qos;
use crate::time::{Random, SystemRandom, Timer, TokioTimer, backoff, nanos};
use crate::transport::framed::patience::within;
use crate::transport::{Capabilities, Leftover, Transport, TransportError};

/// The side of a Unix socket that asks. Clones are the same client, on one connection.
///
/// It connects when it is made, and again when the connection is lost, after a pause that grows with every
/// failure and is spread by chance. What was written and not answered when a connection is lost is `Lost`;
/// what was not is `Unreachable`.
///
/// What is asked before the first attempt has ended waits for it, and so does what is asked after a loss,
/// also during the pause: a server that is soon back is not missed. From a failed attempt until the next one
/// begins it answers at once, with what that failed with: `Unreachable`, or `Incompatible` where the server
/// speaks another version; what is asked during a later attempt waits for that.
///
/// Its one task ends when the last clone is dropped. What it publishes and subscribes to is what the
/// server's side keeps, so what it declares is what that does.
pub struct UnixClient<T: Timer = TokioTimer> {
    pub(super) inner: Arc<Inner<T>>,
}

pub(super) struct Inner<T: Timer> {
    pub(super) slots: Arc<Slots>,
    pub(super) limits: UnixLimits,
    pub(super) timer: T,
    task: AbortHandle,
    left: Mutex<Option<Leftover>>,
    path: PathBuf,
}

impl UnixClient {
    /// Connects to this path, with the default limits.
    ///
    /// # Panics
    /// Outside of a tokio runtime, as `tokio::spawn` does.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self::with(path, UnixLimits::default(), TokioTimer, SystemRandom)
    }
}

impl<T: Timer<Sleep: 'static> + Clone + 'static> UnixClient<T> {
    /// Connects to this path.
    ///
    /// # Panics
    /// Outside of a tokio runtime, as `tokio::spawn` does.
    pub fn with<R: Random + 'static>(path: impl Into<PathBuf>, limits: UnixLimits, timer: T, random: R) -> Self {
        const { assert!(T::WAITS, "`UnixClient` needs a timer; give `TokioTimer`, or one of your own") };
        let path = path.into();
        let slots = Arc::new(Slots::new());
        let task = tokio::spawn(keep_connected(path.clone(), Arc::clone(&slots), limits, timer.clone(), random));
        let task = task.abort_handle();
        Self { inner: Arc::new(Inner { slots, limits, timer, task, left: Mutex::new(None), path }) }
    }

    /// The path that it connects to.
    pub fn path(&self) -> &Path {
        &self.inner.path
    }
}

/// Connects, again and again, until the client is closed.
async fn keep_connected<T: Timer, R: Random>(
    path: PathBuf,
    slots: Arc<Slots>,
    limits: UnixLimits,
    timer: T,
    random: R,
) {
    let mut failures = 0_u32;
    loop {
        match connect(&path, &limits, &timer).await {
            Ok(connected) => {
                failures = 0;
                connection::run(connected, &slots, &limits, &timer).await;
            }
            Err(error) => {
                failures = failures.saturating_add(1);
                slots.down(error);
            }
        }
        // It is not connected again, and what is settled from here on is told so.
        if slots.is_closing() {
            slots.cut();
            return;
        }
        // After a loss too: a server that only says hello would be called without end.
        let longest = backoff::longest(limits.pause, failures.saturating_sub(1), limits.longest_pause);
        let most = nanos(longest);
        timer.sleep(Duration::from_nanos(most / 2 + random.up_to(most / 2))).await;
        slots.connecting();
    }
}

async fn connect<T: Timer>(
    path: &Path,
    limits: &UnixLimits,
    timer: &T,
) -> Result<connection::Connected, TransportError> {
    let connecting = async {
        let stream = UnixStream::connect(path).await.map_err(|_| TransportError::Unreachable)?;
        super::pump::greet(stream, limits.hello()).await
    };
    within(timer, limits.handshake, connecting).await.unwrap_or(Err(TransportError::Unreachable))
}

impl<T: Timer<Sleep: 'static> + Clone + 'static> Transport for UnixClient<T> {
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
        inner.slots.close();
        let mut over = pin!(inner.timer.sleep(grace));
        poll_fn(|cx| {
            if inner.slots.poll_empty(cx.waker()).is_ready() {
                return Poll::Ready(());
            }
            over.as_mut().poll(cx)
        })
        .await;
        let mut left = inner.left.lock().unwrap_or_else(PoisonError::into_inner);
        // The first to come here cuts; the others are told what it found.
        let left = left.get_or_insert_with(|| Leftover { requests: inner.slots.cut(), parcels: 0 });
        inner.task.abort();
        *left
    }
}

impl<T: Timer> Drop for Inner<T> {
    fn drop(&mut self) {
        self.slots.cut();
        self.task.abort();
    }
}

impl<T: Timer> Clone for UnixClient<T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<T: Timer> fmt::Debug for UnixClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixClient").field("path", &self.inner.path).finish_non_exhaustive()
    }
}
