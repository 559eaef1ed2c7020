//! The macros of `catga`; use them through that crate.
//!
//! Every macro goes the same way: parse, collect into a model that keeps the user's own tokens, check,
//! expand. Errors gather on the way and are emitted beside the expansion, which cannot fail.

#![warn(missing_docs, unreachable_pub)]
#![warn(clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::print_stdout, clippy::unwrap_used)]

mod catalogue;
mod classify;
mod contract;
mod errors;
mod handler;
mod krate;
mod lone_pipeline;
mod mediator;
mod message;
mod near;
mod parameters;
mod pipeline;
mod threads;
mod unparsed;

use proc_macro::TokenStream;

use crate::message::Kind;

/// Makes a struct or an enum a command: something that one handler does and answers.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `reply = Type` | what the handler answers | `()` |
/// | `error = Type` | what it fails with; implements `Classify` | an error that cannot be |
/// | `name = ".."` | the name on the wire and at rest | the ident |
/// | `version = n` | the version of the contract | 1 |
/// | `validate` | it implements `Valid`, and the behavior `Validate` asks it | |
/// | `within(secs = 2)`, `within(millis = 500)` | how long its answer may take: a longer `Timeout` that is written out in a pipeline around it does not compile | |
/// | `fits = bytes` | how large it may be in memory, as every future that it goes through holds it: a larger one does not compile | |
/// | `idempotent` | running it twice does no more than once, so `Retry` repeats it when it is unknown whether it ran, and `Hedge` runs it twice | |
/// | `critical` | a command around which no behavior declares that a repeat does no more than the first does not compile in a mediator, unless it says `idempotent` | |
/// | `trace(a, %b, ?c)` | fields that `Trace` shows, with the sigils of `tracing` | none |
/// | `handled_by = Mediator` | that mediator has to handle it, sent or not | |
/// | `codec = Type` | its format outside of the process | that of whoever serves or calls it |
/// | `compress = Type` | what makes its bytes and its answer's smaller from 1 KiB on: `Zstd`, `Lz4`, `Uncompressed` | that of whoever serves or calls it |
/// | `upcasts = Type` | the message of the version before, which becomes this one by `From` | none |
/// | `endpoint = ".."` | where it is sent to | the contract's |
/// | `qos = n` | 0 at most once, 1 at least once, 2 exactly once in effect: a way that does not honour it does not compile | 0; 1 for events |
/// | `key = field` | those of one key are delivered in order | none |
/// | `crate = path` | where the runtime is | `::catga` |
#[proc_macro_attribute]
pub fn command(arguments: TokenStream, item: TokenStream) -> TokenStream {
    message::attribute(Kind::Command, arguments.into(), item.into()).into()
}

/// Makes a struct or an enum a query: something that one handler reads.
///
/// The options are those of [`macro@command`] without `critical`, and `stream = Type` for a query whose answer are rows of
/// that type, one after the other.
#[proc_macro_attribute]
pub fn query(arguments: TokenStream, item: TokenStream) -> TokenStream {
    message::attribute(Kind::Query, arguments.into(), item.into()).into()
}

/// Makes a struct or an enum an event: something that has happened, and that any number of handlers
/// hear.
///
/// The options are those of [`macro@command`] without `reply`, `error` and `critical`, and `fan_out = concurrent`,
/// `sequential` or `stop_at_first`: in which way its handlers run.
#[proc_macro_attribute]
pub fn event(arguments: TokenStream, item: TokenStream) -> TokenStream {
    message::attribute(Kind::Event, arguments.into(), item.into()).into()
}

/// Makes the methods of an impl handlers: those that take `&self`, one message, and possibly a context.
///
/// A command or a query is taken by value, an event by reference; a stream query's handler returns
/// `impl Stream`. A method may be sync or async, and returns its reply or a `Result` of its reply and
/// its error. Everything else in the impl stays as it is.
///
/// | option on the impl | meaning |
/// |---|---|
/// | `export` | mediators of other crates may have it as a field |
/// | `allow(..)` | silences warnings about what its methods do: `blocking_sleep`, `blocking_io`, `nested_block_on`, `detached_spawn`, `repeated_send` |
/// | `crate = path` | where the runtime is, `::catga` unless said |
///
/// | option on a method | meaning |
/// |---|---|
/// | `skip` | it is no handler |
/// | `allow(..)` | as on the impl |
/// | `key = ".."` | a name of its own for a message whose ident another message of the mediator has too |
/// | `name = ".."` | its name instead of `Type::method`: what it has done of an event is kept under it, so it stays when the method is renamed |
#[proc_macro_attribute]
pub fn handler(arguments: TokenStream, item: TokenStream) -> TokenStream {
    handler::attribute(arguments.into(), item.into()).into()
}

