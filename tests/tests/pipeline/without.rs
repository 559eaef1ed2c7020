//! Opting out by name: on a field, an impl or a method, of what stands further out.

use catga::prelude::*;
use catga_tests::{Deny, Mark, mark, marks};

#[command]
struct One;

#[command]
struct Two;

#[command]
struct Three;

#[event]
struct Done;

struct Methods;

#[handler]
#[pipeline(Mark("impl"))]
impl Methods {
    #[pipeline(without(Deny))]
    fn one(&self, _cmd: One) {
        mark("one");
    }

    /// Without what the mediator, the field and the impl put in under that name.
    #[pipeline(without(Deny, Mark), Mark("own"))]
    fn two(&self, _cmd: Two) {
        mark("two");
    }

    fn three(&self, _cmd: Three) {
        mark("three");
    }

    #[pipeline(without(Deny), without(gate))]
    fn on_done(&self, _event: &Done) {
        mark("done");
    }
}

#[mediator]
#[pipeline(Mark("mediator"), Deny)]
struct ByMethod {
    #[pipeline(Mark("field"))]
    methods: Methods,
}

#[tokio::test]
async fn a_method() {
    let app = ByMethod { methods: Methods };
    app.send(One).await.unwrap();
    assert_eq!(marks(), ["mediator", "field", "impl", "one", "/impl", "/field", "/mediator"]);
    app.send(Two).await.unwrap();
    assert_eq!(marks(), ["own", "two", "/own"]);
    assert!(matches!(app.send(Three).await, Err(Error::Refused(_))), "the neighbour has not opted out");
    marks();
    app.publish(Done).await.unwrap();
    assert_eq!(marks().len(), 7);
}

struct Impl;

#[handler]
#[pipeline(without(Deny), Mark("impl"))]
impl Impl {
    fn one(&self, _cmd: One) {
        mark("one");
    }

    fn on_done(&self, _event: &Done) {
        mark("done");
    }
}

#[mediator]
#[pipeline(Mark("mediator"))]
struct ByImpl {
    #[pipeline(Deny)]
    set: Impl,
}

#[tokio::test]
async fn an_impl() {
    let app = ByImpl { set: Impl };
    app.send(One).await.unwrap();
    assert_eq!(marks(), ["mediator", "impl", "one", "/impl", "/mediator"]);
    app.publish(Done).await.unwrap();
    assert_eq!(marks(), ["mediator", "impl", "done", "/impl", "/mediator"]);
}

struct Plain;

#[handler]
impl Plain {
    fn one(&self, _cmd: One) {
        mark("one");
    }
}

struct Other;

#[handler]
impl Other {
    fn two(&self, _cmd: Two) {
        mark("two");
    }
}

#[mediator]
#[pipeline(Mark("mediator"), self.gate, commands: self.lock)]
struct ByField {
    gate: Deny,
    lock: std::sync::Arc<Deny>,
    #[pipeline(without(gate), without(lock), Mark("field"))]
    plain: Plain,
    other: Other,
}

#[tokio::test]
async fn a_field_and_a_behavior_that_is_a_field() {
    let app = ByField { gate: Deny, lock: std::sync::Arc::new(Deny), plain: Plain, other: Other };
    app.send(One).await.unwrap();
    assert_eq!(marks(), ["mediator", "field", "one", "/field", "/mediator"]);
    assert!(matches!(app.send(Two).await, Err(Error::Refused(_))));
}
