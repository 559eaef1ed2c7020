//! Everything is killed, again and again, under load: the shop, its payments, and the connections to the bank, which
//! is a process of its own. What clients were told, the book, the shelves and the bank's ledger agree in the end:
//! nothing is lost, and nothing is charged twice.
//!
//! 8 kills of the shop run with the tests; `CATGA_KILLS` says how many instead.

use std::collections::BTreeMap;
use std::sync::Arc;

use catga_tests::{evidence, runs};
use serde_json::{Value, json};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinSet, block_in_place};
use tokio::time::timeout;

use crate::folder::Folder;
use crate::ledger::{asked_again, charge, ledger};
use crate::payments::Payments;
use crate::program::{self, DECLINED, GOOD, HANGS, PATIENT, Patience, Program, id};
use crate::running::Running;

const CLIENTS: u64 = 16;
const PRICE: u64 = 450;
const STOCK: u64 = 1_000_000;

/// Numbers by chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        // Xorshift64.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Connections to the bank, which may all be cut at once, wherever a call is.
struct Wire {
    address: String,
    cut: watch::Sender<u64>,
}

impl Wire {
    async fn to(bank: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (cut, cuts) = watch::channel(0);
        tokio::spawn(async move {
            while let Ok((mut caller, _)) = listener.accept().await {
                let (bank, mut cuts) = (bank.clone(), cuts.clone());
                cuts.mark_unchanged();
                tokio::spawn(async move {
                    let Ok(mut bank) = TcpStream::connect(bank).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut caller, &mut bank) => {}
                        _ = cuts.changed() => {}
                    }
                });
            }
        });
        Self { address, cut }
    }
}

/// What clients and the one who kills tell each other.
struct Board {
    address: watch::Sender<String>,
    answered: watch::Sender<u64>,
    closing: watch::Sender<bool>,
}

impl Board {
    /// Waits for so many more answers.
    async fn answers(&self, more: u64) {
        let until = *self.answered.borrow() + more;
        let mut answered = self.answered.subscribe();
        let reached = timeout(HANGS, answered.wait_for(|count| *count >= until)).await;
        drop(reached.unwrap_or_else(|_| panic!("it hangs before {until}")).expect("the board is there"));
    }
}

/// What one client was told of its orders, by who ordered.
#[derive(Default)]
struct Told {
    placed: BTreeMap<String, Value>,
    refused: BTreeMap<String, String>,
    /// How often nobody answered, and it asked again.
    unanswered: u64,
    /// How often it was told to ask again.
    postponed: u64,
}

