//! The rules in a few words.

/// Each id with its title.
pub const TITLES: &[(&str, &str)] = &[
    ("CATGA001", "nothing handles a message"),
    ("CATGA002", "a message is asked for, and this is none"),
    ("CATGA003", "a handler may not send this"),
    ("CATGA004", "a handler may not publish this"),
    ("CATGA005", "nobody hears an event"),
    ("CATGA006", "an answer that the contract does not name"),
    ("CATGA007", "a message under an alias"),
    ("CATGA008", "a behavior that does not fit a message"),
    ("CATGA009", "a command by reference, or an event by value"),
    ("CATGA010", "an error without a class"),
    ("CATGA011", "`validate` without rules"),
    ("CATGA012", "an id's layout of more bits than there are"),
    ("CATGA013", "a timer is needed"),
    ("CATGA014", "an extension that the mediator does not have"),
    ("CATGA015", "a message that cannot be repeated"),
    ("CATGA016", "two handlers of one message in a mediator"),
    ("CATGA017", "two handlers of one message in an impl"),
    ("CATGA018", "a clock is needed"),
    ("CATGA019", "a message that cannot run twice"),
    ("CATGA020", "a message that is no type"),
    ("CATGA021", "an option that there is not"),
    ("CATGA022", "an option twice"),
    ("CATGA023", "an event with a reply"),
    ("CATGA024", "a stream query with a reply"),
    ("CATGA025", "`handled_by` at a message with parameters"),
    ("CATGA026", "two events of one name"),
    ("CATGA027", "a cache for what cannot be kept"),
    ("CATGA028", "a bound without a time"),
    ("CATGA029", "two messages of one name on the wire"),
    ("CATGA030", "`#[handler]` on what is no impl"),
    ("CATGA031", "`#[handler]` on the impl of a trait"),
    ("CATGA032", "`#[handler]` on a type without a name"),
    ("CATGA033", "a handler with parameters of its own"),
    ("CATGA034", "a handler that does not take `&self`"),
    ("CATGA035", "the context before the message"),
    ("CATGA036", "a stream's context by reference"),
    ("CATGA037", "a context without bounds"),
    ("CATGA038", "conditions in an impl that it cannot decide"),
    ("CATGA039", "an impl without handlers"),
    ("CATGA040", "`#[mediator]` on what is no struct with named fields"),
    ("CATGA041", "a field that is no handler set"),
    ("CATGA042", "a field that is a type parameter"),
    ("CATGA043", "more than 120 handler sets"),
    ("CATGA044", "a field that there is not"),
    ("CATGA045", "a port that is no field"),
    ("CATGA046", "an inner mediator that is closed"),
    ("CATGA047", "a handler set that no mediator has"),
    ("CATGA048", "an inner mediator with another extension"),
    ("CATGA049", "a timeout over a message's bound"),
    ("CATGA050", "a pipeline around nothing"),
    ("CATGA051", "a kind that there is not"),
    ("CATGA052", "an entry that is no behavior"),
    ("CATGA053", "a name that no entry has"),
    ("CATGA054", "a message that fewer see than its handler set"),
    ("CATGA055", "two handler impls of a type"),
    ("CATGA056", "a compression that is none"),
    ("CATGA057", "a format that is none"),
    ("CATGA058", "a name that there is not"),
    ("CATGA059", "a message that borrows"),
    ("CATGA060", "a class that there is not"),
    ("CATGA061", "an error that is a union"),
    ("CATGA062", "a transparent variant of several fields"),
    ("CATGA063", "a critical command that a repeat does again"),
    ("CATGA064", "a context by value"),
    ("CATGA065", "a message over its size"),
    ("CATGA066", "two contexts"),
    ("CATGA067", "an attribute that is not imported"),
    ("CATGA068", "a handler set or a mediator that threads cannot share"),
    ("CATGA069", "a mediator's parameter without bounds"),
    ("CATGA070", "a cycle of sends"),
    ("CATGA071", "a handler whose future is not `Send`"),
    ("CATGA072", "an entry that is computed at run time"),
    ("CATGA073", "a constant with a state"),
    ("CATGA074", "a message that threads cannot share"),
    ("CATGA075", "a trace of a field that there is not"),
    ("CATGA076", "a chain of sends that is too deep"),
    ("CATGA077", "a field without handlers"),
    ("CATGA078", "a context that may do nothing of the kind"),
    ("CATGA080", "a sleep that blocks"),
    ("CATGA081", "input or output that blocks"),
    ("CATGA082", "a future that is blocked on"),
    ("CATGA083", "a task that nobody waits for"),
    ("CATGA084", "a lint that there is not"),
    ("CATGA085", "a message without a policy"),
    ("CATGA086", "a message without another answer"),
    ("CATGA087", "a batch of what it does not run"),
    ("CATGA088", "a type in a message that threads cannot share"),
    ("CATGA089", "a remote of what is no contract"),
    ("CATGA090", "a quality of service that there is not"),
    ("CATGA091", "a key without bytes"),
    ("CATGA092", "a message without bytes"),
    ("CATGA093", "a contract that lists no messages"),
    ("CATGA095", "a message marked as what it is not"),
    ("CATGA096", "a version that does not become the next"),
    ("CATGA097", "a transport that lacks what a message needs"),
    ("CATGA098", "a transport that honours less than a message asks"),
    ("CATGA099", "a message without a schema"),
    ("CATGA100", "a table of messages with parameters"),
    ("CATGA101", "a contract that is not served"),
    ("CATGA102", "a feature that is not enabled"),
    ("CATGA103", "a behavior that cannot be kept for each key"),
    ("CATGA104", "a message without a key of its own"),
    ("CATGA105", "a key that tells nothing apart"),
    ("CATGA106", "an answer without a name"),
    ("CATGA107", "ids that are reserved in no store"),
    ("CATGA108", "a remote over what is no transport"),
    ("CATGA109", "a handler set of types that do not fit"),
    ("CATGA110", "a message that cannot be stored"),
    ("CATGA111", "a handler without its transaction"),
    ("CATGA112", "a message that may not be enqueued"),
    ("CATGA113", "a reply that cannot be recorded"),
    ("CATGA114", "a lock without a key"),
    ("CATGA115", "a handler without its lock"),
    ("CATGA116", "a transaction inside of another on one store"),
    ("CATGA117", "a lock over what holds no leases"),
    ("CATGA118", "an effect that is recorded in no store"),
    ("CATGA119", "a transaction of what runs none"),
    ("CATGA120", "a consumer without the inbox that a message needs"),
    ("CATGA121", "an answer that is borrowed"),
    ("CATGA122", "an error that says nothing of itself"),
    ("CATGA123", "a send that a transaction repeats, and nothing guards"),
    ("CATGA124", "a handler set that fewer see than its mediator"),
    ("CATGA125", "a second run inside of a transaction"),
    ("CATGA126", "an option that is not written as one"),
    ("CATGA127", "an entry that does not wrap the messages that it is around"),
    ("CATGA128", "an answer that threads cannot hand to each other"),
    ("CATGA129", "a capability of several messages"),
    ("CATGA130", "an error that is none"),
];

