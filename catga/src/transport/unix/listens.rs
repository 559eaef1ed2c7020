use core::fmt;

use super::answers::{Duty, UnixItemSender, UnixResponder};
use super::inbox::Inbox;
use super::server::UnixServer;
use crate::time::{Clock, Timer};
use crate::transport::shared::listener::Listener;
use crate::transport::shared::size::check_name;
use crate::transport::{Answer, Endpoint, Incoming, Listens, Request, TransportError};

impl<C: Clock + Clone + 'static, T: Timer<Sleep: 'static> + Clone + 'static> Listens for UnixServer<C, T> {
    type Incoming = UnixIncoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<UnixIncoming, TransportError> {
        check_name(endpoint.name())?;
        let shared = &self.inner.shared;
        let inbox = shared.inboxes.open(endpoint, &shared.closing, || Inbox::new(shared.limits.buffer))?;
        let listener = Listener::new(inbox)?;
        let limits = &shared.limits;
        Ok(UnixIncoming { listener, limit: limits.bytes as usize, buffer: limits.buffer })
    }
}

/// The requests of one endpoint, of all peers.
pub struct UnixIncoming {
    listener: Listener<Inbox>,
    limit: usize,
    buffer: usize,
}

impl Incoming for UnixIncoming {
    type Responder = UnixResponder;
    type Sender = UnixItemSender;

    async fn next(&mut self) -> Option<Request<UnixResponder, UnixItemSender>> {
        let arrival = self.listener.next().await?;
        let (limit, buffer) = (self.limit.min(arrival.peer.limit()), self.buffer);
        let duty = Duty { peer: arrival.peer, key: arrival.key, limit, buffer, is_over: false };
        let answer =
            if arrival.is_many { Answer::Many(UnixItemSender { duty }) } else { Answer::One(UnixResponder { duty }) };
        Some(Request { bytes: arrival.bytes, answer })
    }
}

impl fmt::Debug for UnixIncoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixIncoming").finish_non_exhaustive()
    }
}
