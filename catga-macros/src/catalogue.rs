//! Every rule that the macros check: its id, and one line that says the problem and the remedy. Rules
//! that only the types can show have their texts at the traits of the runtime.

/// A rule with its text; the arguments are what the text names.
macro_rules! rules {
    ($($name:ident($($argument:ident),*) = $text:literal;)*) => {$(
        pub(crate) fn $name($($argument: impl std::fmt::Display),*) -> String {
            format!($text)
        }
    )*};
}

/// The text of a lint on handler bodies.
pub(crate) fn lint(name: &str) -> String {
    let text = match name {
        "blocking_sleep" => {
            "CATGA080: this sleep stops the thread and every task on it; wait with the timer: `cx.timer().sleep(..).await`"
        }
        "blocking_io" => {
            "CATGA081: this blocks the thread and every task on it; use your runtime's async I/O, or its `spawn_blocking`"
        }
        "nested_block_on" => {
            "CATGA082: a handler runs on a runtime already, where this panics or deadlocks; `.await` it"
        }
        _ => {
            "CATGA083: nobody waits for this task: its errors and panics are lost, and shutdown cuts it off; await it, or publish an event"
        }
    };
    format!("{text}; to keep it, say `#[handler(allow({name}))]`")
}

rules! {
    no_handler(who, message, mediator) = "CATGA001: {who} sends `{message}`, and nothing in `{mediator}` handles it; make a handler set with a method that takes `{message}`, under that name, a field of `{mediator}`";
    alias(message) = "CATGA007: `{message}` is not the name of the message that it stands for, and a mediator finds handlers by name; write the message's own name here, imported without `as`";
    nobody_hears(who, event, mediator) = "CATGA005: {who} publishes `{event}`, and nobody in `{mediator}` hears it; make a handler set with a method that takes `&{event}` a field of `{mediator}`, or say `#[mediator(unheard({event}))]`";
    sends_event(who, event) = "CATGA001: {who} sends `{event}`, which is an event; say `Publishes<{event}>`, and publish it";
    streams_query(who, message) = "CATGA001: {who} streams `{message}`, which is no stream query; say `Sends<{message}>`, and send it";
    sends_rows(who, message) = "CATGA001: {who} sends `{message}`, which is a stream query; say `Streams<{message}>`, and stream it";
    publishes_command(who, message) = "CATGA005: {who} publishes `{message}`, which is no event; say `Sends<{message}>`, and send it";
    no_extension(who, extension, mediator) = "CATGA014: {who} reads the extension `{extension}`, and `{mediator}` has none; say `#[mediator(extension = {extension})]`";
    duplicate(message, first, mediator) = "CATGA016: `{message}` has two handlers in `{mediator}`, and `{first}` is the other; remove one, or where they are two messages of one name, say `#[handler(key = \"..\")]` on one method";
    twice_in_set(message, first) = "CATGA017: `{message}` is handled by `{first}` of this impl already; put both into one method, or one of them into a set of its own";
    not_a_message_type() = "CATGA020: a message is a struct or an enum; move this attribute to one";
    unknown_option(option, options) = "CATGA021: there is no option `{option}` here; there are {options}";
    option_form(what, example) = "CATGA126: {what}; an option is a word, `name = value` or `name(..)`, and a comma is between two: `{example}`";
    repeated_option(option) = "CATGA022: `{option}` is said twice; remove one";
    empty_bound() = "CATGA028: a bound says how long: `within(secs = 2)` or `within(millis = 500)`";
    over_bound(message) = "CATGA049: this timeout is longer than `{message}` says its answer may take, `within(..)` at its declaration; shorten it, or take it out with `without(Timeout)`";
    nested_transaction(who, message) = "CATGA116: {who} sends `{message}` from inside of a transaction, and a behavior around `{message}` opens one of the same store, which is refused each time; say `Enqueues<{message}>` and `cx.enqueue(..)` it, or `Sends<Apart<{message}>>` where it is to commit by itself, or take one of the two out with `#[pipeline(without(Transactional))]`";
    repeated_send(who, message) = "CATGA123: {who} sends `{message}` from inside of a transaction, which sends it again when it is run again after a conflict, and nothing says that `{message}` may be repeated; say `Enqueues<{message}>` and `cx.enqueue(..)` it, which sends it after the commit, or put `Idempotent` around `{message}`, with `Sends<Apart<{message}>>` where both are of one store, or say `idempotent` at it where a repeat does no more than the first; to keep it, say `#[handler(allow(repeated_send))]`";
    reply_of_event() = "CATGA023: an event has no reply; remove this, or make it a command";
    reply_and_stream() = "CATGA024: a stream query answers with rows and not with a reply; remove one of the two";
    handled_by_generic() = "CATGA025: `handled_by` needs a message without type parameters; say `#[mediator(handles(..))]` at the mediator with the types filled in";
    not_an_impl() = "CATGA030: `#[handler]` stands on the impl of a struct, or as `#[handler(skip)]` or `#[handler(key = \"..\")]` on one of its methods";
    belongs_on_the_impl() = "CATGA030: `#[handler]` stands on the impl, not on its methods; move it there, or no mediator finds them";
    borrows(message) = "CATGA059: `{message}` borrows, and a message outlives whoever sends it: it is stored, retried, handed to other threads; make it own what it holds, such as `String` for `&str`";
    owned_context(method) = "CATGA064: the handler `{method}` takes its context by value, which a stream's handler does alone, as its rows outlive the call; write `cx: &mut Context<impl ..>`";
    borrowed_reply(method) = "CATGA121: the handler `{method}` answers with what it borrows, and an answer outlives the handler: it is awaited, cached, sent on; answer with what is owned, such as `String` for `&str`";
    two_contexts(method) = "CATGA066: the handler `{method}` takes two contexts; put their bounds into one, `cx: &mut Context<impl Sends<..> + Publishes<..>>`";
    unnamed_answer(message) = "CATGA106: what answers `{message}` is a type with a name, as whoever sends it holds the answer; write the type itself, such as `Vec<u64>` for `impl Iterator<Item = u64>`, or say `stream = u64`";
    dyn_error() = "CATGA122: whoever sends a message decides by its error what to do, and this one does not say: take an error of yours with `#[derive(Classify)]`, and keep what is boxed in one of its variants";
    over_size(message, bytes) = "CATGA065: `{message}` is larger than it says, `fits = {bytes}` bytes, and every future that it goes through holds it; box what is large of it, or raise the bound";
    fits_generic() = "CATGA065: `fits` needs a message without type parameters, as its size is theirs; remove it";
    two_impls(ty) = "CATGA055: `{ty}` has a `#[handler]` impl in another module; put all of its handlers into one";
    unknown_lint(name, names) = "CATGA084: there is no lint `{name}`; there are `{names}`";
    trait_impl() = "CATGA031: `#[handler]` stands on an inherent impl; move the methods out of the impl of the trait";
    self_type() = "CATGA032: `#[handler]` needs the impl of a named type; write a struct, and `impl Payments {{ .. }}` with its name";
    generic_method(method) = "CATGA033: the handler `{method}` has parameters of its own, and a mediator could not choose them; move them to the impl, or say `#[handler(skip)]`";
    takes_self(method) = "CATGA034: the handler `{method}` has to take `&self`, as one handler serves many messages at once; change it, or say `#[handler(skip)]`";
    context_first(method) = "CATGA035: the handler `{method}` takes its message first and its context after it; change their order";
    stream_context(method) = "CATGA036: the handler `{method}` returns a stream that outlives the call, so it takes its context by value: `cx: Context<impl ..>`";
    static_event(event) = "CATGA009: an event is lent to its handlers for as long as they run; write `&{event}`, and clone what has to stay";
    context_bounds(method) = "CATGA037: the context of the handler `{method}` says what it may do as `impl` bounds: `Context<impl Sends<..>>`, or `Context<impl Scope>` for nothing";
    undecided(attribute) = "CATGA038: `#[handler]` reads its methods before `cfg_attr` is decided, and would miss `{attribute}`; write the method twice, each under its `#[cfg]`";
    too_many_conditions() = "CATGA038: a handler impl with more than six different `#[cfg]` conditions on its methods; group them, or split the impl";
    no_handlers() = "CATGA039: no method here takes a message; a handler takes `&self`, a message, and possibly a context";
    not_a_mediator() = "CATGA040: `#[mediator]` stands on a struct with named fields, each of them a handler set";
    field_type() = "CATGA041: every field is a handler set, whose type is written as a path, or `Arc` or `Box` of one; write it out, or mark a field that is none `#[state]`";
    parameter_field(parameter) = "CATGA042: `{parameter}` is a type parameter, and a mediator has to see which messages its fields handle; name the handler set with its generics, as in `Orders<{parameter}>`, or mark the field `#[state]`";
    silent_parameter(set, parameter, bounds, mediator) = "CATGA069: `{set}` is a handler set where `{parameter}: {bounds}`, and `{mediator}` says nothing of its `{parameter}`; say so there too, `{mediator}<{parameter}: {bounds}>`";
    too_many_fields() = "CATGA043: more than 120 handler sets; put some into a mediator of their own and make it a field";
    unknown_field(field, fields) = "CATGA044: the mediator has no field `{field}`; {fields}";
    port_value(port) = "CATGA045: `{port}` names a field: `{port} = self.{port}`";
    closed_mediator(mediator) = "CATGA046: `{mediator}` is a mediator that is not open to others; say `#[mediator(nested)]` at it, or `#[mediator(export)]` for other crates";
    pipeline_place() = "CATGA050: `#[pipeline]` stands with `#[handler]` or `#[mediator]`, on one of their methods or fields";
    pipeline_form(what) = "CATGA052: {what}; between two entries is a comma: `Trace, Retry::times(3), self.breaker`";
    pipeline_kind_form(kind, entry) = "CATGA051: a kind has a colon behind it, and one entry: `{kind}: {entry}`";
    pipeline_kind(kind) = "CATGA051: there is no kind `{kind}`; there are `commands`, `queries`, `events` and `streams`";
    pipeline_entry() = "CATGA052: an entry of a pipeline is a constant such as `Retry::times(3)`, a field by its name such as `self.breaker`, or a constructor over fields such as `Transactional(self.db)`";
    unfit_entry(entry, message) = "CATGA127: `{entry}` does not wrap `{message}`; implement `Behavior` for it, move it to a pipeline whose messages it fits, or opt out on the handler with `#[pipeline(without({entry}))]`";
    stateful(behavior) = "CATGA073: a `{behavior}` has a state, and a constant is made anew for every call; keep it in a field, and write `self.field` here";
    unknown_qos(level) = "CATGA090: there is no QoS {level}; 0 is at most once, 1 at least once, 2 exactly once in effect";
    without_form() = "CATGA053: `without` is given names alone: `without(Retry, Timeout)`";
    unknown_entry(name) = "CATGA053: no pipeline around this has an entry `{name}` that it could do without; correct the name, or remove it";
    not_a_contract() = "CATGA093: a contract is a tuple struct of its messages, without parameters: `#[contract] pub struct PaymentsApi(ChargeCard, Refund);`";
    contract_member() = "CATGA093: a contract lists messages by their paths; write the message's own name here";
    no_contract(given) = "CATGA093: `Remote<{given}>` calls what is no contract; name a transport, and a struct that says `#[contract]`: `Remote<UnixClient, PaymentsApi>`";
    no_transport(remote) = "CATGA108: `{remote}` goes over what is no transport; name one, such as `UnixClient` or `Memory`, or implement `Transport` for yours";
    unfit_set(set, asks) = "CATGA109: `{set}` has handlers where {asks}, and that is not so; give the type what it lacks, or name another";
    other_set(set) = "CATGA109: there is no `#[handler]` impl of `{set}`; name the types that the impl is of, or make it generic";
    one_message(capability) = "CATGA129: `{capability}` is of one message; write a bound for each: `{capability}<A> + {capability}<B>`";
    serves_generic() = "CATGA100: a mediator with parameters cannot have a table of what arrives as bytes; serve contracts of it: `#[mediator(serves(PaymentsApi))]`";
    no_feature(what, feature) = "CATGA102: {what} is there with the feature `{feature}` of catga; say `catga = {{ version = \"..\", features = [\"{feature}\"] }}` in Cargo.toml";
    circle(sends) = "CATGA070: {sends}, and a future cannot hold itself; box one of these sends: `Box::pin(cx.send(..)).await`";
    class_unknown(class) = "CATGA060: there is no class `{class}`; there are `transient`, `permanent`, `conflict` and `unknown`, and `transparent` for a variant of one classified field";
    class_transparent(variant) = "CATGA062: `{variant}` is not one field, so there is nothing for `transparent` to ask; give it a class of its own";
    class_item() = "CATGA061: `Classify` is for a struct or an enum";
}
