use super::{Class, Classify as _, Failure};

/// Why a policy denied a message, for whoever reads the logs: the caller is told that it was denied, and
/// no more.
///
/// It is no error itself, so that every error becomes one by `?`: a policy that cannot find out denies.
#[derive(Debug, Default)]
pub struct Denial(Option<Failure>);

impl Denial {
    /// Denied, without a reason. Nothing is allocated.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Denied, for a reason that stands as the error's source.
    pub const fn because(reason: Failure) -> Self {
        Self(Some(reason))
    }

    /// The reason, where there is one.
    pub fn reason(&self) -> Option<&Failure> {
        self.0.as_ref()
    }

    /// A policy that panicked.
    #[cfg(feature = "std")]
    pub(crate) fn panicked(panic: super::Panic) -> Self {
        Self::because(Failure::with_source("catga.panicked", Class::Permanent, panic.to_string()))
    }
}

/// The code of the reason is `catga.policy`; with the feature `alloc` its source is the error.
impl<E: core::error::Error + Send + Sync + 'static> From<E> for Denial {
    #[cold]
    fn from(error: E) -> Self {
        #[cfg(feature = "alloc")]
        let reason = Failure::with_source("catga.policy", Class::Permanent, error);
        #[cfg(not(feature = "alloc"))]
        let reason = {
            let _ = error;
            Failure::new("catga.policy", Class::Permanent)
        };
        Self::because(reason)
    }
}

impl PartialEq for Denial {
    fn eq(&self, other: &Self) -> bool {
        self.reason().map(Failure::code) == other.reason().map(Failure::code)
    }
}
