//! Why an order was not placed: written into the order, so that who asks again is told the same.

use std::error::Error as _;

use catga::prelude::*;
use catga::transport::TransportError;
use serde::{Deserialize, Serialize};

use crate::payments_api::PaymentError;

/// A reason, for customers and for programs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("{message}")]
pub(crate) struct Refusal {
    pub(crate) kind: Kind,
    pub(crate) code: String,
    pub(crate) message: String,
}

/// What kind of reason it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// There is not enough of an article, or no such article.
    Stock,
    /// The card was declined.
    Declined,
    /// Nobody took the card: another order may go well, after so many seconds.
    Busy { retry_secs: u64 },
    /// The charge took too long, and is given back if it was made.
    Late,
    /// Nobody knows whether the card was charged; it is given back if it was.
    Lost,
    /// It was cancelled or expired before it was paid.
    Void,
    /// Something else.
    Failed,
}

impl Refusal {
    /// For an error of some kind.
    pub(crate) fn of(kind: Kind, error: &impl Classify) -> Self {
        Self { kind, code: error.code().to_owned(), message: error.to_string() }
    }

    /// For an order that nobody has paid in time.
    pub(crate) fn unpaid() -> Self {
        Self { kind: Kind::Void, code: "order.unpaid".to_owned(), message: "it was not paid in time".to_owned() }
    }
}

impl From<&Error<PaymentError>> for Refusal {
    fn from(error: &Error<PaymentError>) -> Self {
        let kind = match error {
            Error::Handler(PaymentError::Declined) => Kind::Declined,
            Error::Handler(PaymentError::Voided) => Kind::Void,
            Error::Handler(PaymentError::NoAnswer) => Kind::Lost,
            Error::Timeout => Kind::Late,
            Error::Transport(failure) if failure.class() == Class::Unknown => unanswered(failure),
            _ if error.class() == Class::Transient => {
                let after = error.retry_after().unwrap_or_default();
                // Rounded up: who comes back too early is refused again.
                Kind::Busy { retry_secs: (after.as_secs() + u64::from(after.subsec_nanos() > 0)).max(1) }
            }
            _ => Kind::Failed,
        };
        Self::of(kind, error)
    }
}

/// Another process was asked and did not answer: it took too long, or it broke off.
fn unanswered(failure: &Failure) -> Kind {
    match failure.source().and_then(|error| error.downcast_ref()) {
        Some(TransportError::TimedOut) => Kind::Late,
        _ => Kind::Lost,
    }
}
