//! What others did wrong: a gateway that is busy or silent, a client that hangs up.

use std::sync::Arc;

use axum::http::StatusCode;

use crate::program::{BUSY, GOOD, PATIENT, Program, SILENT};

everywhere!(a_busy_gateway_is_503_and_soon_left_alone);
everywhere!(
    HASTY:
    a_silent_gateway_is_504_and_its_charge_given_back,
    an_order_whose_client_hangs_up_comes_to_its_end,
    a_pending_order_can_be_cancelled,
);
#[cfg(unix)]
everywhere!(HASTY: a_server_that_is_told_to_stop_answers_first);

async fn a_busy_gateway_is_503_and_soon_left_alone(shop: Program) {
    shop.stock("TEA", 1, 450).await;
    let busy = shop.order("TEA", 1, BUSY).await;
    assert_eq!((busy.status, busy.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "payment.busy"));
    assert_eq!(busy.retry_after(), Some(1));

    // Three attempts each: the fifth failure opens the breaker, and then good cards are refused too.
    for card in [BUSY, GOOD] {
        let refused = shop.order("TEA", 1, card).await;
        assert_eq!((refused.status, refused.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "catga.unavailable"));
        assert!(
            refused.retry_after().is_some_and(|secs| (1..=5 * u64::from(PATIENT.charge)).contains(&secs)),
            "{refused:?}"
        );
    }
    assert_eq!((shop.available("TEA").await, shop.takings().await), (1, 0));
}

async fn a_silent_gateway_is_504_and_its_charge_given_back(shop: Program) {
    shop.stock("TEA", 1, 450).await;
    let silent = shop.order("TEA", 1, SILENT).await;
    assert_eq!((silent.status, silent.code().as_str()), (StatusCode::GATEWAY_TIMEOUT, "catga.timeout"));
    assert_eq!((shop.available("TEA").await, shop.takings().await), (1, 0));
}

async fn an_order_whose_client_hangs_up_comes_to_its_end(shop: Program) {
    let shop = Arc::new(shop);
    shop.stock("TEA", 1, 450).await;
    let client = Arc::clone(&shop);
    let request = tokio::spawn(async move { client.order("TEA", 1, SILENT).await });
    shop.order_becomes("pending").await;
    request.abort();
    assert!(request.await.is_err_and(|error| error.is_cancelled()));

    shop.order_becomes("rejected").await;
    assert_eq!((shop.available("TEA").await, shop.takings().await), (1, 0));
}

async fn a_pending_order_can_be_cancelled(shop: Program) {
    let shop = Arc::new(shop);
    shop.stock("TEA", 1, 450).await;
    let client = Arc::clone(&shop);
    let placing = tokio::spawn(async move { client.order("TEA", 1, SILENT).await });
    let order = shop.order_becomes("pending").await;
    let cancelled = shop.send("POST", &format!("/orders/{order}/cancel"), "").await;
    assert_eq!(cancelled.json()["status"], "cancelled");

    let placed = placing.await.unwrap();
    assert!(!placed.status.is_success(), "{placed:?}");
    assert_eq!(shop.get(&format!("/orders/{order}")).await.json()["status"], "cancelled");
    assert_eq!((shop.available("TEA").await, shop.takings().await), (1, 0));
}

#[cfg(unix)]
async fn a_server_that_is_told_to_stop_answers_first(shop: Program) {
    let shop = Arc::new(shop);
    shop.stock("TEA", 1, 450).await;
    let client = Arc::clone(&shop);
    let request = tokio::spawn(async move { client.order("TEA", 1, SILENT).await });
    shop.order_becomes("pending").await;
    shop.terminate();
    assert_eq!(request.await.unwrap().status, StatusCode::GATEWAY_TIMEOUT);

    let shop = Arc::into_inner(shop).expect("the request is done");
    let (status, printed, _) = shop.ended();
    assert!(status.success(), "{status}");
    assert!(printed.ends_with("stopped\n"), "{printed}");
}
