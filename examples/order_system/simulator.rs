//! A payment gateway that behaves as the card's last four digits say.

use std::collections::{HashMap, HashSet};
use std::future::pending;
use std::time::Duration;

use crate::memory::Memory;
use crate::money::Cents;
use crate::orders::OrderId;
use crate::payments::Gateway;
use crate::payments_api::{Card, PaymentError, Receipt};

/// A gateway without a bank. Cards that end in
///
/// | digits | |
/// |---|---|
/// | `0002` | are declined |
/// | `0119` | find it busy, always |
/// | `0127` | find it busy at an order's first charge |
/// | `0259` | are charged, and the answer never arrives |
///
/// and all others are charged. What it knows of charges ends with its process.
#[derive(Debug, Default)]
pub(crate) struct Simulator(Memory<Ledger>);

#[derive(Debug, Default)]
struct Ledger {
    /// What each order was charged; `None` where it was voided.
    charges: HashMap<OrderId, Option<Cents>>,
    turned_away: HashSet<OrderId>,
}

impl Ledger {
    fn charge(&mut self, order: OrderId, amount: Cents) -> Result<Receipt, PaymentError> {
        let charge = self.charges.entry(order).or_insert(Some(amount));
        charge.map(|_| Receipt(format!("R{order}"))).ok_or(PaymentError::Voided)
    }
}

/// What a call to a gateway takes when all is well.
const LATENCY: Duration = Duration::from_millis(2);

impl Gateway for Simulator {
    async fn charge(&self, order: OrderId, card: &Card, amount: Cents) -> Result<Receipt, PaymentError> {
        tokio::time::sleep(LATENCY).await;
        let number = card.reveal();
        if number.ends_with("0002") {
            return Err(PaymentError::Declined);
        }
        if number.ends_with("0119")
            || number.ends_with("0127") && self.0.with(|ledger| ledger.turned_away.insert(order))
        {
            return Err(PaymentError::Busy);
        }
        let charged = self.0.with(|ledger| ledger.charge(order, amount));
        if number.ends_with("0259") {
            pending::<()>().await;
        }
        charged
    }

    async fn void(&self, order: OrderId) -> Result<(), PaymentError> {
        tokio::time::sleep(LATENCY).await;
        self.0.with(|ledger| ledger.charges.insert(order, None));
        Ok(())
    }

    async fn takings(&self) -> Result<Cents, PaymentError> {
        Ok(self.0.with(|ledger| ledger.charges.values().flatten().fold(Cents(0), |sum, &amount| sum + amount)))
    }
}