/// Places one order after the other, each until it is told what became of it.
async fn customer(number: u64, board: Arc<Board>) -> Told {
    let client = program::client();
    let (mut told, mut addresses) = (Told::default(), board.address.subscribe());
    for count in 0_u64.. {
        if *board.closing.borrow() {
            break;
        }
        let (quantity, is_declined) = (1 + (number + count) % 3, (number + count).is_multiple_of(7));
        let (name, key) = (format!("c{number}-{count}@example.com"), format!("{number}-{count}"));
        let card = if is_declined { DECLINED } else { GOOD };
        let body = program::order("TEA", quantity, card).replace("ann@example.com", &name);
        let answer = loop {
            let address = addresses.borrow_and_update().clone();
            match program::send_named(&client, &address, "/orders", &key, &body).await {
                Some(answer) if program::is_final(&answer) => break answer,
                Some(_) => told.postponed += 1,
                None => {
                    told.unanswered += 1;
                    // Told anew, and not another: the system may give the port that it had before.
                    let moved = timeout(HANGS, addresses.changed()).await;
                    moved.expect("the shop is opened again").unwrap();
                }
            }
        };
        match answer.status.as_u16() {
            201 => {
                let order = answer.json();
                assert!(!is_declined && order["customer"] == name.as_str(), "{answer:?}");
                assert_eq!((&order["status"], &order["total_cents"]), (&"placed".into(), &(quantity * PRICE).into()));
                told.placed.insert(name, order);
            }
            402 if is_declined => drop(told.refused.insert(name, answer.code())),
            502..=504 => drop(told.refused.insert(name, answer.code())),
            _ => panic!("{answer:?}"),
        }
        board.answered.send_modify(|answered| *answered += 1);
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_killed_nothing_is_lost_and_nothing_charged_twice() {
    let kills = runs("CATGA_KILLS", 8);
    let bank_data = Folder::new();
    let bank = Running::start(&["bank", "--listen", "127.0.0.1:0", "--log", "off", "--data", &bank_data.path("")]);
    let wire = Wire::to(bank.said.strip_prefix("bank on ").expect("it says where it is").to_owned()).await;
    let patience = Patience { lease: 3, ..PATIENT };
    let payments = Payments::start(patience, &["--log", "off", "--bank", &wire.address]);
    let mut shop = Program::over(payments, patience, &["--log", "off"]);
    shop.stock("TEA", STOCK, PRICE).await;

    let board = Board {
        address: watch::Sender::new(shop.address.clone()),
        answered: watch::Sender::new(0),
        closing: watch::Sender::new(false),
    };
    let board = Arc::new(board);
    let mut customers = JoinSet::new();
    for number in 0..CLIENTS {
        customers.spawn(customer(number, Arc::clone(&board)));
    }
    let killing = async {
        let (mut chance, mut payments_killed, mut cuts) = (Chance(0x5eed), 0_u64, 0_u64);
        for _ in 0..kills {
            board.answers(1 + chance.below(24)).await;
            if chance.below(2) == 0 {
                wire.cut.send_modify(|cut| *cut += 1);
                cuts += 1;
                board.answers(1 + chance.below(8)).await;
            }
            if chance.below(2) == 0 {
                block_in_place(|| shop.payments.as_mut().expect("they run").kill());
                payments_killed += 1;
                board.answers(1 + chance.below(8)).await;
                block_in_place(|| shop.payments.as_mut().expect("they run").restart());
                board.answers(1 + chance.below(24)).await;
            }
            block_in_place(|| shop.restart(&["--log", "off"]));
            board.address.send_replace(shop.address.clone());
        }
        board.answers(2 * CLIENTS).await;
        board.closing.send_replace(true);
        (payments_killed, cuts)
    };
    // A customer that fails ends the test at once, and not by hanging.
    let customers = async {
        let mut all = Told::default();
        while let Some(told) = customers.join_next().await {
            let told = told.expect("every answer was right");
            all.placed.extend(told.placed);
            all.refused.extend(told.refused);
            all.unanswered += told.unanswered;
            all.postponed += told.postponed;
        }
        all
    };
    let (told, (payments_killed, cuts)) = tokio::join!(customers, killing);
    shop.drained().await;

    let orders = shop.orders().await;
    let of = |order: &Value| order["customer"].as_str().expect("an order has a customer").to_owned();
    let by_customer: BTreeMap<_, _> = orders.iter().map(|order| (of(order), order)).collect();
    assert_eq!(by_customer.len(), orders.len(), "nobody ordered twice, however often they asked");
    assert_eq!(orders.len(), told.placed.len() + told.refused.len(), "every order was answered");
    for (customer, order) in &told.placed {
        assert_eq!(by_customer.get(customer), Some(&order), "what was acknowledged is there, as it was");
    }
    for (customer, code) in &told.refused {
        let order = by_customer.get(customer).expect("what was refused is written down");
        assert_eq!((&order["status"], &order["refusal"]["code"]), (&"rejected".into(), &code.as_str().into()));
    }
    let sold: u64 = told.placed.values().map(|order| order["lines"][0]["quantity"].as_u64().unwrap()).sum();
    assert_eq!(shop.available("TEA").await, STOCK - sold);
    assert_eq!(shop.takings().await, sold * PRICE);
    let charges = ledger(&bank_data);
    let charged: BTreeMap<_, _> = charges.iter().filter_map(|(key, charge)| Some((key.clone(), (*charge)?))).collect();
    let expected: BTreeMap<_, _> =
        told.placed.values().map(|order| (charge(order), order["total_cents"].as_u64().unwrap())).collect();
    assert_eq!(charged, expected, "the bank has charged what stands, once, and nothing else");
    // An answer that was heard is not asked for again: each kill and each cut can repeat what was under way, no more.
    let again = asked_again(&bank_data);
    let most = (kills + payments_killed + cuts) * CLIENTS;
    assert!(again as u64 <= most, "the bank was asked {again} times again");
    for order in told.placed.values() {
        let letters = shop.get(&format!("/orders/{}/letters", id(order))).await.json();
        assert_eq!(letters.as_array().map(Vec::len), Some(1), "one letter for each: {letters}");
    }
    let left = shop.get("/deliveries").await.json();
    assert_eq!(
        left,
        json!({ "backlog": 0, "dead_letters": 0, "unanswered": 0, "held": false }),
        "nothing is left over"
    );

    evidence("`order_system`: `kill -9` of the shop under load", kills);
    evidence("`order_system`: `kill -9` of its payments, and cuts of the bank's connections", payments_killed + cuts);
    evidence("`order_system`: requests that were not answered, and asked again", told.unanswered);
    evidence("`order_system`: charges that the bank was asked for again", again);
    evidence("`order_system`: orders placed, each charged once", charged.len());
    evidence("`order_system`: orders lost, or charged twice", told.placed.len() - charged.len());
    assert!(told.unanswered >= kills, "each kill was felt: {}", told.unanswered);
}
