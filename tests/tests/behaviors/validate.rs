//! `Validate`: all violations at once, before anything runs.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::error::{Classify as _, Violations};
use catga::prelude::*;
use catga_tests::{Mark, Trouble, collect_ready, marks};
use futures_util::{Stream, stream};

#[command(reply = u32, error = Trouble, validate)]
#[derive(Clone)]
struct PlaceOrder {
    customer: u64,
    lines: Vec<Line>,
}

#[derive(Clone)]
struct Line {
    quantity: u32,
    taxes: Vec<u32>,
}

impl Valid for PlaceOrder {
    fn check(&self, checks: &mut Checks) {
        checks.require("customer", self.customer > 0, "must be known");
        checks.require("lines", !self.lines.is_empty(), "must not be empty");
        for (i, line) in self.lines.iter().enumerate() {
            checks.within(("lines", i), |checks| line.check(checks));
        }
    }
}

impl Valid for Line {
    fn check(&self, checks: &mut Checks) {
        checks.require("quantity", self.quantity > 0, "must be positive");
        for (i, tax) in self.taxes.iter().enumerate() {
            checks.require(("taxes", i), *tax < 100, "must be a rate");
        }
    }
}

/// It would not be valid, but its contract does not say `validate`.
#[query(reply = u32)]
struct Unchecked;

impl Valid for Unchecked {
    fn check(&self, checks: &mut Checks) {
        checks.add("all", "is wrong");
    }
}

#[query(stream = u32, validate)]
struct List {
    from: u32,
    to: u32,
}

impl Valid for List {
    fn check(&self, checks: &mut Checks) {
        checks.require("to", self.from <= self.to, "must not be before from");
    }
}

#[event(validate)]
struct Placed {
    id: u64,
}

impl Valid for Placed {
    fn check(&self, checks: &mut Checks) {
        checks.require("id", self.id > 0, "must be an id");
    }
}

#[derive(Default)]
struct Orders {
    ran: AtomicU32,
}

#[handler]
#[pipeline(Validate, Mark("inside"))]
impl Orders {
    fn place(&self, _cmd: PlaceOrder) -> Result<u32, Trouble> {
        Ok(self.ran.fetch_add(1, SeqCst))
    }

    fn unchecked(&self, _query: Unchecked) -> u32 {
        self.ran.fetch_add(1, SeqCst)
    }

    fn list(&self, query: List) -> impl Stream<Item = u32> {
        self.ran.fetch_add(1, SeqCst);
        stream::iter(query.from..query.to)
    }

    async fn on_placed(&self, _event: &Placed) {
        self.ran.fetch_add(1, SeqCst);
    }
}

#[mediator]
#[pipeline(Mark("outside"), Retry::times(3))]
#[derive(Default)]
struct Shop {
    #[pipeline(without(Retry))]
    orders: Orders,
}

fn paths(violations: &Violations) -> Vec<String> {
    violations.iter().map(|violation| violation.path.to_string()).collect()
}

fn line(quantity: u32, taxes: &[u32]) -> Line {
    Line { quantity, taxes: taxes.to_vec() }
}

#[tokio::test]
async fn every_violation_is_listed_with_the_way_to_its_field() {
    let shop = Shop::default();
    let order = PlaceOrder { customer: 0, lines: vec![line(1, &[]), line(0, &[19, 100]), line(0, &[])] };
    let error = shop.send(order).await.unwrap_err();
    assert_eq!((error.class(), error.code()), (Class::Permanent, "catga.invalid"));
    let Error::Invalid(violations) = error else { panic!("{error:?}") };
    assert_eq!(paths(&violations), ["customer", "lines[1].quantity", "lines[1].taxes[1]", "lines[2].quantity"]);
    assert_eq!(shop.orders.ran.load(SeqCst), 0);
    assert_eq!(marks(), ["outside", "/outside"], "nothing inside of it runs");
}

#[tokio::test]
async fn a_valid_message_passes() {
    let shop = Shop::default();
    assert_eq!(shop.send(PlaceOrder { customer: 1, lines: vec![line(1, &[19])] }).await, Ok(0));
    assert_eq!(marks(), ["outside", "inside", "/inside", "/outside"]);
}

#[tokio::test]
async fn a_message_that_does_not_say_validate_passes() {
    assert_eq!(Shop::default().send(Unchecked).await, Ok(0));
}

#[tokio::test]
async fn a_stream_query() {
    let shop = Shop::default();
    let rows = collect_ready(shop.stream(List { from: 2, to: 1 })).await;
    let [Err(Error::Invalid(violations))] = &rows[..] else { panic!("{rows:?}") };
    assert_eq!(paths(violations), ["to"]);
    assert_eq!(shop.orders.ran.load(SeqCst), 0, "it was not opened");
    assert_eq!(collect_ready(shop.stream(List { from: 1, to: 3 })).await, [Ok(1), Ok(2)]);
}

#[tokio::test]
async fn an_event() {
    let shop = Shop::default();
    let told = shop.publish(Placed { id: 0 }).await.unwrap_err();
    assert!(matches!(&told.failures()[0].error, Error::Invalid(violations) if violations.count() == 1));
    assert_eq!(shop.orders.ran.load(SeqCst), 0);
    shop.publish(Placed { id: 1 }).await.unwrap();
    assert_eq!(shop.orders.ran.load(SeqCst), 1);
}
