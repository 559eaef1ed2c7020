//! What the client did wrong: a status, a code, and what to mend.

use axum::http::{Request, StatusCode};
use http_body_util::Full;
use serde_json::json;

use crate::program::{self, DECLINED, GOOD, Program};

everywhere!(
    an_invalid_order_is_told_every_violation,
    malformed_json_is_told_where,
    what_does_not_exist_is_404,
    requests_that_make_no_sense_are_refused_in_json,
    no_stock_and_no_money_change_nothing,
);
#[cfg(unix)]
everywhere!(no_card_is_written_anywhere);

async fn an_invalid_order_is_told_every_violation(shop: Program) {
    let body = json!({
        "customer": "ann",
        "lines": [{ "sku": "TEA", "quantity": 1 }, { "sku": "no good", "quantity": 0 }],
        "card": "12",
    });
    let answer = shop.send("POST", "/orders", &body.to_string()).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "catga.invalid"));
    assert_eq!(
        answer.json()["violations"],
        json!([
            { "field": "customer", "rule": "must be a mail address" },
            { "field": "lines[1].sku", "rule": "must be 1 to 32 letters, digits or hyphens" },
            { "field": "lines[1].quantity", "rule": "must be 1 to 1000" },
            { "field": "card", "rule": "must be 13 to 19 digits" },
        ])
    );
    // A message that is not valid reaches nobody.
    assert_eq!(shop.orders().await, [] as [serde_json::Value; 0]);

    let answer = shop.send("PUT", "/stock/TEA", r#"{"available":1,"price_cents":0}"#).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["violations"][0]["field"], "price_cents");
}

async fn malformed_json_is_told_where(shop: Program) {
    let missing = json!({ "customer": "ann@example.com", "card": GOOD }).to_string();
    let typed = program::order("TEA", 1, GOOD).replace(r#""quantity":1"#, r#""quantity":"one""#);
    let unknown = program::order("TEA", 1, GOOD).replace("customer", "costumer");
    for (body, names) in [
        ("{", "line 1 column 1"),
        ("", "EOF"),
        ("{\"customer\": ann}", "column 14"),
        (&missing, "missing field `lines`"),
        (&typed, "lines[0].quantity"),
        (&unknown, "unknown field `costumer`"),
    ] {
        let answer = shop.send("POST", "/orders", body).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "http.malformed_json"));
        assert!(answer.body.contains(names), "{} does not name {names}", answer.body);
    }
}

async fn what_does_not_exist_is_404(shop: Program) {
    for (method, path, code) in [
        ("GET", "/orders/12", "order.unknown"),
        ("POST", "/orders/12/cancel", "order.unknown"),
        ("POST", "/orders/12/ship", "shipping.no_parcel"),
        ("GET", "/orders/12/letters", "order.unknown"),
        ("GET", "/stock/TEA", "stock.unknown_sku"),
        ("GET", "/nowhere", "http.no_route"),
        ("GET", "/orders/12/nowhere", "http.no_route"),
    ] {
        let answer = shop.send(method, path, "").await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, code), "{method} {path}");
    }
    let answer = shop.order("TEA", 1, GOOD).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::NOT_FOUND, "stock.unknown_sku"));
}

async fn requests_that_make_no_sense_are_refused_in_json(shop: Program) {
    let answer = shop.get("/orders/twelve").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, "http.path"));
    let answer = shop.send("DELETE", "/orders", "").await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::METHOD_NOT_ALLOWED, "http.method"));

    let large = program::order("TEA", 1, &"4".repeat(64 * 1024));
    let answer = shop.send("POST", "/orders", &large).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "http.too_large"));

    let untyped = Request::post(format!("http://{}/orders", shop.address));
    let untyped = untyped.body(Full::from(program::order("TEA", 1, GOOD))).unwrap();
    let answer = program::finish(&program::client(), untyped).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::UNSUPPORTED_MEDIA_TYPE, "http.content_type"));
}

async fn no_stock_and_no_money_change_nothing(shop: Program) {
    shop.stock("TEA", 2, 450).await;
    let answer = shop.order("TEA", 3, GOOD).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "stock.out_of_stock"));
    let answer = shop.order("TEA", 2, DECLINED).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::PAYMENT_REQUIRED, "payment.declined"));
    assert_eq!((shop.available("TEA").await, shop.takings().await), (2, 0));
    assert!(shop.orders().await.iter().all(|order| order["status"] == "rejected"));
}

#[cfg(unix)]
async fn no_card_is_written_anywhere(shop: Program) {
    shop.stock("TEA", 2, 450).await;
    let number = program::order("TEA", 1, GOOD).replace(&format!("\"{GOOD}\""), GOOD);
    let elsewhere = program::order("TEA", 1, GOOD).replace("1", &format!("\"{GOOD}\""));
    let invalid = program::order("TEA", 0, GOOD);
    let placed = program::order("TEA", 1, GOOD);
    let declined = program::order("TEA", 1, DECLINED);
    for (body, status) in [(number, 400), (elsewhere, 400), (invalid, 422), (placed, 201), (declined, 402)] {
        let answer = shop.send("POST", "/orders", &body).await;
        assert_eq!(answer.status.as_u16(), status, "{answer:?}");
        assert!(![GOOD, DECLINED].iter().any(|card| answer.body.contains(card)), "{answer:?}");
    }
    shop.terminate();
    let (_, _, log) = shop.ended();
    assert!(log.contains("PlaceOrder"), "messages are logged: {log}");
    assert!(![GOOD, DECLINED].iter().any(|card| log.contains(card)), "{log}");
}
