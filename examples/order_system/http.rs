//! The HTTP API: each route makes a message of its request, and sends it.

use std::pin::pin;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use catga::delivery::{DEAD, OUTBOX, unanswered};
use catga::envelope::Headers;
use catga::prelude::*;
use futures_util::{StreamExt as _, stream};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::mpsc;

use crate::counter::PlaceOrder;
use crate::extract::{Json, Path};
use crate::graph;
use crate::inventory::{SetStock, Sku, StockLevel};
use crate::mail::Letters;
use crate::money::Cents;
use crate::order::{Order, OrderId};
use crate::orders::{CancelOrder, GetOrder, ListOrders, OrderError, PayOrder};
use crate::outcome::{outcome, placed};
use crate::payments_api::{Card, Takings};
use crate::problem::{Problem, Status};
use crate::request_key::RequestKey;
use crate::shipping::DispatchParcel;
use crate::shop::Shop;

/// The largest body that is read, in bytes: an order of a hundred lines has a tenth of it.
const BODY: usize = 64 * 1024;

/// The routes, over a shop.
pub(crate) fn router<S: Shop>(shop: Arc<S>) -> Router {
    Router::new()
        .route("/health", get(health))
        .route("/orders", get(list_orders::<S>).post(place_order::<S>))
        .route("/orders/{id}", get(get_order::<S>))
        .route("/orders/{id}/payment", post(pay_order::<S>))
        .route("/orders/{id}/cancel", post(cancel_order::<S>))
        .route("/orders/{id}/ship", post(ship_order::<S>))
        .route("/orders/{id}/letters", get(letters::<S>))
        .route("/stock/{sku}", get(stock_level::<S>).put(set_stock::<S>))
        .route("/takings", get(takings::<S>))
        .route("/deliveries", get(deliveries::<S>))
        .route("/graph", get(graph::page::<S>))
        .route("/graph.json", get(graph::json::<S>))
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
        .layer(DefaultBodyLimit::max(BODY))
        .with_state(shop)
}

type Shared<S> = State<Arc<S>>;
type Answer = Result<Response, Problem>;

async fn health() -> Response {
    axum::Json(json!({ "status": "up" })).into_response()
}

