//! A shop is copied while it works: the copy is whole, and what it holds as not sent is not sent again unnoticed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

use axum::http::StatusCode;
use serde_json::Value;
use tokio::task::{JoinSet, spawn_blocking};

use crate::folder::Folder;
use crate::ledger::{charge, ledger};
use crate::process::run;
use crate::program::{self, GOOD, PATIENT, Patience, Program, id};
use crate::running::Running;

const CLIENTS: u64 = 8;

/// What the clients and the operator tell each other.
#[derive(Default)]
struct Board {
    answered: AtomicU64,
    closing: AtomicBool,
}

impl Board {
    async fn answers(&self, more: u64) {
        let until = self.answered.load(SeqCst) + more;
        while self.answered.load(SeqCst) < until {
            tokio::task::yield_now().await;
        }
    }
}

/// Places one order after the other, whatever becomes of them.
async fn customer(address: String, board: Arc<Board>) {
    let client = program::client();
    while !board.closing.load(SeqCst) {
        program::send(&client, &address, "POST", "/orders", &program::order("TEA", 1, GOOD)).await;
        board.answered.fetch_add(1, SeqCst);
    }
}

/// Runs the program to its end, which is a good one: what it printed.
async fn done(arguments: &[&str]) -> String {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let ran = spawn_blocking(move || run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())).await;
    let (output, stdout, stderr) = ran.unwrap();
    assert!(output.status.success(), "{stdout}{stderr}");
    stdout
}

async fn by_id(shop: &Program) -> BTreeMap<String, Value> {
    shop.orders().await.into_iter().map(|order| (id(&order), order)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn copied_under_load_and_restored() {
    let bank_data = Folder::new();
    let bank = Running::start(&["bank", "--listen", "127.0.0.1:0", "--log", "off", "--data", &bank_data.path("")]);
    let at = bank.said.strip_prefix("bank on ").expect("it says where it is").to_owned();
    let mut shop = Program::alone(Folder::new(), PATIENT, &["--log", "off", "--bank", &at]);
    let folder = shop.data.path("");
    shop.stock("TEA", 1_000_000, 450).await;

    let board = Arc::new(Board::default());
    let mut customers = JoinSet::new();
    for _ in 0..CLIENTS {
        customers.spawn(customer(shop.address.clone(), Arc::clone(&board)));
    }
    board.answers(30).await;
    // From here on no charge ends, so that the copy holds some that were begun.
    bank.signal("STOP");
    shop.order_becomes("pending").await;
    let copy = bank_data.path("copy.store");
    let copied = done(&["backup", &copy, "--data", &folder]).await;
    bank.signal("CONT");
    assert!(copied.ends_with(&format!("rows are in {copy}\n")), "{copied}");
    let (output, _, stderr) = run(&["backup", &copy, "--data", &folder]);
    assert!(!output.status.success() && stderr.contains("has made no copy"), "it overwrites nothing: {stderr}");
    board.answers(30).await;
    board.closing.store(true, SeqCst);
    customers.join_all().await;
    shop.drained().await;
    let original = by_id(&shop).await;
    let charged = ledger(&bank_data);
    shop.end();

    let restored = Folder::new();
    let place = restored.path("");
    let (output, _, stderr) = run(&["restore", &folder, "--data", &place]);
    assert!(!output.status.success() && stderr.contains("cannot restore"), "{stderr}");
    assert!(done(&["restore", &copy, "--data", &place]).await.contains("confirm it before it sends"));
    assert!(done(&["check", "--data", &place]).await.ends_with("rows are as they were written\n"));

    // It takes orders, and sends nothing: what it holds was sent since. Whoever orders does not wait for long.
    let arguments = ["--log", "off", "--bank", &at];
    let mut shop = Program::alone(restored, Patience { charge: 2, ..PATIENT }, &arguments);
    let deliveries = shop.get("/deliveries").await.json();
    assert!(deliveries["held"] == true && deliveries["backlog"].as_u64() > Some(0), "{deliveries}");
    let placed = shop.order("TEA", 1, GOOD).await;
    assert_eq!(placed.status, StatusCode::ACCEPTED, "{placed:?}");
    assert_eq!(ledger(&bank_data), charged, "the bank hears nothing of it");
    assert!(!shop.order_becomes("pending").await.is_empty());
    shop.end();
    assert_eq!(done(&["confirm", "--data", &place]).await, "the next shop sends\n");
    assert_eq!(done(&["confirm", "--data", &place]).await, "nothing was held\n");

    shop.patience = PATIENT;
    shop.restart(&arguments);
    shop.drained().await;
    let again = by_id(&shop).await;
    assert_eq!(shop.get("/deliveries").await.json()["held"], false);
    // Every order of the copy has come to the end that it had come to, and the bank has charged no key twice.
    let status = |order: &Value| order["status"].as_str().map(str::to_owned);
    let both = again.iter().filter_map(|(id, order)| Some((order, original.get(id)?)));
    let both: Vec<_> = both.map(|(again, before)| (status(again), status(before))).collect();
    assert!(both.len() >= 30 && both.iter().all(|(again, before)| again == before), "{both:?}");
    assert_eq!(again.len(), both.len() + 1, "and the one that was ordered since");
    let ledger = ledger(&bank_data);
    for order in original.values().chain(again.values()).filter(|order| order["status"] == "placed") {
        assert_eq!(ledger[&charge(order)], order["total_cents"].as_u64(), "{order}");
    }
    let standing: BTreeMap<_, _> =
        original.iter().chain(&again).filter(|(_, order)| order["status"] == "placed").collect();
    let total: u64 = standing.values().map(|order| order["total_cents"].as_u64().unwrap()).sum();
    assert_eq!(shop.takings().await, total);
}
