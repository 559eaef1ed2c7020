use catga::prelude::*;
use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};

#[derive(Debug, PartialEq, Serialize, Deserialize, Classify)]
pub enum CardError {
    Declined {
        code: u16,
    },
    #[class(transient)]
    Busy,
}

impl std::fmt::Display for CardError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for CardError {}

#[command(reply = u64, error = CardError, validate)]
#[derive(Debug, Serialize, Deserialize)]
pub struct ChargeCard {
    pub cents: u64,
    pub note: String,
}

impl Valid for ChargeCard {
    fn check(&self, checks: &mut Checks) {
        checks.require("cents", self.cents > 0, "must be positive");
    }
}

#[query(reply = Option<String>)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Receipt(pub u64);

#[query(stream = u64, error = CardError)]
#[derive(Debug, Serialize, Deserialize)]
pub struct Charges {
    pub up_to: u64,
}

#[event]
#[derive(Debug, Serialize, Deserialize)]
pub struct CardExpired {
    pub card: u64,
}

#[contract(endpoint = "payments")]
pub struct PaymentsApi(ChargeCard, Receipt, #[stream] Charges, #[event] CardExpired);

/// Serves the contract.
#[derive(Default)]
pub struct Payments {
    pub expired: std::sync::atomic::AtomicU64,
}

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> Result<u64, CardError> {
        match command.cents {
            666 => Err(CardError::Declined { code: 51 }),
            667 => Err(CardError::Busy),
            668 => panic!("on purpose"),
            cents => Ok(cents * 2),
        }
    }

    fn receipt(&self, query: Receipt) -> Option<String> {
        (query.0 == 1).then(|| "one".into())
    }

    fn charges(&self, query: Charges) -> impl Stream<Item = Result<u64, CardError>> {
        let is_endless = query.up_to == u64::MAX;
        let row = move |row| if row == 7 && !is_endless { Err(CardError::Busy) } else { Ok(row) };
        stream::iter((0..query.up_to).map(row))
    }

    fn expire(&self, event: &CardExpired) {
        self.expired.fetch_add(event.card, std::sync::atomic::Ordering::Relaxed);
    }
}

#[mediator(serves, serves(PaymentsApi))]
#[pipeline(Validate)]
pub struct Bank {
    pub payments: Payments,
}

pub fn bank() -> Bank {
    Bank { payments: Payments::default() }
}