/// What rustc says in its own words: what to do about it.
pub const BY_RUSTC: &[(&str, &str)] = &[
    (
        "CATGA054",
        "A mediator names the message as what its handler set handles, so whoever sees the set sees the message: give the message the visibility of \
         the set, such as `pub`.",
    ),
    (
        "CATGA058",
        "The name is misspelled or not imported; where rustc names a similar one, that is it. A name that stands in several places is an error in each.",
    ),
    (
        "CATGA067",
        "Import all of them: `use catga::prelude::*;`. An attribute that rustc does not know does nothing, so without `#[mediator]` there is no \
         `send` either, and without `#[handler]` no macro of the set's name: of several errors, this is the first to mend. What is there where \
         no prelude is wanted is listed in `catga::prelude`.",
    ),
    (
        "CATGA071",
        "A handler may be polled by any thread, so what it holds across an `.await` is `Send`: drop it before, or take `Arc` for `Rc` and a lock that is `Send`.",
    ),
    (
        "CATGA072",
        "An entry is a constant, so that it costs nothing where it is read: take a `const fn`, or keep the behavior in a field and write `self.field`.",
    ),
    ("CATGA075", "`trace(..)` names fields of the message."),
    (
        "CATGA076",
        "Chains are inlined, so handlers that send to handlers make one deep type, and rustc stops at a depth of 128: `queries overflow the depth limit`. Say `#![recursion_limit = \"1024\"]` at the crate's root, or cut the chain with the pipeline entry `Boxed`.",
    ),
    (
        "CATGA077",
        "A mediator asks the macro of a field's name what the field handles, and there is none where the name is misspelled or not imported: rustc \
         names a similar one, or where to import it from. Put `#[handler]` on the impl of the field's type, import \
         the type under its own name, or mark a field that is no handler set `#[state]`.",
    ),
    (
        "CATGA078",
        "What a handler may do are the bounds on its context, and without one of `Sends`, `Publishes` or `Streams` there is no method of the \
         name: say `cx: &mut Context<impl Publishes<OrderPlaced>>`.",
    ),
    (
        "CATGA089",
        "A mediator asks the macro of the contract's name which messages its remote has, and there is none where the name is misspelled or not \
         imported: rustc names a similar one, or where to import it from. Put `#[contract]` on the struct that lists the messages, and import it \
         under its own name.",
    ),
    (
        "CATGA124",
        "A set's macro is seen in the whole crate, and its type is not: make the type visible where the mediator is, such as `pub`.",
    ),
];

