//! What a client is told when its request fails: a status, a stable code, a message, every violation.

use std::borrow::Cow;
use std::error::Error as _;
use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use catga::error::Violation;
use catga::prelude::*;
use catga::transport::TransportError;
use serde::Serialize;

use crate::inventory::StockError;
use crate::mail::MailError;
use crate::orders::OrderError;
use crate::payments_api::PaymentError;
use crate::refusal::{Kind, Refusal};
use crate::shipping::ShippingError;

/// A failed request: `{ "code": .., "message": .., "violations": [..] }` under a status.
#[derive(Debug, Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    status: StatusCode,
    #[serde(skip)]
    retry_after: Option<Duration>,
    code: Cow<'static, str>,
    message: String,
    violations: Vec<Broken>,
}

/// One rule that one field breaks.
#[derive(Debug, Serialize)]
struct Broken {
    field: String,
    rule: String,
}

impl Problem {
    /// A problem without a list of violations.
    pub(crate) fn new(status: StatusCode, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, retry_after: None, code: code.into(), message: message.into(), violations: Vec::new() }
    }

    /// A failure of ours: the log is told what it was, and the client that there was one.
    pub(crate) fn internal(code: &'static str, error: &impl std::error::Error) -> Self {
        tracing::error!(code, %error, "a request failed");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, code, "something went wrong on our side")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry_after = self.retry_after.map(|after| {
            // Whole seconds, rounded up: a client that comes back too early is refused again.
            let secs = after.as_secs() + u64::from(after.subsec_nanos() > 0);
            (header::RETRY_AFTER, HeaderValue::from(secs.max(1)))
        });
        let mut response = (self.status, axum::Json(self)).into_response();
        response.headers_mut().extend(retry_after);
        response
    }
}

/// How a handler's own error reads in HTTP.
pub(crate) trait Status: Classify {
    /// Its status; 500 is for what the client is told nothing of.
    fn status(&self) -> StatusCode;
}

impl Status for StockError {
    fn status(&self) -> StatusCode {
        match self {
            Self::UnknownSku(_) => StatusCode::NOT_FOUND,
            Self::OutOfStock { .. } => StatusCode::CONFLICT,
        }
    }
}

impl Status for PaymentError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Declined => StatusCode::PAYMENT_REQUIRED,
            Self::Busy | Self::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoAnswer => StatusCode::BAD_GATEWAY,
            Self::Voided => StatusCode::CONFLICT,
        }
    }
}

impl Status for ShippingError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoParcel(_) => StatusCode::NOT_FOUND,
            Self::Dispatched(_) | Self::Recalled(_) => StatusCode::CONFLICT,
        }
    }
}

impl Status for MailError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(_) | Self::TooOld => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

impl Status for OrderError {
    fn status(&self) -> StatusCode {
        match self {
            Self::Unknown(_) => StatusCode::NOT_FOUND,
            Self::Cancelled(_) | Self::NotDue(_) => StatusCode::CONFLICT,
            Self::Stock(error) => error.status(),
            Self::Payment(error) => error.status(),
            Self::Shipping(error) => error.status(),
        }
    }
}

