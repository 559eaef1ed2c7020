//! Payments in a process of their own that is killed, stopped and started again: every order gets its own
//! answer or is told what is known of it, and nobody waits for ever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::timeout;

use crate::payments::Payments;
use crate::program::{self, Answer, DECLINED, GOOD, HANGS, HASTY, Layout, PATIENT, Patience, Program, SILENT, id};

const CLIENTS: usize = 200;
const KILLS: u64 = 4;
/// Orders that are placed between two kills, at least.
const BETWEEN: u64 = 150;
const PRICE: u64 = 450;
const STOCK: u64 = 1_000_000;

impl Program {
    fn payments(&mut self) -> &mut Payments {
        self.payments.as_mut().expect("they are a process of their own")
    }

    /// Asks until payments answer. Each question waits for its answer.
    async fn payments_are_there(&self) {
        let asking = async { while self.get("/takings").await.status != StatusCode::OK {} };
        timeout(HANGS, asking).await.expect("payments are found again");
    }

    /// Asks until so much was charged.
    async fn charged(&self, cents: u64) {
        let asking = async { while self.takings().await != cents {} };
        timeout(HANGS, asking).await.expect("it is charged");
    }

    /// Waits until every order has come to its end, by itself.
    async fn settled(&self) {
        self.drained().await;
        let orders = self.orders().await;
        assert!(orders.iter().all(|order| order["status"] != "pending"), "{orders:?}");
    }
}

/// What a transport error reads like; `None` is an answer of the shop or of payments.
fn transport_error(answer: &Answer) -> Option<String> {
    if ![502, 503, 504].contains(&answer.status.as_u16()) {
        return None;
    }
    let code = answer.code();
    let expected = match code.strip_prefix("catga.transport.").expect("it is typed") {
        // Nobody has seen it, so it may be sent again.
        "unreachable" | "nobody_listens" | "refused" | "expired" => (StatusCode::SERVICE_UNAVAILABLE, Some(1)),
        // It may have been done, so nobody is told to send it again.
        "lost" | "unanswered" => (StatusCode::BAD_GATEWAY, None),
        "timed_out" => (StatusCode::GATEWAY_TIMEOUT, None),
        _ => panic!("{answer:?}"),
    };
    assert_eq!((answer.status, answer.retry_after()), expected, "{code}");
    Some(code)
}

/// What all clients and the one who kills tell each other.
struct Board {
    /// How often payments are back since they were first there.
    round: watch::Sender<u64>,
    placed: watch::Sender<u64>,
    /// In how many rounds a client has had an error, of all clients.
    waiting: watch::Sender<u64>,
}

impl Board {
    async fn reaches(counter: &watch::Sender<u64>, at_least: u64) -> u64 {
        let mut counter = counter.subscribe();
        let reached = timeout(2 * HANGS, counter.wait_for(|count| *count >= at_least)).await;
        *reached.unwrap_or_else(|_| panic!("it hangs before {at_least}")).expect("the board is there")
    }
}

/// What came of one client's orders.
#[derive(Default)]
struct Ended {
    placed: Vec<Value>,
    declined: u64,
    errors: BTreeMap<String, u64>,
}

