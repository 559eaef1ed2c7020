//! What outlives the process: the orders, the requests that were answered, the time in which an order is paid, and
//! the messages that could not be handled.

use std::fs;
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use catga::store::Durable;
use serde_json::json;
use tokio::time::timeout;

use crate::folder::Folder;
use crate::process::run;
use crate::program::{self, Answer, GOOD, HANGS, Layout, PATIENT, Program, id};

everywhere!(
    KILLED:
    what_was_answered_is_there_after_a_kill,
    one_key_is_one_order,
    an_order_that_nobody_pays_is_cancelled_in_time_over_a_restart,
);

/// Places an order for some tea under a key.
async fn named(shop: &Program, key: &str, quantity: u64) -> Answer {
    let body = program::order("TEA", quantity, GOOD);
    program::send_named(&program::client(), &shop.address, "/orders", key, &body).await.expect("it answers")
}

async fn what_was_answered_is_there_after_a_kill(mut shop: Program) {
    shop.stock("TEA", 10, 450).await;
    let order = shop.order("TEA", 3, GOOD).await.json();
    shop.restart(&[]);
    assert_eq!(shop.orders().await, [order]);
    assert_eq!((shop.available("TEA").await, shop.takings().await), (7, 1350));
    shop.drained().await;
    let letters = shop.get(&format!("/orders/{}/letters", id(&shop.orders().await[0]))).await.json();
    assert_eq!(letters.as_array().map(Vec::len), Some(1), "{letters}");
}

async fn one_key_is_one_order(mut shop: Program) {
    shop.stock("TEA", 10, 450).await;
    let first = named(&shop, "monday", 2).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let again = named(&shop, "monday", 2).await;
    assert_eq!((again.status, again.json()), (StatusCode::CREATED, first.json()));
    shop.restart(&[]);
    let again = named(&shop, "monday", 2).await;
    assert_eq!((again.status, again.json()), (StatusCode::CREATED, first.json()));
    // Another request is no repeat, and another key is another order.
    let other = named(&shop, "monday", 3).await;
    assert_eq!((other.status, other.code().as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "catga.store.mismatch"));
    assert_ne!(named(&shop, "tuesday", 2).await.json()["id"], first.json()["id"]);
    let endless = named(&shop, &"k".repeat(129), 2).await;
    assert_eq!((endless.status, endless.code().as_str()), (StatusCode::BAD_REQUEST, "http.idempotency_key"));
    assert_eq!((shop.available("TEA").await, shop.takings().await), (6, 4 * 450));
}

/// How long an order waits for its payment.
const TIME: Duration = Duration::from_secs(4);

/// Orders without a card, and pays with one; the order's id, and how it was answered. Where the machine stands still for
/// longer than the order waits, it is cancelled rightly, and another is placed.
async fn paid_in_time(shop: &Program, unpaid: &str, pay: &str) -> (String, Answer) {
    loop {
        let begun = Instant::now();
        let placed = shop.send("POST", "/orders", unpaid).await;
        let there = (shop.available("TEA").await, shop.takings().await);
        if placed.status == StatusCode::CREATED {
            let paid = id(&placed.json());
            let answer = shop.send("POST", &format!("/orders/{paid}/payment"), pay).await;
            if answer.status == StatusCode::OK {
                assert!(begun.elapsed() > TIME || placed.json()["status"] == "pending" && there == (7, 0), "{there:?}");
                return (paid, answer);
            }
        }
        assert!(begun.elapsed() > TIME, "it was cancelled before its time: {placed:?}");
    }
}

async fn an_order_that_nobody_pays_is_cancelled_in_time_over_a_restart(mut shop: Program) {
    shop.restart(&["--unpaid-after", &TIME.as_secs().to_string()]);
    shop.stock("TEA", 10, 450).await;
    let lines = json!([{ "sku": "TEA", "quantity": 3 }]);
    let unpaid = json!({ "customer": "ann@example.com", "lines": lines }).to_string();
    let pay = json!({ "card": GOOD }).to_string();
    let (paid, answer) = paid_in_time(&shop, &unpaid, &pay).await;
    assert_eq!(answer.json()["status"], "placed", "{answer:?}");
    let twice = shop.send("POST", &format!("/orders/{paid}/payment"), &pay).await;
    assert_eq!((twice.status, twice.json()), (StatusCode::OK, answer.json()));
    let late = loop {
        let placed = shop.send("POST", "/orders", &unpaid).await;
        if placed.status == StatusCode::CREATED {
            break id(&placed.json());
        }
        assert_eq!(placed.code(), "order.cancelled", "it has waited while the machine stood still");
    };

    // The schedule is in the store, and not in the process.
    shop.restart(&[]);
    let over = async { while shop.get(&format!("/orders/{late}")).await.json()["status"] != "cancelled" {} };
    timeout(HANGS, over).await.expect("nobody has paid it");
    let refusal = shop.get(&format!("/orders/{late}")).await.json()["refusal"]["code"].clone();
    assert_eq!(refusal, "order.unpaid");
    let answer = shop.send("POST", &format!("/orders/{late}/payment"), &pay).await;
    assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "order.cancelled"));
    assert_eq!(shop.get(&format!("/orders/{paid}")).await.json()["status"], "placed");
    assert_eq!((shop.available("TEA").await, shop.takings().await), (7, 3 * 450));
}

