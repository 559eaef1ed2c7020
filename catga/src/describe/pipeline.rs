use core::fmt;

/// What one `#[pipeline(..)]` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pipeline {
    /// Its behaviors, outermost first.
    pub entries: &'static [Entry],
    /// The names of outer behaviors that it does without.
    pub without: &'static [&'static str],
}

impl Pipeline {
    /// No pipeline.
    pub const EMPTY: Self = Self { entries: &[], without: &[] };

    #[doc(hidden)]
    pub const fn new(entries: &'static [Entry], without: &'static [&'static str]) -> Self {
        Self { entries, without }
    }
}

/// A behavior of a pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// As it is written: `Retry::times(3)`, `self.breaker`.
    pub behavior: &'static str,
    /// The name by which `without(..)` takes it out: `Retry`, `breaker`.
    pub name: &'static str,
    /// `commands`, `queries`, `events` or `streams`, where it is for one kind alone.
    pub kind: Option<&'static str>,
}

impl Entry {
    #[doc(hidden)]
    pub const fn new(behavior: &'static str, name: &'static str) -> Self {
        Self { behavior, name, kind: None }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn only(self, kind: &'static str) -> Self {
        Self { kind: Some(kind), ..self }
    }

    /// Whether it acts on messages of a kind: `command`, `query`, `event` or `stream`.
    pub fn is_for(&self, kind: &str) -> bool {
        let Some(own) = self.kind else { return true };
        kind == match own {
            "commands" => "command",
            "queries" => "query",
            "events" => "event",
            _ => "stream",
        }
    }
}

/// `queries: Retry::times(3)`
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(kind) = self.kind {
            write!(f, "{kind}: ")?;
        }
        f.write_str(self.behavior)
    }
}

/// Where an entry stands, outermost first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Mediator,
    Field,
    Impl,
    Method,
}

impl Level {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Mediator => "mediator",
            Self::Field => "field",
            Self::Impl => "impl",
            Self::Method => "method",
        }
    }
}
