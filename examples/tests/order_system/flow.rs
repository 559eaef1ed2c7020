//! What goes well.

use axum::http::{StatusCode, header};
use serde_json::json;

use crate::program::{BUSY_ONCE, GOOD, Program, id};

everywhere!(
    an_order_is_placed_and_can_be_read,
    two_lines_of_one_article_count_together,
    events_reach_shipping_mail_and_the_book,
    a_cancelled_order_gives_everything_back_once,
    a_charge_is_tried_again_and_taken_once,
);

async fn an_order_is_placed_and_can_be_read(shop: Program) {
    assert_eq!(shop.get("/health").await.json(), json!({ "status": "up" }));
    shop.stock("TEA", 10, 450).await;

    let placed = shop.order("TEA", 3, GOOD).await;
    assert_eq!(placed.status, StatusCode::CREATED);
    let order = placed.json();
    assert_eq!(order["status"], "placed");
    assert_eq!(order["total_cents"], 1350);
    assert_eq!(placed.headers[header::LOCATION], format!("/orders/{}", id(&order)));

    assert_eq!(shop.get(&format!("/orders/{}", id(&order))).await.json(), order);
    assert_eq!(shop.orders().await, [order]);
    assert_eq!(shop.get("/stock/TEA").await.json(), json!({ "sku": "TEA", "available": 7, "price_cents": 450 }));
    assert_eq!(shop.takings().await, 1350);
}

async fn two_lines_of_one_article_count_together(shop: Program) {
    shop.stock("TEA", 5, 100).await;
    let lines = json!([{ "sku": "TEA", "quantity": 3 }, { "sku": "TEA", "quantity": 3 }]);
    let body = json!({ "customer": "ann@example.com", "lines": lines, "card": GOOD }).to_string();
    let answer = shop.send("POST", "/orders", &body).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "stock.out_of_stock"));
    assert_eq!(shop.available("TEA").await, 5);
}

async fn events_reach_shipping_mail_and_the_book(shop: Program) {
    shop.stock("TEA", 1, 450).await;
    let order = id(&shop.order("TEA", 1, GOOD).await.json());
    shop.drained().await;

    let shipped = shop.send("POST", &format!("/orders/{order}/ship"), "").await;
    assert_eq!(shipped.status, StatusCode::OK);
    assert_eq!(shipped.json(), json!({ "tracking": format!("CT{order}") }));
    shop.drained().await;
    assert_eq!(shop.get(&format!("/orders/{order}")).await.json()["status"], "shipped");

    // Shipped once, however often it is asked for.
    let again = shop.send("POST", &format!("/orders/{order}/ship"), "").await;
    assert_eq!(again.json(), shipped.json());
    shop.drained().await;
    let letters = shop.get(&format!("/orders/{order}/letters")).await.json();
    let letter = |subject: String| json!({ "to": "ann@example.com", "subject": subject });
    assert_eq!(
        letters,
        json!([
            letter(format!("Thank you for order {order} over 4.50")),
            letter(format!("Order {order} is on its way as CT{order}")),
        ])
    );

    let late = shop.send("POST", &format!("/orders/{order}/cancel"), "").await;
    assert_eq!((late.status, late.code().as_str()), (StatusCode::CONFLICT, "shipping.dispatched"));
    assert_eq!(shop.takings().await, 450);
}

async fn a_cancelled_order_gives_everything_back_once(shop: Program) {
    shop.stock("TEA", 4, 450).await;
    let order = id(&shop.order("TEA", 4, GOOD).await.json());
    for _ in 0..2 {
        let cancelled = shop.send("POST", &format!("/orders/{order}/cancel"), "").await;
        assert_eq!((cancelled.status, &cancelled.json()["status"]), (StatusCode::OK, &json!("cancelled")));
    }
    assert_eq!((shop.available("TEA").await, shop.takings().await), (4, 0));
    shop.drained().await;
    let letters = shop.get(&format!("/orders/{order}/letters")).await.json();
    assert_eq!(letters.as_array().map(Vec::len), Some(2), "{letters}");

    let shipped = shop.send("POST", &format!("/orders/{order}/ship"), "").await;
    assert_eq!((shipped.status, shipped.code().as_str()), (StatusCode::CONFLICT, "shipping.recalled"));
}

async fn a_charge_is_tried_again_and_taken_once(shop: Program) {
    shop.stock("TEA", 1, 450).await;
    let placed = shop.order("TEA", 1, BUSY_ONCE).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{placed:?}");
    assert_eq!(shop.takings().await, 450);
}
