use core::future::poll_fn;
use core::task::Poll;
use std::sync::Arc;

use bytes::Bytes;
use tokio::task::JoinSet;

use super::deliveries::NOBODY;
use super::feed::{Feed, Subscribed, Unsettled, begin_now, publish, publish_now};
use super::inbox::Arrival;
use super::pump::Frames;
use super::served::Peer;
use super::server::Shared;
use crate::time::{Clock, Timer};
use crate::transport::framed::frame::{Frame, Settled};
use crate::transport::framed::name::Name;
use crate::transport::shared::key::Key;
use crate::transport::{Endpoint, Parcel, TransportError};

/// What a peer sends, as its server takes it.
pub(super) struct Reading<'r, C: Clock + Clone + 'static, T> {
    shared: &'r Shared<C, T>,
    peer: &'r Arc<Peer>,
    /// How many requests and publications the peer may have under way, as it has said itself.
    in_flight: u32,
    unsettled: Arc<Unsettled<C>>,
    /// Publications that wait, and subscriptions.
    tasks: JoinSet<()>,
}

impl<'r, C, T> Reading<'r, C, T>
where
    C: Clock + Clone + 'static,
    T: Timer<Sleep: 'static> + Clone + 'static,
{
    pub(super) fn new(shared: &'r Shared<C, T>, peer: &'r Arc<Peer>, in_flight: u32) -> Self {
        let unsettled = Arc::new(Unsettled::new(shared.clock.clone(), in_flight as usize));
        Self { shared, peer, in_flight, unsettled, tasks: JoinSet::new() }
    }

    /// Takes frames until the peer ends or breaks the rules.
    pub(super) async fn run(mut self, frames: &mut Frames) {
        let buffer = self.shared.limits.buffer;
        loop {
            // Nothing more from a peer that does not read what it has asked for.
            if self.peer.out.is_over(buffer) {
                poll_fn(|cx| self.peer.out.poll_below(buffer, cx.waker())).await;
            }
            let Some(Ok(frame)) = frames.next().await else { return };
            if self.take(frame).await.is_err() {
                return;
            }
            while self.tasks.try_join_next().is_some() {}
        }
    }

    /// An error is a broken rule.
    async fn take(&mut self, frame: Frame) -> Result<(), TransportError> {
        if let Some(key) = self.refused(&frame) {
            self.peer.tell(&Frame::Error(key, TransportError::Refused));
            return Ok(());
        }
        match frame {
            Frame::Request(key, endpoint, bytes) => self.request(key, &endpoint, bytes, None),
            Frame::RequestMany(key, endpoint, credit, bytes) => self.request(key, &endpoint, bytes, Some(credit)),
            Frame::Cancel(key) => {
                self.peer.cancel(key);
                Ok(())
            }
            Frame::Credit(key, more) => {
                self.peer.credit(key, more);
                Ok(())
            }
            Frame::Publish(key, endpoint, parcel) => self.publish(key, endpoint, parcel).await,
            Frame::Subscribe(key, endpoint, group, credit) => self.subscribe(key, endpoint, group, credit),
            Frame::Settle(key, subscription, number, settled) => {
                self.settle(key, (subscription, number), settled).await;
                Ok(())
            }
            _ => Err(TransportError::Incompatible),
        }
    }

    /// What would begin something here, and may not: the server is closing, or the peer has all its subscriptions.
    fn refused(&self, frame: &Frame) -> Option<Key> {
        let is_closing = self.shared.closing.has_begun();
        match frame {
            Frame::Request(key, ..) | Frame::RequestMany(key, ..) | Frame::Publish(key, ..) if is_closing => Some(*key),
            Frame::Subscribe(key, ..)
                if is_closing || self.peer.subscriptions() >= self.shared.limits.subscriptions =>
            {
                Some(*key)
            }
            _ => None,
        }
    }

    /// A request has come; with a credit it wants items.
    fn request(&self, key: Key, endpoint: &Name, bytes: Bytes, credit: Option<u32>) -> Result<(), TransportError> {
        let Some(inbox) = self.shared.inboxes.find(Endpoint::new(endpoint.as_str())) else {
            self.peer.tell(&Frame::Error(key, TransportError::NobodyListens));
            return Ok(());
        };
        match credit {
            None => self.peer.begin_one(key, self.in_flight, &inbox)?,
            Some(credit) => self.peer.begin_many(key, self.in_flight, &inbox, credit)?,
        }
        let arrival = Arrival { peer: Arc::clone(self.peer), key, bytes, is_many: credit.is_some() };
        if let Err(arrival) = inbox.push(arrival) {
            // It may be cancelled by now, and then nobody is told.
            let _gone = self.peer.fail(arrival.key, TransportError::NobodyListens);
        }
        Ok(())
    }

    async fn publish(&mut self, key: Key, endpoint: Name, parcel: Parcel) -> Result<(), TransportError> {
        let (hub, peer) = (&self.shared.hub, self.peer);
        peer.begin_publish(key, self.in_flight)?;
        // At once, so that what a peer publishes in order is taken in order; and its place in the line too.
        let mut publishing = Some((endpoint, parcel));
        let waits = poll_fn(|cx| {
            let waits = publishing.take().and_then(|(endpoint, parcel)| {
                let parcel = publish_now(hub, peer, key, &endpoint, parcel, cx)?;
                begin_now(publish(hub.clone(), Arc::clone(peer), key, endpoint, parcel), cx)
            });
            Poll::Ready(waits)
        });
        if let Some(waits) = waits.await {
            peer.abort_with(key, self.tasks.spawn(waits));
        }
        Ok(())
    }

    fn subscribe(&mut self, key: Key, endpoint: Name, group: Name, credit: u32) -> Result<(), TransportError> {
        let feed = Arc::new(Feed::new(credit, self.in_flight));
        self.peer.begin_feed(key, &feed)?;
        let subscribed = Subscribed {
            peer: Arc::clone(self.peer),
            key,
            feed,
            unsettled: Arc::clone(&self.unsettled),
            buffer: self.shared.limits.buffer,
            groups: Arc::clone(&self.shared.groups),
            clock: self.shared.clock.clone(),
        };
        let feeding = subscribed.feed(self.shared.hub.clone(), endpoint, group);
        self.peer.abort_with(key, self.tasks.spawn(feeding));
        Ok(())
    }

    /// What became of a delivery: of which subscription, and its number.
    async fn settle(&self, key: Key, delivery: (Key, u64), settled: Settled) {
        let ack_deadline = self.shared.hub.limits().ack_deadline;
        let result = self.unsettled.settle(delivery, settled, ack_deadline).await;
        if key != NOBODY {
            self.peer.tell(&match result {
                Ok(()) => Frame::Answer(key, Bytes::new()),
                Err(error) => Frame::Error(key, error),
            });
        }
    }
}
