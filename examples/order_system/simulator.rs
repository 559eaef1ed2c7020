//! A payment gateway that behaves as the card's last four digits say.

use std::collections::HashSet;
use std::future::pending;
use std::io;
use std::path::Path;
use std::time::Duration;

use crate::ledger::Ledger;
use crate::memory::Memory;
use crate::money::Cents;
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
/// and all others are charged. What it has charged is in its ledger.
#[derive(Debug)]
pub(crate) struct Simulator {
    ledger: Ledger,
    turned_away: Memory<HashSet<String>>,
}

impl Simulator {
    /// With the ledger in this folder; synced, as a bank's is that is a process of its own.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub(crate) fn open(folder: &Path, is_synced: bool) -> io::Result<Self> {
        Ok(Self { ledger: Ledger::open(folder, is_synced)?, turned_away: Memory::default() })
    }
}

/// What a call to a gateway takes when all is well.
const LATENCY: Duration = Duration::from_millis(2);

impl Gateway for Simulator {
    async fn charge(&self, key: &str, card: &Card, amount: Cents) -> Result<Receipt, PaymentError> {
        tokio::time::sleep(LATENCY).await;
        let number = card.reveal();
        if number.ends_with("0002") {
            return Err(PaymentError::Declined);
        }
        let turns_away = || self.turned_away.with(|keys| keys.insert(key.to_owned()));
        if number.ends_with("0119") || number.ends_with("0127") && turns_away() {
            return Err(PaymentError::Busy);
        }
        let charged = self.ledger.charge(key, amount).await;
        if number.ends_with("0259") {
            pending::<()>().await;
        }
        charged.map(|()| Receipt(format!("R{key}")))
    }

    async fn void(&self, key: &str) -> Result<(), PaymentError> {
        tokio::time::sleep(LATENCY).await;
        self.ledger.void(key).await
    }

    async fn takings(&self) -> Result<Cents, PaymentError> {
        Ok(self.ledger.sum())
    }
}
