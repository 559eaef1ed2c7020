//! `Remote` as a field: the other side is a server on the memory transport.

use std::future::Future;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use catga::Remote;
use catga::envelope::{Envelope, Headers};
use catga::error::{Class, Classify as _};
use catga::prelude::*;
use catga::transport::memory::Memory;
use catga::transport::{Delivers as _, Delivery as _, Endpoint, Subscription as _};
use catga::wire::{Served, receive};
use futures_util::stream::StreamExt as _;

use crate::contracts::{Bank, CardError, CardExpired, ChargeCard, Charges, PaymentsApi, Receipt, bank};

#[command(reply = u64, error = CardError)]
struct PlaceOrder {
    cents: u64,
}

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, order: PlaceOrder, cx: &mut Context<impl Sends<ChargeCard>>) -> Result<u64, CardError> {
        match cx.send(ChargeCard { cents: order.cents, note: String::new() }).await {
            Ok(paid) => Ok(paid),
            Err(Error::Handler(error)) => Err(error),
            Err(_) => Err(CardError::Busy),
        }
    }
}

#[mediator]
struct Shop {
    orders: Orders,
    payments: Remote<Memory, PaymentsApi>,
}

fn shop(wire: &Memory) -> Shop {
    Shop { orders: Orders, payments: Remote::new(wire.clone()) }
}

/// Runs `asking` beside a bank that serves.
async fn beside<T>(bank: &Bank, asking: impl AsyncFnOnce(&Shop) -> T) -> (T, Served) {
    let (wire, stop) = (Memory::default(), Cancel::new());
    let shop = shop(&wire);
    let server = Server::new(wire);
    let (served, answer) = tokio::join!(server.serve::<PaymentsApi, _>(bank, &stop), async {
        let answer = asking(&shop).await;
        stop.cancel();
        answer
    });
    (answer, served.unwrap())
}

#[tokio::test]
async fn a_remote_answers_as_a_handler_does() {
    let (bank, local) = (bank(), bank());
    let asking = async |shop: &Shop| {
        assert_eq!(shop.send(PlaceOrder { cents: 4 }).await, Ok(8));
        let declined = Err(Error::Handler(CardError::Declined { code: 51 }));
        assert_eq!(shop.send(PlaceOrder { cents: 666 }).await, declined);
        let charge = |cents| ChargeCard { cents, note: "n".repeat(3) };
        for cents in [0, 4, 666, 667] {
            assert_eq!(shop.send(charge(cents)).await, local.send(charge(cents)).await);
        }
        assert_eq!(shop.send(Receipt(1)).await, Ok(Some("one".into())));
        assert_eq!(shop.send(Receipt(2)).await, Ok(None));
    };
    let ((), served) = beside(&bank, asking).await;
    assert_eq!((served.requests, served.rejected, served.gone), (8, 0, 0));
}

#[tokio::test]
async fn rows_come_one_by_one_and_end_as_they_do_there() {
    let bank = bank();
    let asking = async |shop: &Shop| {
        let rows: Vec<_> = shop.stream(Charges { up_to: 5 }).collect().await;
        assert_eq!(rows, (0..5).map(Ok).collect::<Vec<_>>());
        let rows: Vec<_> = shop.stream(Charges { up_to: 20 }).collect().await;
        assert_eq!((rows.len(), &rows[7]), (8, &Err(Error::Handler(CardError::Busy))));
    };
    beside(&bank, asking).await;
}

#[tokio::test]
async fn an_event_is_published_where_the_contract_says() {
    let (wire, bank) = (Memory::default(), bank());
    let mut group = wire.subscribe(Endpoint::new("payments"), "bank").await.unwrap();
    shop(&wire).publish(CardExpired { card: 3 }).await.unwrap();
    let delivery = group.next().await.unwrap().unwrap();
    receive::<PaymentsApi, _>(&bank, &delivery.parcel().bytes, None, None).await.unwrap().unwrap();
    delivery.ack().await.unwrap();
    assert_eq!(bank.payments.expired.load(Relaxed), 3);
}

#[tokio::test]
async fn a_panic_there_is_an_error_here() {
    let bank = bank();
    let ((), served) = beside(&bank, async |shop| {
        match shop.send(ChargeCard { cents: 668, note: String::new() }).await {
            Err(Error::Panicked(panic)) => assert_eq!(panic.message(), "on purpose"),
            other => panic!("{other:?}"),
        }
        assert_eq!(shop.send(Receipt(2)).await, Ok(None), "the server lives");
    })
    .await;
    assert_eq!(served.requests, 2);
}

