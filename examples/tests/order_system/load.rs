//! Many clients at once: nothing is sold twice, nobody pays for nothing, everybody is answered.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::Value;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::program::{self, Answer, BUSY_ONCE, DECLINED, GOOD, Program, id};

everywhere!(exactly_the_stock_is_sold, a_declined_card_takes_from_nobody, the_books_balance_after_any_mix,);

const CLIENTS: usize = 200;
const PRICE: u64 = 450;

/// Each client runs `visit` with its number, over a connection of its own, all at once.
async fn rush<F>(shop: &Program, visit: impl Fn(usize, Visitor) -> F) -> Vec<F::Output>
where
    F: Future<Output: Send + 'static> + Send + 'static,
{
    let start = Arc::new(Barrier::new(CLIENTS));
    let mut visits = JoinSet::new();
    for number in 0..CLIENTS {
        let start = Arc::clone(&start);
        let visitor = Visitor { address: shop.address.clone(), key: number.to_string(), client: program::client() };
        let visit = visit(number, visitor);
        visits.spawn(async move {
            start.wait().await;
            visit.await
        });
    }
    visits.join_all().await
}

struct Visitor {
    address: String,
    /// Of its one order.
    key: String,
    client: hyper_util::client::legacy::Client<
        hyper_util::client::legacy::connect::HttpConnector,
        http_body_util::Full<axum::body::Bytes>,
    >,
}

impl Visitor {
    /// Orders, and asks again for what becomes of it: where all are slow, an order is accepted first.
    async fn order(&self, quantity: u64, card: &str) -> Answer {
        program::order_named(&self.client, &self.address, &self.key, &program::order("TEA", quantity, card)).await
    }

    async fn post(&self, path: &str, body: &str) -> Answer {
        program::send(&self.client, &self.address, "POST", path, body).await
    }
}

/// What stands in the book agrees with the shelf and with the money.
async fn balances(shop: &Program, stock: u64) {
    let orders = shop.orders().await;
    assert!(orders.iter().all(|order| order["status"] != "pending"), "{orders:?}");
    let stands = |order: &&Value| order["status"] == "placed" || order["status"] == "shipped";
    let standing: Vec<_> = orders.iter().filter(stands).collect();
    let sold: u64 = standing.iter().map(|order| order["lines"][0]["quantity"].as_u64().unwrap()).sum();
    let total: u64 = standing.iter().map(|order| order["total_cents"].as_u64().unwrap()).sum();
    assert_eq!(shop.available("TEA").await, stock - sold);
    assert_eq!(shop.takings().await, total);
    assert_eq!(total, sold * PRICE);
}

async fn exactly_the_stock_is_sold(shop: Program) {
    const STOCK: u64 = 70;
    shop.stock("TEA", STOCK, PRICE).await;
    let answers = rush(&shop, |_, visitor| async move { visitor.order(1, GOOD).await }).await;

    let mut counts = BTreeMap::new();
    for answer in &answers {
        *counts.entry(answer.status).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([(StatusCode::CREATED, 70), (StatusCode::CONFLICT, 130)]));
    assert_eq!((shop.available("TEA").await, shop.takings().await), (0, STOCK * PRICE));
    assert_eq!(shop.orders().await.len(), CLIENTS);
    balances(&shop, STOCK).await;
}

async fn a_declined_card_takes_from_nobody(shop: Program) {
    shop.stock("TEA", 1_000, PRICE).await;
    let answers = rush(&shop, |number, visitor| async move {
        let (card, expected) = if number % 4 == 0 { (DECLINED, 402) } else { (GOOD, 201) };
        (visitor.order(2, card).await.status.as_u16(), expected)
    })
    .await;
    assert!(answers.iter().all(|(status, expected)| status == expected), "{answers:?}");
    assert_eq!(shop.available("TEA").await, 1_000 - 2 * 150);
    balances(&shop, 1_000).await;
}

async fn the_books_balance_after_any_mix(shop: Program) {
    const STOCK: u64 = 150;
    shop.stock("TEA", STOCK, PRICE).await;
    let ended = rush(&shop, |number, visitor| async move {
        let card = [GOOD, DECLINED, BUSY_ONCE, GOOD, GOOD][number % 5];
        let placed = visitor.order(1 + number as u64 % 3, card).await;
        // Many that are busy at once may open the breaker, so 503 is an answer too.
        assert!([201, 402, 409, 503].contains(&placed.status.as_u16()), "{placed:?}");
        if placed.status != StatusCode::CREATED {
            return None;
        }
        let order = id(&placed.json());
        let (cancel, ship) = (format!("/orders/{order}/cancel"), format!("/orders/{order}/ship"));
        let shipping = async {
            loop {
                let shipped = visitor.post(&ship, "").await;
                // Until shipping has heard of it there is no parcel.
                if shipped.status != StatusCode::NOT_FOUND {
                    return shipped.status;
                }
                assert_eq!(shipped.code(), "shipping.no_parcel");
            }
        };
        let (cancelled, shipped) = tokio::join!(visitor.post(&cancel, ""), shipping);
        Some((order, cancelled.status, shipped))
    })
    .await;
    let raced: Vec<_> = ended.into_iter().flatten().collect();
    assert!(!raced.is_empty());
    shop.drained().await;
    for (order, cancelled, shipped) in raced {
        let status = shop.get(&format!("/orders/{order}")).await.json()["status"].clone();
        // One of the two wins, and the book knows which.
        match (cancelled, shipped) {
            (StatusCode::OK, StatusCode::CONFLICT) => assert_eq!(status, "cancelled"),
            (StatusCode::CONFLICT, StatusCode::OK) => assert_eq!(status, "shipped"),
            other => panic!("order {order} was answered {other:?}"),
        }
    }
    balances(&shop, STOCK).await;
}
