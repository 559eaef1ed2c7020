/// What a message says of itself, known at compile time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MessageInfo {
    /// Its name on the wire and at rest: the ident, or what `name = ".."` says. Never a type's path,
    /// so that a moved module changes nothing.
    pub name: &'static str,
    /// Its version, 1 unless `version = ..` says otherwise.
    pub version: u32,
    /// The ident of its type.
    pub ident: &'static str,
    /// `command`, `query`, `event` or `stream`.
    pub kind: &'static str,
    /// The module that declares it.
    pub module: &'static str,
    /// The file that declares it.
    pub file: &'static str,
    /// The line that declares it.
    pub line: u32,
}

impl MessageInfo {
    #[doc(hidden)]
    pub const fn new(
        (name, version): (&'static str, u32),
        (ident, kind): (&'static str, &'static str),
        (module, file, line): (&'static str, &'static str, u32),
    ) -> Self {
        Self { name, version, ident, kind, module, file, line }
    }
}

/// The ids that a span of a message shows.
#[cfg(feature = "tracing")]
#[derive(Clone, Copy, Debug)]
pub struct TraceIds {
    /// The message's own id.
    pub message: crate::id::Id,
    /// The id that all messages of one conversation share.
    pub correlation: crate::id::Id,
    /// The id of the message whose handler sent this one.
    pub causation: crate::id::Id,
}
