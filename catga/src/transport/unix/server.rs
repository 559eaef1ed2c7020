use core::fmt;
use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;
use std::path::Path;
use std::sync::Arc;

use tokio::net::{UnixListener, UnixStream};
use tokio::task::{AbortHandle, JoinSet};

use super::bind::{BindError, Bound};
use super::either::either;
use super::inbox::Inbox;
use super::limits::UnixLimits;
use super::peers::Peers;
use super::pump::greet;
use super::reading::Reading;
use super::served::Peer;
use crate::time::{Clock, SystemClock, Timer, TokioTimer};
use crate::transport::framed::frame::Frame;
use crate::transport::framed::patience::within;
use crate::transport::memory::{Memory, MemorySubscription};
use crate::transport::shared::closing::Closing;
use crate::transport::shared::quota::Quota;
use crate::transport::shared::registry::Registry;
use crate::transport::{Capabilities, Delivers, Endpoint, Leftover, Parcel, Transport, TransportError};

/// The side of a Unix socket that others connect to: it answers their requests, and keeps what is
/// published for their groups and its own in a [`Memory`]. Clones are the same server.
///
/// Requests are answered by whoever [`listen`](super::super::Listens::listen)s on the server; what is
/// published on it or on the memory, here or by a peer, goes to the groups of all. It runs as one task and
/// one for each connection, which end when it has closed or its last clone is dropped; the socket's file is
/// removed then. A peer that says no hello in time, breaks the rules, or does not read is disconnected.
///
/// Its memory is not [durable](Capabilities::durable): what nobody has acknowledged is lost where this process ends.
pub struct UnixServer<C: Clock = SystemClock, T: Timer = TokioTimer> {
    pub(super) inner: Arc<Inner<C, T>>,
}

pub(super) struct Inner<C, T> {
    pub(super) shared: Arc<Shared<C, T>>,
    task: AbortHandle,
    left: tokio::sync::OnceCell<Leftover>,
}

pub(super) struct Shared<C, T> {
    pub(super) inboxes: Registry<Inbox>,
    pub(super) limits: UnixLimits,
    pub(super) closing: Arc<Closing>,
    pub(super) hub: Memory<C, T>,
    timer: T,
    pub(super) clock: C,
    peers: Peers,
    /// Of the groups that peers make.
    pub(super) groups: Arc<Quota>,
}

