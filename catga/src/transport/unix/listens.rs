use core::fmt;
use core::future::poll_fn;
use std::sync::Arc;

use super::answers::{Duty, UnixItemSender, UnixResponder};
use super::inbox::Inbox;
use super::requests::check_name;
use super::server::UnixServer;
use crate::time::{Clock, Timer};
use crate::transport::{Answer, Endpoint, Incoming, Listens, Request, TransportError};

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Listens for UnixServer<C, T> {
    type Incoming = UnixIncoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<UnixIncoming, TransportError> {
        check_name(endpoint.name())?;
        let shared = &self.inner.shared;
        if shared.closing.has_begun() {
            return Err(TransportError::Closed);
        }
        let inbox = shared.inboxes.find_or_make(endpoint, Inbox::default);
        let listener = inbox.listen()?;
        let limits = &shared.limits;
        Ok(UnixIncoming { inbox, listener, limit: limits.bytes as usize, buffer: limits.buffer })
    }
}

/// The requests of one endpoint, of all peers.
pub struct UnixIncoming {
    inbox: Arc<Inbox>,
    listener: u64,
    limit: usize,
    buffer: usize,
}

/// Gives the wake-up for a request on, where it is not taken.
struct Taking<'i>(&'i UnixIncoming, bool);

impl Drop for Taking<'_> {
    fn drop(&mut self) {
        if self.1 {
            self.0.inbox.stop_taking(self.0.listener);
        }
    }
}

impl Incoming for UnixIncoming {
    type Responder = UnixResponder;
    type Sender = UnixItemSender;

    async fn next(&mut self) -> Option<Request<UnixResponder, UnixItemSender>> {
        let mut taking = Taking(self, false);
        let arrival = poll_fn(|cx| {
            let taken = taking.0.inbox.take(taking.0.listener, cx.waker());
            taking.1 = taken.is_pending();
            taken
        });
        let arrival = arrival.await?;
        let (limit, buffer) = (self.limit.min(arrival.peer.limit()), self.buffer);
        let duty = Duty { peer: arrival.peer, key: arrival.key, limit, buffer, is_over: false };
        let answer =
            if arrival.is_many { Answer::Many(UnixItemSender { duty }) } else { Answer::One(UnixResponder { duty }) };
        Some(Request { bytes: arrival.bytes, answer })
    }
}

impl Drop for UnixIncoming {
    fn drop(&mut self) {
        self.inbox.leave(self.listener);
    }
}

impl fmt::Debug for UnixIncoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixIncoming").finish_non_exhaustive()
    }
}
