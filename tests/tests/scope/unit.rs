//! A handler's method is tested by calling it, with the context of a mediator that has just what the
//! handler's bounds ask for.

use catga::prelude::*;
use catga::scope::{Alone, Call};
use catga::testing::{Recorder, Stub};
use catga::time::Cancel;
use catga_tests::Trouble;

#[command(reply = u64, error = Trouble)]
struct PlaceOrder {
    cents: u64,
}

#[command(reply = u64, error = Trouble)]
struct ChargeCard {
    cents: u64,
}

#[event]
#[derive(Clone, Debug, PartialEq, Eq)]
struct OrderPlaced {
    receipt: u64,
}

struct Orders;

#[handler]
#[pipeline(Validate, Timeout::secs(1))]
#[allow(dead_code)] // Called as a method, by no mediator.
impl Orders {
    async fn place(
        &self,
        cmd: PlaceOrder,
        cx: &mut Context<impl Sends<ChargeCard> + Publishes<OrderPlaced>>,
    ) -> Result<u64, Trouble> {
        let receipt = cx.send(ChargeCard { cents: cmd.cents }).await.map_err(|_| Trouble::Lost)?;
        cx.publish(OrderPlaced { receipt }).await.map_err(|_| Trouble::Stale)?;
        Ok(receipt)
    }
}

#[mediator]
struct Around {
    payments: Stub<ChargeCard>,
    placed: Recorder<OrderPlaced>,
}

fn around(answer: Result<u64, Trouble>) -> Around {
    Around { payments: Stub::new(move |_| answer), placed: Recorder::new() }
}

#[tokio::test]
async fn a_handler_in_the_company_of_stubs() {
    let around = around(Ok(7));
    assert_eq!(Orders.place(PlaceOrder { cents: 42 }, &mut around.context()).await, Ok(7));
    let charged: Vec<u64> = around.payments.received().iter().map(|charge| charge.cents).collect();
    assert_eq!(charged, [42]);
    assert_eq!(around.placed.received(), [OrderPlaced { receipt: 7 }]);
}

#[tokio::test]
async fn a_stub_that_fails() {
    let around = around(Err(Trouble::Busy));
    assert_eq!(Orders.place(PlaceOrder { cents: 42 }, &mut around.context()).await, Err(Trouble::Lost));
    assert!(around.placed.received().is_empty());
}

#[tokio::test]
async fn a_context_that_is_cancelled() {
    let around = around(Ok(7));
    let cancel = Cancel::new();
    cancel.cancel();
    let call = Call::new().cancel(&cancel);
    let mut cx = Context::new(Alone::with(&around, &call));
    assert_eq!(Orders.place(PlaceOrder { cents: 42 }, &mut cx).await, Err(Trouble::Lost));
    assert!(around.payments.received().is_empty());
}

#[tokio::test]
async fn a_context_has_ids_and_no_deadline() {
    let around = around(Ok(7));
    let cx = around.context();
    assert_eq!(cx.deadline(), None);
    assert!(!cx.message_id().is_nil());
    assert_eq!(cx.message_id(), cx.correlation_id());
    assert!(cx.causation_id().is_nil() && !cx.is_cancelled() && cx.cancel().is_none());
}
