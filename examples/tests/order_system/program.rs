//! The program under test in each of its layouts, and a client for it.

use std::process::ExitStatus;
use std::sync::Mutex;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::folder::Folder;
#[cfg(unix)]
use crate::payments::Payments;
use crate::running::Running;

/// Charged without trouble.
pub(crate) const GOOD: &str = "4242424242424242";
/// Declined by the bank.
pub(crate) const DECLINED: &str = "4000000000000002";
/// Always finds the gateway busy.
pub(crate) const BUSY: &str = "4000000000000119";
/// Finds the gateway busy at an order's first charge.
pub(crate) const BUSY_ONCE: &str = "4000000000000127";
/// Charged, and the answer never arrives.
pub(crate) const SILENT: &str = "4000000000000259";

/// Longer than any answer takes: what is still open then hangs.
pub(crate) const HANGS: Duration = Duration::from_secs(300);

/// A client.
pub(crate) type Http = Client<HttpConnector, Full<Bytes>>;

/// How long the program waits, in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// For a charge. Three attempts at one without an answer take three quarters of it.
    pub(crate) charge: u32,
    /// For who was killed with something under way.
    pub(crate) lease: u32,
}

/// Longer than a machine takes that is slow, or stands still.
pub(crate) const PATIENT: Patience = Patience { charge: 30, lease: 60 };
/// Where a charge comes to no end: the machine may stand still for a quarter of that.
pub(crate) const HASTY: Patience = Patience { charge: 8, ..PATIENT };
/// Where a shop is killed: the next goes on no earlier.
pub(crate) const KILLED: Patience = Patience { lease: 8, ..PATIENT };

/// Where the shop's payments are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Layout {
    /// In its mediator.
    OneMediator,
    /// In a mediator of their own, joined in memory.
    TwoMediators,
    /// In a process of their own, behind a socket.
    #[cfg(unix)]
    TwoProcesses,
}

/// A running shop, with its payments; killed when it is dropped.
pub(crate) struct Program {
    shop: Running,
    #[cfg(unix)]
    pub(crate) payments: Option<Payments>,
    pub(crate) address: String,
    client: Http,
    /// Where its store is, and the bank's ledger.
    pub(crate) data: Folder,
    place: String,
    pub(crate) patience: Patience,
}

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// The code of a problem, whose shape is checked on the way.
    pub(crate) fn code(&self) -> String {
        let problem = self.json();
        let keys: Vec<_> = problem.as_object().expect("a problem is an object").keys().collect();
        assert_eq!(keys, ["code", "message", "violations"]);
        assert!(problem["message"].as_str().is_some_and(|message| !message.is_empty()), "{problem}");
        problem["code"].as_str().expect("a code is a string").to_owned()
    }

    pub(crate) fn retry_after(&self) -> Option<u64> {
        self.headers.get(header::RETRY_AFTER)?.to_str().ok()?.parse().ok()
    }
}

impl Program {
    /// Starts it on a free port.
    #[cfg(unix)]
    pub(crate) fn start(layout: Layout, patience: Patience) -> Self {
        let data = Folder::new();
        let payments = || Payments::start(patience, &["--data", &data.path("")]);
        let payments = (layout == Layout::TwoProcesses).then(payments);
        Self::with(layout, data, payments, patience, &[])
    }

    /// Starts it on a free port.
    #[cfg(not(unix))]
    pub(crate) fn start(layout: Layout, patience: Patience) -> Self {
        let data = Folder::new();
        let place = if layout == Layout::OneMediator { "inside" } else { "memory" };
        let (shop, address) = open(&data, place, patience, &[]);
        Self { shop, address, client: client(), data, place: place.to_owned(), patience }
    }

    /// Starts it over these payments.
    #[cfg(unix)]
    pub(crate) fn over(payments: Payments, patience: Patience, arguments: &[&str]) -> Self {
        Self::with(Layout::TwoProcesses, Folder::new(), Some(payments), patience, arguments)
    }

    /// Starts it in one mediator.
    #[cfg(unix)]
    pub(crate) fn alone(data: Folder, patience: Patience, arguments: &[&str]) -> Self {
        Self::with(Layout::OneMediator, data, None, patience, arguments)
    }

    #[cfg(unix)]
    fn with(layout: Layout, data: Folder, payments: Option<Payments>, patience: Patience, arguments: &[&str]) -> Self {
        let place = match layout {
            Layout::OneMediator => "inside",
            Layout::TwoMediators => "memory",
            Layout::TwoProcesses => payments.as_ref().expect("they were started").path(),
        };
        let place = place.to_owned();
        let (shop, address) = open(&data, &place, patience, arguments);
        Self { shop, payments, address, client: client(), data, place, patience }
    }

    /// Ends the shop without a warning, and starts it over the same data.
    pub(crate) fn restart(&mut self, arguments: &[&str]) {
        self.shop.end();
        (self.shop, self.address) = open(&self.data, &self.place, self.patience, arguments);
    }

    /// Ends the shop without a warning: whoever else wants its data has it.
    pub(crate) fn end(&mut self) {
        self.shop.end();
    }

    /// Asks until all that was published is delivered.
    pub(crate) async fn drained(&self) {
        let asking = async { while self.get("/deliveries").await.json()["backlog"] != 0 {} };
        tokio::time::timeout(HANGS, asking).await.expect("what is published is delivered");
    }

