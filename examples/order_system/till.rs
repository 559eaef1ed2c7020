//! Payments as a mediator of their own, which answers whoever knows their contract.

use catga::prelude::*;
use catga::transport::{Listens, TransportError};

use crate::bank::Bank;
use crate::patience::Patience;
use crate::payments::Payments;
use crate::payments_api::PaymentsApi;

/// Handles every message of payments.
#[mediator(serves(PaymentsApi))]
#[pipeline(Trace)]
pub(crate) struct Till {
    payments: Payments<Bank>,
}

impl Till {
    /// A till that has its money at this bank.
    pub(crate) fn new(bank: Bank, patience: Patience) -> Self {
        Self { payments: Payments::over(bank, patience) }
    }

    /// Answers what arrives over a transport until `stop` is ready; then takes nothing more, and returns when
    /// what is under way has been answered.
    ///
    /// # Errors
    /// A transport that does not listen.
    pub(crate) async fn serve<T: Listens + Clone>(
        &self,
        transport: T,
        stop: impl Future<Output = ()>,
    ) -> Result<(), TransportError> {
        let close = async {
            stop.await;
            let left = transport.close(self.payments.patience.till()).await;
            if left.requests > 0 {
                tracing::error!(requests = left.requests, "closed with requests under way");
            }
            Ok(())
        };
        // It is the transport that ends it.
        let never = Cancel::new();
        let server = Server::new(transport.clone());
        tokio::try_join!(server.serve::<PaymentsApi, _>(self, &never), close).map(|_| ())
    }
}