impl UnixServer {
    /// Listens at this path with the default limits, for this user alone.
    ///
    /// # Errors
    /// [`BindError`].
    pub async fn bind(path: impl AsRef<Path>) -> Result<Self, BindError> {
        Self::with(path, 0o600, UnixLimits::default(), Memory::default()).await
    }
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> UnixServer<C, T> {
    /// Listens at this path, for those whom the file's `mode` allows; the memory keeps what is published,
    /// its time is the server's, and it closes when the server does.
    ///
    /// A socket's file that nobody listens at any more is replaced.
    ///
    /// # Errors
    /// [`BindError`]: `TooLarge` where the memory takes larger parcels than the server sends, so that nobody would get
    /// them.
    pub async fn with(
        path: impl AsRef<Path>,
        mode: u32,
        limits: UnixLimits,
        hub: Memory<C, T>,
    ) -> Result<Self, BindError> {
        let (bytes, limit) = (hub.limits().bytes, limits.bytes as usize);
        if bytes > limit {
            return Err(BindError::TooLarge { bytes, limit });
        }
        let (bound, listener) = Bound::new(path.as_ref(), mode).await?;
        let (clock, timer) = (hub.inner.clock.clone(), hub.inner.timer.clone());
        let (inboxes, peers) = (Registry::new(), Peers::default());
        let groups = Arc::new(Quota::new(limits.groups));
        let shared = Arc::new(Shared { inboxes, limits, closing: Arc::default(), hub, timer, clock, peers, groups });
        let task = tokio::spawn(accept(Arc::clone(&shared), bound, listener)).abort_handle();
        Ok(Self { inner: Arc::new(Inner { shared, task, left: tokio::sync::OnceCell::new() }) })
    }

    /// What keeps what is published.
    pub fn hub(&self) -> &Memory<C, T> {
        &self.inner.shared.hub
    }

    /// How many peers are connected.
    pub fn connections(&self) -> usize {
        self.inner.shared.peers.count()
    }
}

impl<C, T> Shared<C, T> {
    fn close(&self) {
        self.closing.begin();
        self.inboxes.all().iter().for_each(|inbox| inbox.close());
        self.closing.wake();
    }
}

/// How long to wait after the system has refused a connection: too many open files, say.
const BREATH: Duration = Duration::from_millis(20);

/// Accepts until the server closes; the connections go on until they are done.
async fn accept<C, T>(shared: Arc<Shared<C, T>>, bound: Bound, listener: UnixListener)
where
    C: Clock + Clone + 'static,
    T: Timer<Sleep: 'static> + Clone + 'static,
{
    let mut connections = JoinSet::new();
    loop {
        let accepted = either(async { Some(listener.accept().await) }, async {
            let begun = poll_fn(|cx| {
                shared.closing.wait(cx.waker());
                if shared.closing.has_begun() { Poll::Ready(()) } else { Poll::Pending }
            });
            begun.await;
            None
        });
        match accepted.await {
            None => break,
            Some(Ok((stream, _))) => {
                while connections.try_join_next().is_some() {}
                if connections.len() < shared.limits.connections {
                    connections.spawn(serve(Arc::clone(&shared), stream));
                }
            }
            Some(Err(_)) => shared.timer.sleep(BREATH).await,
        }
    }
    drop((listener, bound));
    while connections.join_next().await.is_some() {}
}

/// One connection, until it is lost or the server closes it.
async fn serve<C, T>(shared: Arc<Shared<C, T>>, stream: UnixStream)
where
    C: Clock + Clone + 'static,
    T: Timer<Sleep: 'static> + Clone + 'static,
{
    let limits = &shared.limits;
    let greeted = within(&shared.timer, limits.handshake, greet(stream, limits.hello())).await;
    let Some(Ok((mut frames, mut write, hello))) = greeted else { return };
    let peer = shared.peers.add(Peer::new(Arc::clone(&shared.closing), UnixLimits::fitting(hello)));
    if shared.closing.has_begun() {
        peer.tell(&Frame::Goaway);
    }
    let reading = Reading::new(&shared, &peer, hello.in_flight).run(&mut frames);
    let writing = async {
        // An error of a write is the end of the connection, whatever it was.
        let _error = peer.out.write(&mut write, &shared.timer, limits.stall, || peer.pending()).await;
    };
    either(reading, writing).await;
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Transport for UnixServer<C, T> {
    const CAPABILITIES: Capabilities = <Memory<C, T> as Transport>::CAPABILITIES;

    async fn close(&self, grace: Duration) -> Leftover {
        let inner = &*self.inner;
        let shared = &*inner.shared;
        shared.close();
        let close = async {
            shared.peers.all().iter().for_each(|peer| peer.tell(&Frame::Goaway));
            // Subscriptions of peers end when the memory has nothing for them any more.
            let hub = shared.hub.close(grace);
            let mut over = pin!(shared.timer.sleep(grace));
            let mut hub = pin!(hub);
            let mut left = None;
            poll_fn(|cx| {
                if left.is_none()
                    && let Poll::Ready(parcels) = hub.as_mut().poll(cx)
                {
                    left = Some(parcels);
                }
                shared.closing.wait(cx.waker());
                let mut is_idle = left.is_some();
                for peer in shared.peers.all() {
                    is_idle &= peer.pending() == 0 && peer.out.poll_below(1, cx.waker()).is_ready();
                }
                if is_idle || over.as_mut().poll(cx).is_ready() { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
            let parcels = match left {
                Some(left) => left,
                None => shared.hub.close(Duration::ZERO).await,
            };
            let requests: usize = shared.peers.all().iter().map(|peer| peer.pending()).sum();
            inner.task.abort();
            Leftover { requests: requests + parcels.requests, parcels: parcels.parcels }
        };
        *inner.left.get_or_init(|| close).await
    }
}

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Delivers for UnixServer<C, T> {
    type Subscription = MemorySubscription<C, T>;

    async fn publish(&self, endpoint: Endpoint<'_>, parcel: Parcel) -> Result<(), TransportError> {
        self.inner.shared.hub.publish(endpoint, parcel).await
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<MemorySubscription<C, T>, TransportError> {
        self.inner.shared.hub.subscribe(endpoint, group).await
    }
}

impl<C, T> Drop for Inner<C, T> {
    fn drop(&mut self) {
        self.shared.close();
        self.task.abort();
    }
}

impl<C: Clock, T: Timer> Clone for UnixServer<C, T> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<C: Clock, T: Timer> fmt::Debug for UnixServer<C, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixServer").field("connections", &self.inner.shared.peers.count()).finish_non_exhaustive()
    }
}
