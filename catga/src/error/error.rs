use core::convert::Infallible;
use core::fmt;
use core::time::Duration;

use super::{Class, Classify, Denial, Failure, Panic, Violations};

/// Why a send did not answer: the handler's own error, typed, or what stopped the message on its way.
///
/// `E` is the error that the message's contract names; it defaults to an error that cannot happen.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error<E = Infallible> {
    /// The handler answered with its own error.
    Handler(E),
    /// The message broke its own rules; every violation is listed.
    Invalid(Violations),
    /// The time ran out while the handler ran. What it had done by then is done.
    Timeout,
    /// The caller cancelled before the handler was reached.
    Cancelled,
    /// The way to the handler is closed for now, and the handler was not reached.
    Unavailable {
        /// How long it stays closed, where that is known.
        retry_after: Option<Duration>,
    },
    /// A policy denied the message to this caller, and the handler was not reached.
    Denied(Denial),
    /// A behavior refused the message, for a reason of its own.
    Refused(Failure),
    /// The handler panicked.
    Panicked(Panic),
    /// The message is handled in another process, and it did not get there, or its answer did not come back.
    /// Its class tells which: `Transient` where nobody has seen it, `Unknown` where it may have been handled.
    Transport(Failure),
}

impl<E> Error<E> {
    /// The handler's own error, if that is what this is.
    pub fn handler(&self) -> Option<&E> {
        match self {
            Self::Handler(error) => Some(error),
            _ => None,
        }
    }

    /// Refused for this reason: in a handler that returns this error, `.map_err(Error::refused)?` hands on what a
    /// store says, with its class and its code.
    #[cold]
    pub fn refused(reason: impl Classify) -> Self {
        Self::Refused(Failure::from_error(reason))
    }

    /// Turns the handler's own error into another, and leaves the rest as it is.
    pub fn map<F>(self, f: impl FnOnce(E) -> F) -> Error<F> {
        match self {
            Self::Handler(error) => Error::Handler(f(error)),
            Self::Invalid(violations) => Error::Invalid(violations),
            Self::Timeout => Error::Timeout,
            Self::Cancelled => Error::Cancelled,
            Self::Unavailable { retry_after } => Error::Unavailable { retry_after },
            Self::Denied(denial) => Error::Denied(denial),
            Self::Refused(failure) => Error::Refused(failure),
            Self::Panicked(panic) => Error::Panicked(panic),
            Self::Transport(failure) => Error::Transport(failure),
        }
    }
}

/// So that `?` hands the handler's own error on in a method that returns `Result<T, Error<E>>`.
impl<E> From<E> for Error<E> {
    fn from(error: E) -> Self {
        Self::Handler(error)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Classify> Classify for Error<E> {
    fn class(&self) -> Class {
        match self {
            Self::Handler(error) => error.class(),
            Self::Invalid(_) | Self::Cancelled | Self::Denied(_) => Class::Permanent,
            Self::Timeout | Self::Panicked(_) => Class::Unknown,
            Self::Unavailable { .. } => Class::Transient,
            Self::Refused(failure) | Self::Transport(failure) => failure.class(),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Handler(error) => error.retry_after(),
            Self::Unavailable { retry_after } => *retry_after,
            Self::Refused(failure) | Self::Transport(failure) => failure.retry_after(),
            _ => None,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Handler(error) => error.code(),
            Self::Invalid(_) => "catga.invalid",
            Self::Timeout => "catga.timeout",
            Self::Cancelled => "catga.cancelled",
            Self::Unavailable { .. } => "catga.unavailable",
            Self::Denied(_) => "catga.denied",
            Self::Refused(failure) | Self::Transport(failure) => failure.code(),
            Self::Panicked(_) => "catga.panicked",
        }
    }
}

impl<E: fmt::Display> fmt::Display for Error<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Handler(error) => error.fmt(f),
            Self::Invalid(violations) => write!(f, "the message is not valid: {violations}"),
            Self::Timeout => {
                f.write_str("the time ran out before the handler answered; look whether its effect is there")
            }
            Self::Cancelled => {
                f.write_str("the caller cancelled before the handler was reached; send it anew if it is still wanted")
            }
            Self::Unavailable { retry_after: Some(after) } => {
                write!(f, "the handler is unavailable; try again after {after:?}")
            }
            Self::Unavailable { retry_after: None } => f.write_str("the handler is unavailable; try again later"),
            Self::Denied(_) => f.write_str("the caller may not do this"),
            Self::Refused(failure) | Self::Transport(failure) => failure.fmt(f),
            Self::Panicked(panic) => panic.fmt(f),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for Error<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Handler(error) => error.source(),
            Self::Denied(denial) => denial.reason().map(|reason| reason as &(dyn core::error::Error + 'static)),
            Self::Refused(failure) | Self::Transport(failure) => failure.source(),
            _ => None,
        }
    }
}

impl<E: PartialEq> PartialEq for Error<E> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Handler(a), Self::Handler(b)) => a == b,
            (Self::Invalid(a), Self::Invalid(b)) => a == b,
            (Self::Timeout, Self::Timeout) | (Self::Cancelled, Self::Cancelled) => true,
            (Self::Unavailable { retry_after: a }, Self::Unavailable { retry_after: b }) => a == b,
            (Self::Denied(a), Self::Denied(b)) => a == b,
            (Self::Refused(a), Self::Refused(b)) | (Self::Transport(a), Self::Transport(b)) => {
                a.code() == b.code() && a.class() == b.class()
            }
            (Self::Panicked(a), Self::Panicked(b)) => a == b,
            _ => false,
        }
    }
}
