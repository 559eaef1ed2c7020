//! The server: from a socket to the last answer.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::http;
use crate::shop::Shop;

/// A shop that has a socket, and does not answer yet.
pub(crate) struct Server<S> {
    listener: TcpListener,
    shop: Arc<S>,
}

impl<S: Shop> Server<S> {
    /// Takes the address; port 0 is any that is free.
    ///
    /// # Errors
    /// An address that is taken, or not ours to take.
    pub(crate) async fn bind(address: SocketAddr, shop: Arc<S>) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address).await?, shop })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// What the system says.
    pub(crate) fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until `stop` is ready; then takes no more connections, and returns when the requests
    /// that are under way have been answered.
    ///
    /// # Errors
    /// What the socket says, and clients that keep it waiting for longer than the shop has patience.
    pub(crate) async fn run(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let (stopping, stopped) = oneshot::channel();
        let grace = self.shop.patience().shop();
        let serve = axum::serve(self.listener, http::router(self.shop)).with_graceful_shutdown(async move {
            stop.await;
            // The other end is gone when the server is.
            let _sent = stopping.send(());
        });
        let too_late = async {
            // An error is a server that ended by itself, which the other branch has seen.
            let _stopped = stopped.await;
            tokio::time::sleep(grace).await;
        };
        tokio::select! {
            served = serve => served,
            () = too_late => Err(io::Error::new(io::ErrorKind::TimedOut, "stopped with requests under way")),
        }
    }
}

/// Ready when the process is asked to end: by ctrl-c, or by SIGTERM where there is one. From this call
/// on, and not from its first poll, such a signal no longer kills.
///
/// # Errors
/// What the system says.
#[cfg(unix)]
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Ready when the process is asked to end.
///
/// # Errors
/// What the system says.
#[cfg(windows)]
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
    })
}