/// Places one order after the other, and one in the last round. Most pause from each error to the next round; every
/// fourth goes on asking, so that payments come back under load.
async fn customer(number: usize, address: String, board: Arc<Board>) -> Ended {
    let client = program::client();
    let (quantity, is_declined) = (1 + number as u64 % 3, number.is_multiple_of(5));
    let (mut ended, mut felt) = (Ended::default(), None);
    for count in 0_u64.. {
        let round = *board.round.borrow();
        let name = format!("c{number}-{count}@example.com");
        let card = if is_declined { DECLINED } else { GOOD };
        let body = program::order("TEA", quantity, card).replace("ann@example.com", &name);
        let answer = program::order_named(&client, &address, &format!("{number}-{count}"), &body).await;
        if let Some(code) = transport_error(&answer) {
            assert!(round < KILLS, "nobody kills any more: {answer:?}");
            *ended.errors.entry(code).or_default() += 1;
            if *board.round.borrow() == round {
                if felt.replace(round) != Some(round) {
                    board.waiting.send_modify(|waiting| *waiting += 1);
                }
                if !number.is_multiple_of(4) {
                    Board::reaches(&board.round, round + 1).await;
                }
            }
            continue;
        }
        if is_declined {
            // The answer to another's charge would be that it is charged.
            assert_eq!((answer.status.as_u16(), answer.code().as_str()), (402, "payment.declined"), "{answer:?}");
            ended.declined += 1;
        } else {
            assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
            let order = answer.json();
            assert_eq!(order["customer"], name.as_str());
            assert_eq!(order["lines"], json!([{ "sku": "TEA", "quantity": quantity }]));
            assert_eq!(order["total_cents"], quantity * PRICE);
            // What payments have answered is about this order.
            assert_eq!(order["receipt"], format!("R{}", order["charge"].as_str().expect("it was charged by a key")));
            assert_eq!(answer.headers[header::LOCATION], format!("/orders/{}", id(&order)));
            ended.placed.push(order);
            board.placed.send_modify(|placed| *placed += 1);
        }
        if round == KILLS {
            return ended;
        }
    }
    unreachable!("it is not told to stop")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_again_and_again() {
    let mut shop = Program::start(Layout::TwoProcesses, PATIENT);
    shop.stock("TEA", STOCK, PRICE).await;
    shop.payments_are_there().await;
    let [round, placed, waiting] = [0; 3].map(watch::Sender::new);
    let board = Arc::new(Board { round, placed, waiting });
    let mut customers = JoinSet::new();
    for number in 0..CLIENTS {
        customers.spawn(customer(number, shop.address.clone(), Arc::clone(&board)));
    }
    let killing = async {
        for kill in 1..=KILLS {
            let placed = *board.placed.borrow();
            Board::reaches(&board.placed, placed + BETWEEN).await;
            block_in_place(|| shop.payments().kill());
            // Whatever was under way ends, and what is new is refused: all of them feel it, and some ask again and again.
            Board::reaches(&board.waiting, kill * CLIENTS as u64).await;
            block_in_place(|| shop.payments().restart());
            shop.payments_are_there().await;
            board.round.send_replace(kill);
        }
    };
    // A customer that fails ends the test at once, and not by hanging.
    let customers = async {
        let mut all = Vec::new();
        while let Some(ended) = customers.join_next().await {
            all.push(ended.expect("every answer was right"));
        }
        all
    };
    let (all, ()) = tokio::join!(customers, killing);

    shop.settled().await;

    let placed: BTreeMap<_, _> = all.iter().flat_map(|ended| &ended.placed).map(|order| (id(order), order)).collect();
    assert_eq!(placed.len(), all.iter().map(|ended| ended.placed.len()).sum::<usize>(), "no order was answered twice");
    let orders = shop.orders().await;
    let standing: BTreeMap<_, _> =
        orders.iter().filter(|order| order["status"] == "placed").map(|order| (id(order), order)).collect();
    assert_eq!(standing, placed, "what stands is what customers were told");
    let over: BTreeSet<_> = orders.iter().map(|order| order["status"].as_str().unwrap()).collect();
    assert_eq!(over, BTreeSet::from(["placed", "rejected"]));
    let sold: u64 = standing.values().map(|order| order["lines"][0]["quantity"].as_u64().unwrap()).sum();
    assert_eq!(shop.available("TEA").await, STOCK - sold);
    // All that stands is paid, and nothing else is: the bank forgets nothing.
    assert_eq!(shop.takings().await, sold * PRICE);

    let errors: u64 = all.iter().flat_map(|ended| ended.errors.values()).sum();
    assert!(errors >= KILLS * CLIENTS as u64, "everybody has felt every kill: {errors}");
    assert!(all.iter().any(|ended| ended.declined > 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_charge_that_is_lost_is_502_and_can_be_given_back() {
    let mut shop = Program::start(Layout::TwoProcesses, PATIENT);
    shop.stock("TEA", 2, PRICE).await;
    let (address, body) = (shop.address.clone(), program::order("TEA", 1, SILENT));
    let silent =
        tokio::spawn(async move { program::send(&program::client(), &address, "POST", "/orders", &body).await });
    shop.charged(PRICE).await;
    block_in_place(|| shop.payments().kill());
    let lost = silent.await.unwrap();
    assert_eq!(transport_error(&lost).as_deref(), Some("catga.transport.lost"));
    let refused = shop.order("TEA", 1, GOOD).await;
    assert_eq!(transport_error(&refused).as_deref(), Some("catga.transport.unreachable"));

    // Neither could be given back, so both wait, with what they took, until that can be done.
    assert_eq!(shop.available("TEA").await, 0);
    block_in_place(|| shop.payments().restart());
    shop.settled().await;
    assert_eq!((shop.available("TEA").await, shop.takings().await), (2, 0));
    assert_eq!(shop.order("TEA", 2, GOOD).await.status, StatusCode::CREATED);
    assert_eq!((shop.available("TEA").await, shop.takings().await), (0, 2 * PRICE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_charge_that_takes_too_long_is_504_and_is_not_kept() {
    let mut shop = Program::start(Layout::TwoProcesses, Patience { charge: 2, ..PATIENT });
    shop.stock("TEA", 1, PRICE).await;
    shop.payments_are_there().await;
    shop.payments().signal("STOP");
    let body = program::order("TEA", 1, GOOD);
    let late = program::order_named(&program::client(), &shop.address, "late", &body).await;
    assert_eq!(transport_error(&late).as_deref(), Some("catga.transport.timed_out"));
    assert_eq!(shop.available("TEA").await, 0);

    // Now they read all of it, the charge too.
    shop.payments().signal("CONT");
    shop.settled().await;
    assert_eq!((shop.available("TEA").await, shop.takings().await), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_that_are_told_to_stop_answer_first() {
    let mut shop = Program::start(Layout::TwoProcesses, HASTY);
    shop.stock("TEA", 1, PRICE).await;
    let (address, body) = (shop.address.clone(), program::order("TEA", 1, SILENT));
    let silent =
        tokio::spawn(async move { program::send(&program::client(), &address, "POST", "/orders", &body).await });
    shop.charged(PRICE).await;
    let payments = shop.payments.take().expect("they are a process of their own");
    let (status, printed, _) = block_in_place(|| payments.stop());
    assert!(status.success(), "{status}");
    assert_eq!(printed, "stopped\n");
    let silent = silent.await.unwrap();
    assert_eq!((silent.status, silent.code().as_str()), (StatusCode::GATEWAY_TIMEOUT, "catga.timeout"));
}
