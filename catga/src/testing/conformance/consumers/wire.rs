use core::future::Future;
use core::time::Duration;
use std::sync::Arc;

use crate::transport::{Capabilities, Delivers, Endpoint, Leftover, Parcel, Transport, TransportError};

/// A transport that a consumer and its scenario share.
pub(super) struct Shared<T>(pub(super) Arc<T>);

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Transport> Transport for Shared<T> {
    const CAPABILITIES: Capabilities = T::CAPABILITIES;

    fn close(&self, grace: Duration) -> impl Future<Output = Leftover> + Send {
        self.0.close(grace)
    }
}

impl<T: Delivers> Delivers for Shared<T> {
    type Subscription = T::Subscription;

    fn publish(
        &self,
        endpoint: Endpoint<'_>,
        parcel: Parcel,
    ) -> impl Future<Output = Result<(), TransportError>> + Send {
        self.0.publish(endpoint, parcel)
    }

    fn subscribe(
        &self,
        endpoint: Endpoint<'_>,
        group: &str,
    ) -> impl Future<Output = Result<T::Subscription, TransportError>> + Send {
        self.0.subscribe(endpoint, group)
    }
}
