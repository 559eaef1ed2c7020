use core::fmt;
use core::time::Duration;

use super::{Class, Classify};

/// An error whose type the receiver does not know: what a behavior refuses with, and what a handler
/// of an event fails with.
///
/// It keeps the code, the class and, with the feature `alloc`, the error itself as its source.
pub struct Failure(Inner);

struct Reason {
    code: &'static str,
    class: Class,
    retry_after: Option<Duration>,
    #[cfg(feature = "alloc")]
    source: Option<alloc::boxed::Box<dyn core::error::Error + Send + Sync>>,
}

#[cfg(feature = "alloc")]
type Inner = alloc::boxed::Box<Reason>;
#[cfg(not(feature = "alloc"))]
type Inner = Reason;

impl Failure {
    /// A failure that is its code and its class.
    pub fn new(code: &'static str, class: Class) -> Self {
        let reason = Reason {
            code,
            class,
            retry_after: None,
            #[cfg(feature = "alloc")]
            source: None,
        };
        #[cfg(feature = "alloc")]
        let reason = alloc::boxed::Box::new(reason);
        Self(reason)
    }

    /// A failure with an error as its source: its code, its class and when to try again are the error's.
    pub fn from_error<E: Classify>(error: E) -> Self {
        let mut failure = Self::new(error.code(), error.class());
        failure.0.retry_after = error.retry_after();
        #[cfg(feature = "alloc")]
        {
            failure.0.source = Some(alloc::boxed::Box::new(error));
        }
        failure
    }

    /// A failure with any error as its source, for code that is told of the class.
    #[cfg(feature = "alloc")]
    pub fn with_source(
        code: &'static str,
        class: Class,
        source: impl Into<alloc::boxed::Box<dyn core::error::Error + Send + Sync>>,
    ) -> Self {
        let mut failure = Self::new(code, class);
        failure.0.source = Some(source.into());
        failure
    }

    /// When the same message may be tried again.
    #[cfg(feature = "wire")]
    pub(crate) fn after(mut self, retry_after: Option<Duration>) -> Self {
        self.0.retry_after = retry_after;
        self
    }

    fn error(&self) -> Option<&(dyn core::error::Error + 'static)> {
        #[cfg(feature = "alloc")]
        if let Some(source) = &self.0.source {
            return Some(&**source);
        }
        None
    }
}

#[diagnostic::do_not_recommend]
impl Classify for Failure {
    fn class(&self) -> Class {
        self.0.class
    }

    fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    fn code(&self) -> &'static str {
        self.0.code
    }
}

impl core::error::Error for Failure {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.error()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.error() {
            Some(error) => fmt::Display::fmt(error, f),
            None => f.write_str(self.0.code),
        }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("code", &self.0.code)
            .field("class", &self.0.class)
            .field("source", &self.error())
            .finish()
    }
}
