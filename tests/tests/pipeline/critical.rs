//! Where a behavior that declares `IDEMPOTENT` may stand around a critical command. What does not compile is in
//! the catalogue, under CATGA063.

use std::sync::Arc;

use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use futures_util::FutureExt as _;

#[command(critical, reply = u8)]
struct Charge;

/// Says itself that a repeat does no more.
#[command(critical, idempotent, reply = u8)]
struct Settle;

/// Is no business of the rule.
#[command(reply = u8)]
struct Note;

/// For one type at a time, under a name of its own on the wire.
#[command(critical, reply = u8, name = "store", version = 3)]
struct Store<T>(T);

struct Once;

impl Declares for Once {
    const IDEMPOTENT: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Once {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

/// Over a field of whoever has the pipeline.
struct OnceIn<'a>(&'a str);

impl Declares for OnceIn<'_> {
    const IDEMPOTENT: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for OnceIn<'_> {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        assert_eq!(self.0, "table");
        next.run(input, cx).await
    }
}

macro_rules! set {
    ($name:ident, [$($of_impl:tt)*], [$($of_method:tt)*]) => {
        struct $name;

        #[handler]
        $($of_impl)*
        impl $name {
            $($of_method)*
            fn charge(&self, _command: Charge) -> u8 { 1 }

            fn settle(&self, _command: Settle) -> u8 { 2 }

            #[pipeline(without(Once))]
            fn note(&self, _command: Note) -> u8 { 3 }
        }
    };
}

set!(Bare, [], []);
set!(OnImpl, [#[pipeline(Timeout::secs(1), Once)]], []);
set!(OnMethod, [], [#[pipeline(commands: Once)]]);
set!(Elsewhere, [#[pipeline(without(Timeout))]], [#[pipeline(without(Trace))]]);

/// What is left of the impl's, around a method that does without another.
struct Left;

#[handler]
#[pipeline(Timeout::secs(1), Once)]
impl Left {
    #[pipeline(without(Timeout))]
    fn charge(&self, _command: Charge) -> u8 {
        1
    }
}

struct Stores<T>(T);

#[handler]
#[pipeline(Once)]
impl<T: Send + Sync + 'static> Stores<T> {
    fn store(&self, _command: Store<T>) -> u8 {
        4
    }
}

#[handler]
#[pipeline(OnceIn(self.table))]
impl WithTable {
    fn charge(&self, _command: Charge) -> u8 {
        1
    }
}

struct WithTable {
    table: &'static str,
}

#[mediator]
#[pipeline(Trace, commands: Once, queries: Timeout::secs(1))]
struct Outermost {
    bare: Bare,
}

#[mediator]
struct AtField {
    #[pipeline(self.per_key)]
    bare: Bare,
    per_key: Arc<Once>,
}

#[mediator]
struct BuiltAtField {
    #[pipeline(OnceIn(self.table))]
    bare: Bare,
    table: &'static str,
}

#[mediator]
struct InSet {
    set: OnImpl,
    stores: Stores<u8>,
}

#[mediator]
struct AtMethod {
    set: OnMethod,
}

#[mediator]
#[pipeline(Trace, Timeout::secs(1), Once)]
struct WithoutOthers {
    set: Elsewhere,
}

#[mediator]
struct InLeft {
    set: Arc<Left>,
}

#[mediator]
struct OverOwnField {
    set: WithTable,
}

#[mediator]
struct OfAnyStore<T: Send + Sync + 'static> {
    stores: Stores<T>,
}

#[mediator(nested)]
#[pipeline(Once)]
struct Inner {
    bare: Bare,
}

#[mediator]
struct Outer {
    inner: Inner,
}

/// Handled in another process, which guards it.
#[command(critical, reply = u8)]
#[derive(serde::Serialize, serde::Deserialize)]
struct Elsewise;

#[contract]
struct Bank(Elsewise);

#[mediator]
struct Caller {
    bank: Remote<Memory, Bank>,
}

#[tokio::test]
async fn a_contract_is_guarded_where_it_is_served() {
    let caller = Caller { bank: Remote::new(Memory::default()) };
    assert!(caller.send(Elsewise).await.is_err(), "nobody serves it");
}

#[test]
fn each_place_compiles_and_answers() {
    let bare = || Bare;
    assert_eq!(Outermost { bare: bare() }.send(Charge).now_or_never(), Some(Ok(1)));
    assert_eq!(AtField { bare: bare(), per_key: Arc::new(Once) }.send(Charge).now_or_never(), Some(Ok(1)));
    assert_eq!(BuiltAtField { bare: bare(), table: "table" }.send(Charge).now_or_never(), Some(Ok(1)));
    let set = InSet { set: OnImpl, stores: Stores(0) };
    assert_eq!(set.send(Charge).now_or_never(), Some(Ok(1)));
    assert_eq!(set.send(Settle).now_or_never(), Some(Ok(2)));
    assert_eq!(set.send(Note).now_or_never(), Some(Ok(3)));
    assert_eq!(set.send(Store(1_u8)).now_or_never(), Some(Ok(4)));
    assert_eq!(AtMethod { set: OnMethod }.send(Charge).now_or_never(), Some(Ok(1)));
    assert_eq!(WithoutOthers { set: Elsewhere }.send(Charge).now_or_never(), Some(Ok(1)));
    assert_eq!(InLeft { set: Arc::new(Left) }.send(Charge).now_or_never(), Some(Ok(1)));
    assert_eq!(OverOwnField { set: WithTable { table: "table" } }.send(Charge).now_or_never(), Some(Ok(1)));
    assert_eq!(OfAnyStore { stores: Stores("text") }.send(Store("text")).now_or_never(), Some(Ok(4)));
    assert_eq!(Outer { inner: Inner { bare: bare() } }.send(Charge).now_or_never(), Some(Ok(1)));
}

#[test]
fn a_message_says_it_of_itself() {
    const { assert!(Charge::CRITICAL && Settle::CRITICAL && !Note::CRITICAL && Store::<u8>::CRITICAL) };
}
