use core::fmt;

/// What a handler said when it panicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Panic {
    /// Behind one pointer, as every outcome has room for it.
    #[cfg(feature = "alloc")]
    #[allow(clippy::box_collection, reason = "a boxed `str` is two words")]
    message: Option<alloc::boxed::Box<alloc::string::String>>,
}

/// What `run` answers, or its panic.
///
/// What it leaves behind when it panics must only be dropped from then on.
#[cfg(feature = "std")]
#[inline]
pub(crate) fn caught<T>(run: impl FnOnce() -> T) -> Result<T, Panic> {
    // Unwind safe: the caller promises that nothing is used that the panic has left behind.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).map_err(|payload| Panic::caught(&*payload))
}

impl Panic {
    /// Reads the message out of a caught panic; a payload that is no text leaves it empty.
    #[cfg(feature = "std")]
    #[cold]
    fn caught(payload: &(dyn core::any::Any + Send)) -> Self {
        let text = payload
            .downcast_ref::<&'static str>()
            .copied()
            .or_else(|| payload.downcast_ref::<alloc::string::String>().map(|text| text.as_str()));
        Self { message: text.map(|text| alloc::boxed::Box::new(text.into())) }
    }

    /// A panic in another process, with what it was given.
    #[cfg(feature = "alloc")]
    pub fn of(message: impl Into<alloc::string::String>) -> Self {
        Self { message: Some(alloc::boxed::Box::new(message.into())) }
    }

    /// The text that the panic was given; empty where it was given something else.
    pub fn message(&self) -> &str {
        #[cfg(feature = "alloc")]
        return self.message.as_ref().map_or("", |message| message);
        #[cfg(not(feature = "alloc"))]
        ""
    }
}

impl fmt::Display for Panic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the handler panicked: ")?;
        f.write_str(self.message())
    }
}
