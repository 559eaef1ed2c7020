//! What is read from a request, with problems of ours where axum would answer with plain text.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Json::<T>::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => {
                let (status, code) = match &rejection {
                    JsonRejection::JsonSyntaxError(_) | JsonRejection::JsonDataError(_) => {
                        (StatusCode::BAD_REQUEST, "http.malformed_json")
                    }
                    JsonRejection::MissingJsonContentType(_) => (rejection.status(), "http.content_type"),
                    _ if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => (rejection.status(), "http.too_large"),
                    _ => (rejection.status(), "http.body"),
                };
                Err(Problem::new(status, code, masked(&rejection.body_text())))
            }
        }
    }
}

/// The text without its long numbers: serde quotes a value of the wrong type, and a card's number may
/// stand in any field.
pub(crate) fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for part in text.split_inclusive(|letter: char| !letter.is_ascii_digit()) {
        let number = part.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let shown = if number.len() < 8 { number } else { "(number)" };
        masked.extend([shown, &part[number.len()..]]);
    }
    masked
}

/// The one parameter of a path.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem::new(rejection.status(), "http.path", rejection.body_text())),
        }
    }
}
