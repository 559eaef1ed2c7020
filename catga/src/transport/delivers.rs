use core::future::Future;
use core::time::Duration;

use super::{Endpoint, Parcel, Transport, TransportError};

/// A transport that takes parcels and delivers them to groups of subscribers, until they are acknowledged.
pub trait Delivers: Transport {
    /// One subscriber of a group.
    type Subscription: Subscription;

    /// Publishes; returns when the transport has taken the parcel, as durably as it declares. It waits
    /// while a group's queue is full; where the group has no subscriber, for no longer than its retention if the
    /// transport declares that such groups [lapse](super::Capabilities::lapses).
    ///
    /// Dropping the future before it returns leaves it open whether the parcel was taken, as does an error
    /// of the class `Unknown`.
    ///
    /// # Errors
    /// [`TransportError`]: `NobodyListens` where there is no group and it keeps nothing for later ones.
    fn publish(
        &self,
        endpoint: Endpoint<'_>,
        parcel: Parcel,
    ) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// Becomes a subscriber of a group, and makes the group where it is new. From here on the group gets
    /// all that is published there, also while it has no subscriber, until it
    /// [lapses](super::Capabilities::lapses).
    ///
    /// # Errors
    /// [`TransportError`]: `Closed`, `Unreachable`, `Refused` where there is no room for another group or
    /// subscription, or `TooLarge` where a name is too long.
    fn subscribe(
        &self,
        endpoint: Endpoint<'_>,
        group: &str,
    ) -> impl Future<Output = Result<Self::Subscription, TransportError>> + Send;
}

/// One subscriber of a group. Dropping it leaves the group and what the group has not got yet.
pub trait Subscription: Send + 'static {
    /// What it takes.
    type Delivery: Delivery;

    /// How long a delivery may take before it comes again; `None` where it never does. Who works longer
    /// [extends](Delivery::extend) it.
    fn ack_deadline(&self) -> Option<Duration>;

    /// The next delivery; `None` once the transport is closed and nothing is left. Cancel safe: nothing is
    /// taken until it is returned.
    ///
    /// While a delivery of a key is out, nothing else of that key comes to the group.
    ///
    /// # Errors
    /// [`TransportError`] where what it subscribed to is lost; it has to subscribe again. `TooLarge` is a parcel that
    /// this side does not take: it stays with the group and comes again after the ack deadline, to this one or to
    /// another that takes it, and what follows it in its key waits for it.
    fn next(&mut self) -> impl Future<Output = Option<Result<Self::Delivery, TransportError>>> + Send;
}

/// A parcel that somebody in the group works on. Where it is neither acknowledged nor refused before the
/// transport's ack deadline, dropped for example, it comes again with the next attempt.
pub trait Delivery: Send + 'static {
    /// What was published.
    fn parcel(&self) -> &Parcel;

    /// The number of this attempt; the first is 1.
    fn attempt(&self) -> u32;

    /// It is done, and does not come again.
    ///
    /// # Errors
    /// `Stale` where the deadline has passed; `Unknown` errors where it may come again.
    fn ack(self) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// It is not done, and comes again, not before `after` has passed; what follows it in its key waits
    /// for it.
    ///
    /// # Errors
    /// `Stale` where the deadline has passed: then it comes again anyway.
    fn refuse(self, after: Duration) -> impl Future<Output = Result<(), TransportError>> + Send;

    /// It takes longer: the ack deadline begins anew.
    ///
    /// # Errors
    /// `Stale` where the deadline has passed.
    fn extend(&mut self) -> impl Future<Output = Result<(), TransportError>> + Send;
}
