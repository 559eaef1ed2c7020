use super::{Explain, HandlerInfo, Json, Mermaid, Pipeline};
use crate::message::{Message, MessageInfo};

/// Knows what it is made of: every mediator does.
///
/// ```
/// use catga::prelude::*;
///
/// #[command]
/// struct Ping;
///
/// struct Echo;
///
/// #[handler]
/// impl Echo {
///     fn ping(&self, _: Ping) {}
/// }
///
/// #[mediator]
/// struct App { echo: Echo }
///
/// println!("{}", App::describe());
/// println!("{}", App::explain::<Ping>());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no mediator, and has no table",
    label = "not a mediator",
    note = "a handler set is described by the mediators that it is a field of"
)]
pub trait Described {
    /// What it is made of.
    const TABLE: &'static Table;

    /// What it is made of: a value that prints itself, and plain data.
    fn describe() -> &'static Table {
        Self::TABLE
    }

    /// The way of one message through it.
    fn explain<M: Message>() -> Explain<'static> {
        Explain::of_message(Self::TABLE, M::INFO)
    }
}

/// What a mediator is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Table {
    /// The ident of its type.
    pub ident: &'static str,
    /// The module that declares it.
    pub module: &'static str,
    /// The file that declares it.
    pub file: &'static str,
    /// The line that declares it.
    pub line: u32,
    /// Its pipeline, around everything.
    pub pipeline: Pipeline,
    /// Its handler sets, in order.
    pub fields: &'static [Field],
    /// The events that may be published although nobody hears them.
    pub unheard: &'static [MessageInfo],
    /// The idents of the events that it hears of a mediator around it.
    pub hears: &'static [&'static str],
}

impl Table {
    #[doc(hidden)]
    pub const fn new(
        ident: &'static str,
        (module, file, line): (&'static str, &'static str, u32),
        pipeline: Pipeline,
        fields: &'static [Field],
    ) -> Self {
        Self { ident, module, file, line, pipeline, fields, unheard: &[], hears: &[] }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn unheard(self, unheard: &'static [MessageInfo]) -> Self {
        Self { unheard, ..self }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn hears(self, hears: &'static [&'static str]) -> Self {
        Self { hears, ..self }
    }

    /// The table as JSON, without line breaks, that may stand in an HTML script element as it is.
    pub const fn json(&'static self) -> Json {
        Json::new(self)
    }

    /// The table as a flowchart in Mermaid's language.
    pub const fn mermaid(&'static self) -> Mermaid {
        Mermaid::new(self)
    }

    /// The way of one message, by its ident or its name on the wire.
    pub const fn explain<'n>(&'static self, message: &'n str) -> Explain<'n> {
        Explain::of_name(self, message)
    }

    /// Whether, as a field, it handles what a mediator around it is given.
    pub(super) fn lets_in(&self, handler: &HandlerInfo) -> bool {
        !handler.is_event() || self.hears.contains(&handler.message.ident)
    }
}

/// A field of a mediator that handles messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its pipeline in the mediator.
    pub pipeline: Pipeline,
    /// What it holds.
    pub part: Part,
}

impl Field {
    #[doc(hidden)]
    pub const fn new(name: &'static str, pipeline: Pipeline, part: Part) -> Self {
        Self { name, pipeline, part }
    }
}

/// What handles messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// A handler set.
    Handlers(HandlerSet),
    /// A mediator inside of a mediator.
    Mediator(&'static Table),
}

/// A `#[handler]` impl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerSet {
    /// The file of the impl.
    pub file: &'static str,
    /// The impl's pipeline.
    pub pipeline: Pipeline,
    /// Its handlers, in order.
    pub handlers: &'static [HandlerInfo],
}

impl HandlerSet {
    #[doc(hidden)]
    pub const fn new(file: &'static str, pipeline: Pipeline, handlers: &'static [HandlerInfo]) -> Self {
        Self { file, pipeline, handlers }
    }
}
