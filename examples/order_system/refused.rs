//! How it reads in HTTP that a behavior refused: the store, for most. Each says what to do.

use axum::http::StatusCode;
use catga::prelude::*;

/// Its status; 500 where it is ours to mend.
pub(crate) fn status(failure: &Failure) -> StatusCode {
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
pub(crate) fn text(failure: &Failure) -> String {
    let next = match failure.class() {
        Class::Conflict => "; nothing happened: send it again",
        Class::Unknown => {
            "; send it again under the same Idempotency-Key, and where it had none, look first what became of it"
        }
        _ => "",
    };
    format!("{failure}{next}")
}