async fn place_order<S: Shop>(State(shop): Shared<S>, key: RequestKey, Json(command): Json<PlaceOrder>) -> Answer {
    let order = to_the_end(&shop, key, command).await?.id;
    let (progress, status) = outcome(&*shop, order, StatusCode::CREATED).await?;
    let location = [(header::LOCATION, format!("/orders/{order}"))];
    Ok((status, location, axum::Json(placed(progress)?)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
    #[serde(deserialize_with = "Card::from_client")]
    card: Option<Card>,
}

async fn pay_order<S: Shop>(
    State(shop): Shared<S>,
    key: RequestKey,
    Path(order): Path<OrderId>,
    Json(payment): Json<Payment>,
) -> Answer {
    let card = payment.card.ok_or_else(|| Problem::new(StatusCode::BAD_REQUEST, "http.malformed_json", "no card"))?;
    to_the_end(&shop, key, PayOrder { order, card }).await?;
    let (progress, status) = outcome(&*shop, order, StatusCode::OK).await?;
    Ok((status, axum::Json(placed(progress)?)).into_response())
}

async fn cancel_order<S: Shop>(State(shop): Shared<S>, key: RequestKey, Path(order): Path<OrderId>) -> Answer {
    to_the_end(&shop, key, CancelOrder { order }).await?;
    let (progress, status) = outcome(&*shop, order, StatusCode::OK).await?;
    // Cancelled it is; where its money is not back yet, the outbox sees to that.
    let status = if progress.due.is_none() { status } else { StatusCode::ACCEPTED };
    Ok((status, axum::Json(progress.order)).into_response())
}

async fn ship_order<S: Shop>(State(shop): Shared<S>, Path(order): Path<OrderId>) -> Answer {
    let tracking = to_the_end(&shop, RequestKey::default(), DispatchParcel { order }).await?;
    Ok(axum::Json(json!({ "tracking": tracking })).into_response())
}

async fn get_order<S: Shop>(State(shop): Shared<S>, Path(order): Path<OrderId>) -> Answer {
    Ok(axum::Json(shop.send(GetOrder { order }).await?.order).into_response())
}

async fn letters<S: Shop>(State(shop): Shared<S>, Path(order): Path<OrderId>) -> Answer {
    // Mail knows no orders, so an unknown one is the book's to say.
    shop.send(GetOrder { order }).await?;
    Ok(axum::Json(shop.send(Letters { order }).await?).into_response())
}

/// The orders as lines of JSON, each sent when it is read. A failure behind the first line breaks the
/// response off, so that a client does not take half a list for the whole.
async fn list_orders<S: Shop>(State(shop): Shared<S>) -> Answer {
    // The stream borrows the shop and a response may not, so a task holds both.
    let (sender, mut rows) = mpsc::channel(16);
    tokio::spawn(async move {
        let mut orders = pin!(shop.stream(ListOrders));
        while let Some(order) = orders.next().await {
            if sender.send(order).await.is_err() {
                return;
            }
        }
    });
    let first = rows.recv().await.transpose()?;
    let rest = stream::poll_fn(move |cx| rows.poll_recv(cx));
    let lines = stream::iter(first.map(Ok)).chain(rest).map(|order| line(&order.map_err(axum::Error::new)?));
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response())
}

fn line(order: &Order) -> Result<Bytes, axum::Error> {
    let mut line = serde_json::to_vec(order).map_err(axum::Error::new)?;
    line.push(b'\n');
    Ok(line.into())
}

async fn stock_level<S: Shop>(State(shop): Shared<S>, Path(sku): Path<Sku>) -> Answer {
    Ok(axum::Json(shop.send(StockLevel { sku }).await?).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stock {
    available: u64,
    price_cents: Cents,
}

async fn set_stock<S: Shop>(State(shop): Shared<S>, Path(sku): Path<Sku>, Json(stock): Json<Stock>) -> Answer {
    let command = SetStock { sku, available: stock.available, price: stock.price_cents };
    Ok(axum::Json(to_the_end(&shop, RequestKey::default(), command).await?).into_response())
}

async fn takings<S: Shop>(State(shop): Shared<S>) -> Answer {
    Ok(axum::Json(json!({ "takings_cents": shop.send(Takings).await? })).into_response())
}

/// What is under way: messages that are to be delivered, those that could not be, and charges of which nobody knows what
/// became of them; and whether they are held, as the store is a copy that nobody has confirmed.
async fn deliveries<S: Shop>(State(shop): Shared<S>) -> Answer {
    let failed = |error| Problem::from(Error::<OrderError>::refused(error));
    let backlog = OUTBOX.backlog(shop.db()).map_err(failed)?;
    let dead = DEAD.list(shop.db(), None, MANY).map_err(failed)?.len();
    let open = unanswered(shop.db(), None, MANY).await.map_err(failed)?.len();
    let is_held = shop.db().is_held().map_err(failed)?;
    let deliveries = json!({ "backlog": backlog, "dead_letters": dead, "unanswered": open, "held": is_held });
    Ok(axum::Json(deliveries).into_response())
}

/// Dead letters and charges are not counted further.
const MANY: usize = 1_000;

async fn no_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "http.no_route", "there is nothing at this path")
}

async fn no_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "http.method", "this path has other methods")
}

/// Sends a command in a task of its own: a client that hangs up drops its request's future, and who hung up is
/// served like who did not.
async fn to_the_end<S, M>(shop: &Arc<S>, key: RequestKey, command: M) -> Result<M::Reply, Problem>
where
    S: Shop + Handles<M>,
    M: Message<Error: Status, Reply: 'static>,
{
    let shop = Arc::clone(shop);
    let sent = tokio::spawn(async move {
        let named = key.header();
        shop.send_with(command, Call::new().headers(Headers::of(named.as_slice()))).await
    });
    match sent.await {
        Ok(outcome) => Ok(outcome?),
        Err(stopped) => Err(Problem::internal("http.task", &stopped)),
    }
}
