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
use crate::refused;
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
            Self::Cancelled(_) => StatusCode::CONFLICT,
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
            Error::Refused(failure) => refused::status(failure),
            _ if error.class() == Class::Transient => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let is_known = !matches!(&error, Error::Refused(failure) if failure.class() == Class::Unknown);
        if status == StatusCode::INTERNAL_SERVER_ERROR && is_known {
            return Self::internal(error.code(), &error);
        }
        let text = match &error {
            Error::Refused(failure) => refused::text(failure),
            error => error.to_string(),
        };
        let mut problem = Self::new(status, error.code(), text);
        problem.retry_after = match error.retry_after() {
            // Nothing happened: the same request may be sent again.
            None if matches!(error.class(), Class::Transient | Class::Conflict) => Some(Duration::from_secs(1)),
            after => after,
        };
        if let Error::Invalid(violations) = &error {
            let broken =
                |violation: &Violation| Broken { field: violation.path.to_string(), rule: violation.rule.to_string() };
            problem.violations = violations.iter().map(broken).collect();
        }
        problem
    }
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
