use core::convert::Infallible;
use core::time::Duration;

/// What a failure means for the one who thinks of trying again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// Nothing happened, and the same message may succeed a little later.
    Transient,
    /// The same message will fail again.
    Permanent,
    /// Nothing happened because somebody else was faster: run again from fresh state.
    Conflict,
    /// The effect may or may not have happened; repeat only what is safe to repeat.
    Unknown,
}

/// The error of a handler: it knows its class and its stable code.
///
/// Derive it beside [`core::error::Error`], and mark what may be tried again:
///
/// ```
/// use catga::prelude::*;
///
/// #[derive(Debug, Classify)]
/// enum CardError {
///     Declined,
///     #[class(transient, code = "card.gateway_busy")]
///     GatewayBusy,
/// }
/// # impl std::fmt::Display for CardError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("card") }
/// # }
/// impl std::error::Error for CardError {}
///
/// assert_eq!(CardError::Declined.class(), Class::Permanent);
/// assert_eq!(CardError::Declined.code(), "card_error.declined");
/// assert_eq!(CardError::GatewayBusy.class(), Class::Transient);
/// assert_eq!(CardError::GatewayBusy.code(), "card.gateway_busy");
/// ```
#[diagnostic::on_unimplemented(
    message = "CATGA010: `{Self}` does not say which of its errors may be tried again",
    label = "a handler's error has a class and a code",
    note = "add `#[derive(Classify)]` to `{Self}`, or write `impl Classify for {Self} {{}}` where every error is permanent; wrap a type that is not yours in an error of your own"
)]
pub trait Classify: core::error::Error + Send + Sync + 'static {
    /// Whether the same message may be tried again.
    fn class(&self) -> Class {
        Class::Permanent
    }

    /// How long to wait before the same message is tried again, where that is known.
    fn retry_after(&self) -> Option<Duration> {
        None
    }

    /// A code that stays the same when texts and types change: for clients, metrics and tests.
    fn code(&self) -> &'static str {
        "handler"
    }
}

#[diagnostic::do_not_recommend]
impl Classify for Infallible {
    fn class(&self) -> Class {
        match *self {}
    }

    fn code(&self) -> &'static str {
        match *self {}
    }
}

/// An error, as its derive asks for it.
#[diagnostic::on_unimplemented(
    message = "CATGA130: `{Self}` has classes, and is no error",
    label = "not `std::error::Error`",
    note = "derive `thiserror::Error`, or write `Debug`, `Display` and `impl std::error::Error for {Self} {{}}`"
)]
pub trait IsError {}

#[diagnostic::do_not_recommend]
impl<E: core::error::Error> IsError for E {}

/// That a type is an error.
pub const fn is_error<E: IsError>() -> bool {
    true
}