    /// Sends a request, over a connection that others may have used before.
    pub(crate) async fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        send(&self.client, &self.address, method, path, body).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "").await
    }

    /// Puts articles on a shelf.
    pub(crate) async fn stock(&self, sku: &str, available: u64, price: u64) {
        let body = json!({ "available": available, "price_cents": price }).to_string();
        let answer = self.send("PUT", &format!("/stock/{sku}"), &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    }

    /// Places an order for articles of one kind.
    pub(crate) async fn order(&self, sku: &str, quantity: u64, card: &str) -> Answer {
        self.send("POST", "/orders", &order(sku, quantity, card)).await
    }

    /// How many of an article are left.
    pub(crate) async fn available(&self, sku: &str) -> u64 {
        self.get(&format!("/stock/{sku}")).await.json()["available"].as_u64().unwrap()
    }

    /// What was charged and not given back.
    pub(crate) async fn takings(&self) -> u64 {
        self.get("/takings").await.json()["takings_cents"].as_u64().unwrap()
    }

    /// All orders.
    pub(crate) async fn orders(&self) -> Vec<Value> {
        let answer = self.get("/orders").await;
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/x-ndjson");
        answer.body.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// Asks until an order has this status, and answers its id. Each question waits for its answer.
    pub(crate) async fn order_becomes(&self, status: &str) -> String {
        let seen = Mutex::new(Vec::new());
        let found = async {
            loop {
                let orders = self.orders().await;
                if let Some(order) = orders.iter().find(|order| order["status"] == status) {
                    return id(order);
                }
                *seen.lock().unwrap() = orders;
            }
        };
        tokio::time::timeout(HANGS, found)
            .await
            .unwrap_or_else(|_| panic!("no order became {status}: {:?}", seen.lock().unwrap()))
    }

    /// Asks the shop to stop, as a supervisor does.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        self.shop.signal("TERM");
    }

    /// Waits until the shop has stopped, and stops its payments: its exit status, what it printed last, and
    /// what all logged.
    #[cfg(unix)]
    pub(crate) fn ended(self) -> (ExitStatus, String, String) {
        let (status, rest, mut log) = self.shop.ended();
        if let Some(payments) = self.payments {
            let (status, _, more) = payments.stop();
            assert!(status.success(), "{status}: {more}");
            log.push_str(&more);
        }
        (status, rest, log)
    }
}

/// Starts a shop over these data.
pub(crate) fn open(data: &Folder, place: &str, patience: Patience, arguments: &[&str]) -> (Running, String) {
    let (folder, charge, lease) = (data.path(""), patience.charge.to_string(), patience.lease.to_string());
    let mut all = vec!["shop", "--listen", "127.0.0.1:0", "--payments", place, "--data", &folder];
    all.extend(["--patience", &charge, "--lease", &lease]);
    all.extend(arguments);
    let shop = Running::start(&all);
    let address = shop.said.strip_prefix("listening on http://").expect("it says where it listens").to_owned();
    (shop, address)
}

/// A client with connections of its own.
pub(crate) fn client() -> Http {
    Client::builder(TokioExecutor::new()).build_http()
}

/// An order for articles of one kind.
pub(crate) fn order(sku: &str, quantity: u64, card: &str) -> String {
    json!({ "customer": "ann@example.com", "lines": [{ "sku": sku, "quantity": quantity }], "card": card }).to_string()
}

/// An order's id.
pub(crate) fn id(order: &Value) -> String {
    order["id"].as_str().expect("an order has an id").to_owned()
}

/// Sends a request that says its body is JSON.
pub(crate) async fn send(client: &Http, address: &str, method: &str, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(format!("http://{address}{path}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Full::from(body.to_owned()))
        .unwrap();
    finish(client, request).await
}

/// Sends a request under a key of the client's; nothing where the other end breaks off.
pub(crate) async fn send_named(client: &Http, address: &str, path: &str, key: &str, body: &str) -> Option<Answer> {
    let request = Request::post(format!("http://{address}{path}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Full::from(body.to_owned()))
        .unwrap();
    try_finish(client, request).await
}

/// Whether an answer says what became of an order, and not to ask again: where all are slow, it is accepted first, and
/// where the machine stood still for longer than a lease, the store leaves a request to who asks again.
pub(crate) fn is_final(answer: &Answer) -> bool {
    let of_the_store = |code: String| code.starts_with("catga.store.") || code.starts_with("catga.delivery.");
    answer.status != StatusCode::ACCEPTED && (answer.status == StatusCode::CREATED || !of_the_store(answer.code()))
}

/// Places an order, and asks under the same key until it is told what became of it.
pub(crate) async fn order_named(client: &Http, address: &str, key: &str, body: &str) -> Answer {
    let asking = async {
        loop {
            let answer = send_named(client, address, "/orders", key, body).await.expect("the shop is not killed");
            if is_final(&answer) {
                return answer;
            }
        }
    };
    tokio::time::timeout(HANGS, asking).await.expect("every order comes to its end")
}

/// Sends any request.
pub(crate) async fn finish(client: &Http, request: Request<Full<Bytes>>) -> Answer {
    try_finish(client, request).await.expect("nobody breaks off")
}

async fn try_finish(client: &Http, request: Request<Full<Bytes>>) -> Option<Answer> {
    let answered = async {
        let (head, body) = client.request(request).await.ok()?.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let body = String::from_utf8(body.into()).expect("it is text");
        Some(Answer { status: head.status, headers: head.headers, body })
    };
    tokio::time::timeout(HANGS, answered).await.expect("every request is answered")
}