/// Does something with the dead letters of the data, and answers what was printed, or else what was wrong.
fn dead_letters(data: &Folder, words: &[&str]) -> Result<String, String> {
    let folder = data.path("");
    let mut arguments = vec!["dead-letters", "--data", &folder];
    arguments.extend(words);
    let (output, stdout, stderr) = run(&arguments);
    if output.status.success() { Ok(stdout) } else { Err(stderr) }
}

/// Places an order of somebody whom no letter reaches.
async fn unreachable(shop: &Program) -> String {
    let body = program::order("TEA", 1, GOOD).replace("ann@example.com", "ann@nowhere.invalid");
    let placed = shop.send("POST", "/orders", &body).await;
    assert_eq!(placed.status, StatusCode::CREATED);
    shop.drained().await;
    id(&placed.json())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_handled_is_mended_and_handled_once() {
    let mut shop = Program::start(Layout::OneMediator, PATIENT);
    shop.stock("TEA", 10, 450).await;
    let (mended, given_up) = (unreachable(&shop).await, unreachable(&shop).await);
    assert_eq!(
        shop.get("/deliveries").await.json(),
        json!({ "backlog": 0, "dead_letters": 2, "unanswered": 0, "held": false })
    );
    let refused = dead_letters(&shop.data, &["list"]).unwrap_err();
    assert!(refused.contains("a shop runs on it; stop it first"), "{refused}");
    shop.end();

    let list = dead_letters(&shop.data, &["list"]).unwrap();
    let lines: Vec<_> = list.lines().collect();
    assert!(lines.len() == 2 && lines.iter().all(|line| line.contains("OrderPlaced after 1 attempts")), "{list}");
    let letter = |order: &str| {
        let ids = lines.iter().map(|line| line.split(' ').next().unwrap());
        let shows = |letter: &&str| dead_letters(&shop.data, &["show", letter]).unwrap().contains(order);
        ids.clone().find(shows).expect("it is there").to_owned()
    };
    let (first, second) = (letter(&mended), letter(&given_up));
    let shown = dead_letters(&shop.data, &["show", &first]).unwrap();
    assert!(shown.contains("customer = \"ann@nowhere.invalid\"") && shown.contains("there is no mail for"), "{shown}");

    for (words, named) in [
        (&["show", "12"] as &[&str], "`12` is not the id of a dead letter"),
        (&["show", "9.9"], "there is no such dead letter"),
        (&["edit", &first, "adress=x"], "OrderPlaced has no field `adress`"),
        (&["edit", &first, "x"], "`x` is not FIELD=VALUE"),
        (&["edit", &first], "dead-letters needs"),
        (&["bury", &first], "dead-letters needs"),
    ] {
        let refused = dead_letters(&shop.data, words).unwrap_err();
        assert!(refused.contains(named), "{words:?}: {refused}");
    }
    let edited = dead_letters(&shop.data, &["edit", &first, "customer=ann@example.com"]).unwrap();
    assert!(edited.contains("customer = \"ann@example.com\""), "{edited}");
    dead_letters(&shop.data, &["replay", &first]).unwrap();
    assert!(dead_letters(&shop.data, &["replay", &first]).unwrap_err().contains("there is no such dead letter"));
    dead_letters(&shop.data, &["discard", &second]).unwrap();
    assert_eq!(dead_letters(&shop.data, &["list"]).unwrap(), "there are no dead letters\n");

    for _ in 0..2 {
        shop.restart(&[]);
        shop.drained().await;
        let letters = shop.get(&format!("/orders/{mended}/letters")).await.json();
        let subject = format!("Thank you for order {mended} over 4.50");
        assert_eq!(letters, json!([{ "to": "ann@example.com", "subject": subject }]));
        assert_eq!(shop.get(&format!("/orders/{given_up}/letters")).await.json(), json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_is_checked_and_copied() {
    let mut shop = Program::start(Layout::OneMediator, PATIENT);
    shop.stock("TEA", 10, 450).await;
    shop.order("TEA", 1, GOOD).await;
    let (folder, copy) = (shop.data.path(""), shop.data.path("copy.store"));
    for command in [&["check"] as &[&str], &["confirm"], &["shop", "--listen", "127.0.0.1:0"]] {
        let (output, _, stderr) = run(&[command, &["--data", &folder]].concat());
        assert!(!output.status.success() && stderr.contains("is open in another process"), "{command:?}: {stderr}");
    }
    shop.end();
    let rows = |text: &str| text.split(' ').next().and_then(|rows| rows.parse::<u64>().ok()).expect("it counts");
    let (output, checked, stderr) = run(&["check", "--data", &folder]);
    assert!(output.status.success() && rows(&checked) > 0, "{checked}{stderr}");
    let (output, copied, stderr) = run(&["backup", &copy, "--data", &folder]);
    assert!(output.status.success() && rows(&copied) > 0, "{copied}{stderr}");
    let (output, _, stderr) = run(&["backup", &copy, "--data", &folder]);
    assert!(!output.status.success() && stderr.contains("none is written over"), "{stderr}");
    // The options of all commands may stand before them.
    let (output, again, stderr) = run(&["--data", &folder, "--log", "off", "check"]);
    assert!(output.status.success() && again == checked, "{again}{stderr}");
}

/// A folder that was mistyped is no empty store, of which a backup would be taken.
#[test]
fn what_is_not_there_is_not_made() {
    let folder = Folder::new();
    let (there, copy) = (folder.path("mistyped"), folder.path("copy.store"));
    for words in [&["check"] as &[&str], &["confirm"], &["dead-letters", "list"], &["backup", &copy]] {
        let (output, stdout, stderr) = run(&[words, &["--data", &there]].concat());
        assert!(!output.status.success() && stderr.contains("there is no store at"), "{words:?}: {stdout}{stderr}");
    }
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 0);
}

/// Whoever is told to restore a backup, as the store is damaged, can.
#[test]
fn a_damaged_store_is_restored() {
    let folder = Folder::new();
    let (data, copy, store) = (folder.path("data"), folder.path("copy.store"), folder.path("data/shop.store"));
    let restore = |words: &[&str]| run(&[&["restore", &copy, "--data", &data], words].concat());
    fs::create_dir(&data).unwrap();
    drop(Durable::open(&store).unwrap());
    let (output, _, stderr) = run(&["backup", &copy, "--data", &data]);
    assert!(output.status.success(), "{stderr}");
    // Of a file of which nothing is left its epoch has to be said.
    fs::write(&store, "").unwrap();
    let (_, _, stderr) = run(&["check", "--data", &data]);
    assert!(stderr.contains("restore a backup"), "{stderr}");
    let (output, _, stderr) = restore(&[]);
    assert!(!output.status.success() && stderr.contains("with `above`") && stderr.contains("is empty"), "{stderr}");
    let (output, stdout, stderr) = restore(&["--above", "4"]);
    assert!(output.status.success() && stdout.contains("as epoch 5"), "{stdout}{stderr}");
    let (output, _, stderr) = run(&["check", "--data", &data]);
    assert!(output.status.success(), "{stderr}");
}

/// A copy of the data, made as one copies files, is another shop's: it must not send what the first one sends.
#[cfg(unix)]
#[test]
fn a_shop_on_a_copied_file_settles_nothing_and_says_so() {
    let (data, copy) = (Folder::new(), Folder::new());
    drop(Durable::open(data.path("shop.store")).unwrap());
    fs::copy(data.path("shop.store"), copy.path("shop.store")).unwrap();
    let printed = |data| {
        let (shop, _) = program::open(data, "inside", PATIENT, &["--log", "off"]);
        shop.signal("TERM");
        let (status, printed, _) = shop.ended();
        assert!(status.success());
        printed
    };
    assert!(printed(&copy).contains("nothing is settled"));
    let (_, stdout, stderr) = run(&["confirm", "--data", &copy.path("")]);
    assert_eq!(stdout, "the next shop sends\n", "{stderr}");
    for data in [&copy, &data] {
        assert!(!printed(data).contains("nothing is settled"));
    }
}