/// Puts behaviors around handlers, outermost first: with `#[mediator]`, on one of its fields, with
/// `#[handler]`, or on one of its methods.
///
/// An entry is a constant (`Retry::times(3)`), a field (`self.breaker`) or a constructor over fields
/// (`Transactional(self.db)`), for all messages or for one kind (`queries: Retry::times(3)`, with
/// `commands`, `queries`, `events` and `streams`). `without(Retry)` on a field, an impl or a method takes
/// out what outer pipelines put in under that name.
#[proc_macro_attribute]
pub fn pipeline(arguments: TokenStream, item: TokenStream) -> TokenStream {
    lone_pipeline::attribute(arguments.into(), item.into()).into()
}

/// Makes a struct a mediator: it handles what its fields handle.
///
/// Every field is a handler set, except those that its pipelines or its options name and those marked
/// `#[state]`. A field may be another mediator that says `nested`: it answers what it handles, in its own
/// pipeline inside of the outer one.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `handles(A, B)` | it has to handle these, sent or not | |
/// | `unheard(E)` | these events may be published although nobody hears them | |
/// | `hears(E)` | as a field of another mediator it hears these events of the outer one | |
/// | `serves` | all that it handles may arrive as bytes: it is a contract itself | it may not |
/// | `serves(Api, ..)` | it handles all of these contracts | |
/// | `codec = Type` | with `serves`, the format of messages that name none | `Postcard` |
/// | `compress = Type` | with `serves`, the compression of messages that name none | `Uncompressed` |
/// | `nested`, `export` | it may be a field of another mediator, in this crate or in any | it may not |
/// | `clock`, `timer`, `random`, `ids` `= self.field` | where time, waits, chance and ids come from | the system's |
/// | `extension = Type` | what a caller may send along | `()` |
/// | `crate = path` | where the runtime is | `::catga` |
#[proc_macro_attribute]
pub fn mediator(arguments: TokenStream, item: TokenStream) -> TokenStream {
    mediator::attribute(arguments.into(), item.into()).into()
}

/// Makes a tuple struct of messages a contract: what one mediator serves and others call.
///
/// Events are marked `#[event]`, stream queries `#[stream]`. A `pub` contract is for other crates, too. A
/// mediator calls it with a field of the type `Remote<T, Contract>`.
///
/// | option | meaning | default |
/// |---|---|---|
/// | `codec = Type` | the format of messages that name none | `Postcard` |
/// | `compress = Type` | the compression of messages that name none | `Uncompressed` |
/// | `endpoint = ".."` | where messages are sent to that say nothing themselves | the contract's ident |
/// | `schema` | its messages, replies, rows and errors, and the versions before, derive postcard's `Schema`, and `assert_schema!` compares them with a file that is checked in | nothing is compared |
/// | `crate = path` | where the runtime is | `::catga` |
///
/// The docs of the module `catga::contract` have an example, with the test that compares the schema with a file.
#[proc_macro_attribute]
pub fn contract(arguments: TokenStream, item: TokenStream) -> TokenStream {
    contract::attribute(arguments.into(), item.into()).into()
}

/// Classifies an error: `#[class(transient)]`, `#[class(unknown, code = "card.lost")]` on a variant or
/// on the whole type; `#[class(transparent)]` on a variant whose one field knows its class, its code and when to
/// try again. What says nothing is permanent, with `type.variant` in snake case as its code.
#[proc_macro_derive(Classify, attributes(class))]
pub fn classify(item: TokenStream) -> TokenStream {
    classify::derive(item.into()).into()
}

/// The second step of `#[mediator]`: a derive sees the fields after `cfg`.
#[doc(hidden)]
#[proc_macro_derive(Mediator, attributes(__catga_mediator, __catga_pipeline, __catga_state))]
pub fn mediator_fields(item: TokenStream) -> TokenStream {
    mediator::derive(item.into()).into()
}

/// The last step of `#[mediator]`: the fields' handler sets have handed over what they handle.
#[doc(hidden)]
#[proc_macro]
pub fn compose(input: TokenStream) -> TokenStream {
    mediator::compose(input.into()).into()
}
