//! The name that a client gives to a request, to ask again under it: the header `Idempotency-Key`.

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use catga::delivery::Idempotent;

use crate::problem::Problem;

/// A request's name, where it has one.
#[derive(Debug, Default)]
pub(crate) struct RequestKey(Option<String>);

impl RequestKey {
    /// As the header that `Idempotent` reads.
    pub(crate) fn header(&self) -> Option<(&str, &str)> {
        self.0.as_deref().map(|key| (Idempotent::<()>::HEADER, key))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(Idempotent::<()>::HEADER) else { return Ok(Self(None)) };
        match value.to_str() {
            Ok(key) if (1..=128).contains(&key.len()) => Ok(Self(Some(key.to_owned()))),
            _ => {
                let rule = "an Idempotency-Key is 1 to 128 letters, digits and signs of ASCII";
                Err(Problem::new(StatusCode::BAD_REQUEST, "http.idempotency_key", rule))
            }
        }
    }
}