impl<E: Status> From<Error<E>> for Problem {
    fn from(error: Error<E>) -> Self {
        let status = match &error {
            Error::Handler(own) => own.status(),
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Denied(_) => StatusCode::FORBIDDEN,
            Error::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Error::Transport(failure) if failure.class() == Class::Unknown => unanswered(failure),
            Error::Refused(failure) => refused(failure),
            _ if error.class() == Class::Transient => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        if status == StatusCode::INTERNAL_SERVER_ERROR && error.class() != Class::Unknown {
            return Self::internal(error.code(), &error);
        }
        let mut problem = Self::new(status, error.code(), said(&error));
        problem.retry_after = match error.retry_after() {
            // Nothing happened: the same request may be sent again.
            None if status == StatusCode::SERVICE_UNAVAILABLE || error.class() == Class::Conflict => {
                Some(Duration::from_secs(1))
            }
            after => after,
        };
        if let Error::Invalid(violations) = &error {
            let broken = |violation: &Violation| Broken {
                field: violation.path.to_string(),
                rule: violation.rule.to_string(),
            };
            problem.violations = violations.iter().map(broken).collect();
        }
        problem
    }
}

/// How it reads that a behavior refused: the store, for most.
fn refused(failure: &Failure) -> StatusCode {
    match failure.code() {
        // As the draft of the header has it: in progress, and another request under the same key.
        "catga.store.in_progress" => StatusCode::CONFLICT,
        "catga.store.mismatch" => StatusCode::UNPROCESSABLE_ENTITY,
        _ => match failure.class() {
            Class::Conflict => StatusCode::CONFLICT,
            Class::Transient => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        },
    }
}

/// What a client is told, and what to do.
fn said<E: Status>(error: &Error<E>) -> String {
    let again = match (error, error.class()) {
        (Error::Refused(_), Class::Unknown) => {
            "; send it again under the same Idempotency-Key, and where it had none, look first what became of it"
        }
        (Error::Refused(_), Class::Conflict) => "; nothing happened: send it again",
        _ => "",
    };
    format!("{error}{again}")
}

/// How it reads that another process was asked and did not answer: it took too long, or it broke off.
/// Neither says to try again, as what was asked may have been done.
fn unanswered(failure: &Failure) -> StatusCode {
    match failure.source().and_then(|error| error.downcast_ref()) {
        Some(TransportError::TimedOut) => StatusCode::GATEWAY_TIMEOUT,
        _ => StatusCode::BAD_GATEWAY,
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            Kind::Stock | Kind::Void => StatusCode::CONFLICT,
            Kind::Declined => StatusCode::PAYMENT_REQUIRED,
            Kind::Busy { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Late => StatusCode::GATEWAY_TIMEOUT,
            Kind::Lost => StatusCode::BAD_GATEWAY,
            Kind::Failed => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let mut problem = Self::new(status, refusal.code, refusal.message);
        if let Kind::Busy { retry_secs } = refusal.kind {
            problem.retry_after = Some(Duration::from_secs(retry_secs));
        }
        problem
    }
}

#[cfg(test)]
mod tests {
    use catga::store::{Idempotency, Memory, Store, StoreError, Table};
    use catga::time::SystemRandom;

    use super::*;

    const ROWS: Table<u8, u8> = Table::new("rows");

    /// What a client is told of an error of the store: its status, its code, its text, and after how many seconds to
    /// ask again.
    fn told(error: StoreError) -> (u16, String, String, Option<u64>) {
        let problem = Problem::from(Error::<OrderError>::refused(error));
        let (code, text) = (problem.code.to_string(), problem.message.clone());
        let answer = problem.into_response();
        let after = answer.headers().get(header::RETRY_AFTER).map(|after| after.to_str().unwrap().parse().unwrap());
        (answer.status().as_u16(), code, text, after)
    }

    fn store() -> Store {
        Store::new(Memory::new(&SystemRandom)).unwrap()
    }

    #[tokio::test]
    async fn a_conflict_says_that_nothing_happened() {
        let db = store();
        let (mut one, mut two) = (db.begin().unwrap(), db.begin().unwrap());
        for tx in [&mut one, &mut two] {
            ROWS.get(tx, &1).await.unwrap();
            ROWS.put(tx, &1, &1).unwrap();
        }
        one.commit().await.unwrap();
        let (status, code, text, after) = told(two.commit().await.unwrap_err());
        assert_eq!((status, code.as_str(), after), (409, "catga.store.conflict", Some(1)));
        assert!(text.ends_with("nothing happened: send it again"), "{text}");
    }

    #[tokio::test]
    async fn a_request_in_progress_says_when_to_ask_again() {
        let (db, keys) = (store(), Idempotency::new("PlaceOrder").lease(Duration::from_secs(9)));
        keys.claim(&db, b"key", 1, 1).await.unwrap();
        let (status, code, text, after) = told(keys.claim(&db, b"key", 1, 2).await.unwrap_err());
        assert_eq!((status, code.as_str()), (409, "catga.store.in_progress"));
        assert!(after.is_some_and(|secs| (8..=9).contains(&secs)), "{after:?}");
        assert!(text.contains("ask again"), "{text}");
    }

    #[test]
    fn a_store_that_is_overloaded_says_to_come_back() {
        let db: Store = Store::with(Memory::new(&SystemRandom), Store::<()>::options().most_waiting(0)).unwrap();
        let (status, code, text, after) = told(db.begin().unwrap_err());
        assert_eq!((status, code.as_str(), after), (503, "catga.store.overloaded", Some(1)));
        assert!(text.contains("try again later"), "{text}");
    }

    #[test]
    fn an_unknown_outcome_says_to_ask_under_the_same_key() {
        let failure = Failure::with_source("catga.store.unknown", Class::Unknown, "the disk did not answer");
        let problem = Problem::from(Error::<OrderError>::Refused(failure));
        assert!(problem.message.contains("under the same Idempotency-Key"), "{}", problem.message);
        assert_eq!((problem.status.as_u16(), problem.retry_after), (500, None));
    }
}
