//! Taking money and giving it back.

use catga::prelude::*;

use crate::money::Cents;
use crate::patience::Patience;
use crate::payments_api::{Card, ChargeCard, PaymentError, Receipt, Takings, VoidCharge};

/// The bank: the seam for a real payment gateway. A charge has a key, the same on every attempt at it.
pub(crate) trait Gateway: Send + Sync {
    /// Takes the amount once for a key, however often it is called.
    fn charge(
        &self,
        key: &str,
        card: &Card,
        amount: Cents,
    ) -> impl Future<Output = Result<Receipt, PaymentError>> + Send;

    /// Gives the amount of a key back, and refuses its later charges.
    fn void(&self, key: &str) -> impl Future<Output = Result<(), PaymentError>> + Send;

    /// All that was taken and not given back.
    fn takings(&self) -> impl Future<Output = Result<Cents, PaymentError>> + Send;
}

/// Handles everything about money.
pub(crate) struct Payments<G> {
    gateway: G,
    breaker: CircuitBreaker,
    /// How long it waits for the gateway.
    pub(crate) patience: Patience,
    in_all: Timeout,
    attempt: Timeout,
}

impl<G: Gateway> Payments<G> {
    /// Over this gateway; after five failures in a row it is left alone for a while.
    pub(crate) fn over(gateway: G, patience: Patience) -> Self {
        let breaker = CircuitBreaker::new(5, patience.respite());
        Self { gateway, breaker, patience, in_all: patience.in_all(), attempt: patience.attempt() }
    }
}

#[handler]
impl<G: Gateway> Payments<G> {
    // A wait that would not fit into the time of all attempts is not begun.
    #[pipeline(self.in_all, Retry::times(2), self.breaker, self.attempt)]
    async fn charge(&self, command: ChargeCard) -> Result<Receipt, PaymentError> {
        self.gateway.charge(command.charge.as_str(), &command.card, command.amount).await
    }

    // Not behind the breaker: giving money back is tried even while charges are held off.
    #[pipeline(self.in_all, Retry::times(4), self.attempt)]
    async fn void(&self, command: VoidCharge) -> Result<(), PaymentError> {
        self.gateway.void(command.charge.as_str()).await
    }

    async fn takings(&self, _query: Takings) -> Result<Cents, PaymentError> {
        self.gateway.takings().await
    }
}