/// What else a page says.
pub const NOTES: &[(&str, &str)] = &[
    (
        "CATGA016",
        "A set in two fields, one that is imported by two ways, a generic one of two arguments and an inner mediator are all two handlers. \
     Messages are told apart as they are written, so where an alias hides a message's argument, rustc says it in its own words, E0119, at the \
     second field.",
    ),
    (
        "CATGA109",
        "A set that is given fewer or more types than it takes is rustc's to tell, E0107. A mediator that has parameters itself cannot ask, and \
     rustc says so of each message.",
    ),
    (
        "CATGA002",
        "A handler set is compiled by itself, and knows of no other that names the same message: what is not marked is an error in each set that \
     takes it or may send it.",
    ),
    (
        "CATGA055",
        "In one module rustc says so, and calls what collides after the rule: each impl that is too many is an error. In another module, where the \
     type is imported by its name, the error is ours.",
    ),
    (
        "CATGA070",
        "A handler may be allowed to send what comes back to it, and a circle that is boxed somewhere is fine. So this is said of sends that syntax \
     shows, `cx.send(Pong { .. }).await` in the body of an `async fn`, to handlers that no behavior is around. Of any other circle rustc says so \
     itself, E0733, and shows each of its calls: `recursion in an async fn requires boxing`.",
    ),
    (
        "CATGA065",
        "Bytes of memory, as `size_of` counts them on the machine that it is compiled for: a device has another bound than a server. What is on \
     the heap, as in a `Vec`, does not count. Its bytes on the wire are another matter: see the limits of servers.",
    ),
    (
        "CATGA063",
        "A behavior declares it with `impl Declares for OncePerKey { const IDEMPOTENT: bool = true; }`, yours as well as one that a crate brings; \
     nothing else is taken for one, and it may stand anywhere around the handler. A mediator inside of another needs it inside of its own \
     pipelines, as it may be sent to by itself. A generic mediator is asked when it is built, the others by `cargo check`.",
    ),
    (
        "CATGA068",
        "It is asked of each handler set and of each mediator. Of a set with parameters the handlers' futures are asked, and rustc says so in its own \
     words.",
    ),
    (
        "CATGA073",
        "Of a behavior of yours rustc says so in its own words, E0515: the constant has no place in the program. Keep it in a field, and write \
     `self.field`.",
    ),
    (
        "CATGA081",
        "What syntax shows: `std::fs::read(..)` by its whole path, and not `fs::read(..)`, which after `use tokio::fs` is another function.",
    ),
    (
        "CATGA083",
        "What syntax shows: a `spawn` of tokio's or of a thread by its path, as a statement. A `.spawn(..)` of a value, such as a `JoinSet`, may be \
     waited for, and `spawn(..)` alone may be anybody's.",
    ),
    (
        "CATGA102",
        "Of what is imported by its path, such as `use catga::codec::Json;`, rustc says which feature it is behind: \
         `the item is gated behind the `json` feature`. What the prelude lacks without a feature is a name that rustc does not know; \
         import it by its path, and it says which: `use catga::behaviors::Cache;`.",
    ),
    (
        "CATGA123",
        "A command is safe to send where it says `idempotent`, and where a behavior around it declares it, such as `Idempotent`, which knows a \
     repeat by its id: that is the same on each attempt of the transaction. A query may always be repeated. What is enqueued is sent once \
     the transaction has committed, and `Sends<Apart<..>>` says that what it does is to stay. A command that opens the same store is refused, \
     CATGA116, and what it does in a transaction of another store stays. Of what another process handles counts what the message says, \
     `idempotent` or `critical`, as what is critical is guarded where it is handled, and what is around its `Remote` here.\n\n\
     It is asked of types, so a generic mediator does not ask; nor does any of what its handlers send by way of others, of a command that a \
     mediator inside of it handles, and where two messages have one name. `#[handler(allow(repeated_send))]` on the method or the impl that \
     sends silences it. Of a set of another crate, or one that says `export`, the field is pointed to.",
    ),
    (
        "CATGA069",
        "That threads share what a parameter stands for goes without saying, in a handler set and in a mediator, and so does `'static` where a \
     set says it: they are what they are where it is so. Other traits are the mediator's to say, as its set does.",
    ),
    (
        "CATGA120",
        "Transports deliver at least once, so a message comes twice now and then. An inbox tells: \
     `Consumer::new(transport, \"books\", letters).inbox(StoreInbox::new(&db))`, or an `Inbox` of yours. `cargo build` asks, and \
     `cargo check` does not. Of those who publish, QoS 2 asks for a transport that delivers at least once.",
    ),
];

/// Rules without a case, and why.
pub const WITHOUT_A_CASE: &[(&str, &str)] = &[
    (
        "CATGA102",
        "the cases are compiled with every feature; `tests/tests/crates/features.rs` counts what is printed without one",
    ),
    ("CATGA107", "rustc prints it at the store and at its block; its doctest does not compile"),
    (
        "CATGA118",
        "rustc prints it at the store, at the call and at its block; `tests/tests/crates/refused.rs` counts them",
    ),
    (
        "CATGA120",
        "asked of `Consumer::consume`, which only a build evaluates; `tests/tests/crates/refused.rs` builds one",
    ),
    ("CATGA076", "rustc points to no place; `tests/tests/depth.rs` counts the hops"),
];