#[tokio::test]
async fn a_panic_of_what_reads_headers_is_an_error_of_that_message() {
    let (wire, bank, stop) = (Memory::default(), bank(), Cancel::new());
    let server = Server::new(wire.clone()).extension(|envelope: &Envelope<'_>| {
        assert_eq!(envelope.headers.get("tenant"), None, "on purpose");
    });
    let (shop, headers) = (shop(&wire), [("tenant", "evil")]);
    let (served, ()) = tokio::join!(server.serve::<PaymentsApi, _>(&bank, &stop), async {
        let call = Call::new().headers(Headers::of(&headers));
        let asked = shop.send_with(Receipt(1), call).await;
        assert!(matches!(&asked, Err(Error::Panicked(panic)) if panic.message().contains("on purpose")), "{asked:?}");
        assert_eq!(shop.send(Receipt(1)).await, Ok(Some("one".into())), "the server lives");
        stop.cancel();
    });
    assert_eq!(served.unwrap().requests, 2);
}

#[tokio::test]
async fn endpoints_may_be_others_where_both_sides_are_composed() {
    let (wire, bank, stop) = (Memory::default(), bank(), Cancel::new());
    let server = Server::new(wire.clone()).endpoint("payments.eu");
    let (there, nowhere) = (shop(&wire), shop(&wire));
    let there = Shop { payments: there.payments.endpoint("payments.eu"), ..there };
    let (served, ()) = tokio::join!(server.serve::<PaymentsApi, _>(&bank, &stop), async {
        assert_eq!(there.send(Receipt(1)).await, Ok(Some("one".into())));
        assert_eq!(nowhere.send(Receipt(1)).await.unwrap_err().code(), "catga.transport.nobody_listens");
        stop.cancel();
    });
    assert_eq!(served.unwrap().requests, 1);
}

#[tokio::test]
async fn nobody_there_is_transient() {
    let shop = shop(&Memory::default());
    let error = shop.send(Receipt(1)).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)));
    assert_eq!((error.class(), error.code()), (Class::Transient, "catga.transport.nobody_listens"));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_answered_in_time_is_unknown() {
    use catga::transport::Listens as _;

    let wire = Memory::default();
    let _silent = wire.listen(Endpoint::new("payments")).await.unwrap();
    let shop = Shop { orders: Orders, payments: Remote::new(wire).patience(Duration::from_secs(3)) };
    let error = shop.send(Receipt(1)).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)));
    assert_eq!((error.class(), error.code()), (Class::Unknown, "catga.transport.timed_out"));
}

fn is_send<T: Send>(value: T) -> T {
    value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_callers_get_their_own_answers() {
    let wire = Memory::default();
    let stop = std::sync::Arc::new(Cancel::new());
    let serving = {
        let (server, stop) = (Server::new(wire.clone()).concurrency(8), stop.clone());
        tokio::spawn(async move { server.serve::<PaymentsApi, _>(&bank(), &stop).await })
    };
    let shop = std::sync::Arc::new(shop(&wire));
    while shop.send(Receipt(1)).await.is_err() {
        tokio::task::yield_now().await;
    }
    let callers: Vec<_> = (1..=1_000)
        .map(|cents| {
            let shop = shop.clone();
            tokio::spawn(is_send(async move { (cents, shop.send(ChargeCard { cents, note: "n".into() }).await) }))
        })
        .collect();
    let special = [666, 667, 668];
    for caller in callers {
        let (cents, answer) = caller.await.unwrap();
        if !special.contains(&cents) {
            assert_eq!(answer, Ok(cents * 2));
        }
    }
    stop.cancel();
    assert_eq!(serving.await.unwrap().unwrap().rejected, 0);
}

#[tokio::test]
async fn a_caller_that_goes_cancels_there() {
    let bank = bank();
    let ((), served) = beside(&bank, async |shop| {
        let rows = shop.stream(Charges { up_to: u64::MAX });
        let mut rows = std::pin::pin!(rows);
        assert_eq!(rows.next().await, Some(Ok(0)));
    })
    .await;
    assert_eq!(served.requests, 1, "it ended, although its rows have no end");
}

fn _send_futures(shop: &Shop) -> impl Future + Send {
    shop.send(Receipt(1))
}
