//! What the shop says it is made of: as JSON, and drawn by a browser.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use axum::http::{StatusCode, header};
use serde_json::Value;

use crate::folder::Folder;
use crate::program::Program;

everywhere!(
    the_table_is_there_as_json,
    the_page_brings_all_it_needs,
    a_browser_draws_the_page_with_a_server_and_without,
);

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

/// What the first handler of a message does, by the idents of the messages.
fn does(table: &Value, message: &str, verb: &str) -> BTreeSet<String> {
    let messages = list(&table["messages"]);
    let ident = |message: &Value| message["ident"].as_str().unwrap().to_owned();
    let of = messages.iter().find(|known| ident(known) == message).expect("the message is there");
    let ids = list(&of["handlers"][0][verb]);
    ids.iter().map(|id| ident(messages.iter().find(|known| known["id"] == *id).expect("an id is one"))).collect()
}

async fn the_table_is_there_as_json(shop: Program) {
    let answer = shop.get("/graph.json").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/json");
    let table = answer.json();
    assert_eq!(table["mediator"], "Shop");
    assert_eq!(list(&table["messages"]).len(), 22);
    let sent = ["BeginCharge", "ChargeCard", "CloseOrder", "ConfirmOrder", "RefuseOrder", "StallOrder", "VoidCharge"];
    assert_eq!(does(&table, "SettleOrder", "sends"), BTreeSet::from(sent.map(str::to_owned)));
    let stored = ["ExpireOrder", "SettleOrder"];
    assert_eq!(does(&table, "PlaceOrder", "enqueues"), BTreeSet::from(stored.map(str::to_owned)));
    assert_eq!(does(&table, "ConfirmOrder", "publishes"), BTreeSet::from(["OrderPlaced".to_owned()]));
    let heard = list(&table["messages"]).iter().find(|message| message["ident"] == "OrderPlaced").unwrap();
    let handlers: Vec<_> = list(&heard["handlers"]).iter().map(|handler| handler["name"].as_str().unwrap()).collect();
    assert_eq!(handlers, ["Shipping::on_placed", "Mail::on_placed"]);
}

async fn the_page_brings_all_it_needs(shop: Program) {
    let answer = shop.get("/graph").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    assert!(answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none';"));
    for outside in ["src=", "href=", "@import", "fetch(", "import(", "XMLHttpRequest"] {
        assert!(!answer.body.contains(outside), "the page asks for more: {outside}");
    }
    let text = answer.body.split_once("<pre id=\"text\">").unwrap().1.split_once("</pre>").unwrap().0;
    assert!(text.contains("command PlaceOrder"), "{text}");
    assert!(!text.contains(['<', '>']) && text.contains("Trace &gt; Validate"), "what is text is no markup: {text}");
    let json = answer.body.split_once("id=\"table\">").unwrap().1.split_once("</script>").unwrap().0;
    assert_eq!(serde_json::from_str::<Value>(json).unwrap(), shop.get("/graph.json").await.json());
}

/// Everything in the document once the browser is done with it.
fn drawn(url: &str, profile: &Path) -> String {
    let browser = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--dump-dom"])
        // No name is found: what is not this machine does not exist.
        .arg("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(url)
        .output();
    let output = match browser {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            panic!("this test draws in a browser, and there is no `chromium`; install it, or run tests/run.sh")
        }
        output => output.expect("the browser starts"),
    };
    let document = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    document
}

/// The texts behind a mark, each up to the next quote.
fn all<'d>(document: &'d str, mark: &str) -> Vec<&'d str> {
    document.split(mark).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// A card for each message, a line for each handler, an arrow for each thing that is sent.
fn is_drawn(document: &str, table: &Value) {
    let messages = list(&table["messages"]);
    let ids = |value: &[&str]| value.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
    let said: BTreeSet<String> = messages.iter().map(|message| message["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids(&all(document, "data-id=\"")), said);
    let handlers = messages.iter().flat_map(|message| list(&message["handlers"]));
    let names: Vec<&str> = handlers.clone().map(|handler| handler["name"].as_str().unwrap()).collect();
    for name in &names {
        assert!(document.contains(&format!(">{name}</text>")), "{name} is not drawn");
    }
    assert_eq!(document.matches("class=\"name\"").count(), names.len());
    for verb in ["sends", "publishes", "enqueues"] {
        let class = &format!("class=\"arrow {verb}\"");
        let count: usize = handlers.clone().map(|handler| list(&handler[verb]).len()).sum();
        assert!(count > 0);
        // One more is in the legend.
        assert_eq!(document.matches(class).count(), count + 1, "{verb}");
    }
    // A place that could not be computed would show.
    assert!(!document.contains("NaN") && !all(document, " d=\"").iter().any(|path| path.contains("undefined")));
}

async fn a_browser_draws_the_page_with_a_server_and_without(shop: Program) {
    let table = shop.get("/graph.json").await.json();
    let (address, page) = (shop.address.clone(), shop.get("/graph").await.body);
    // What is left of a browser may write into its profile still when it goes.
    let folder = Folder::new();
    let (served, alone) = (folder.0.join("served"), folder.0.join("alone"));
    let served = tokio::task::spawn_blocking(move || drawn(&format!("http://{address}/graph"), &served));
    is_drawn(&served.await.unwrap(), &table);
    drop(shop);

    let file = folder.0.join("page.html");
    fs::write(&file, page).unwrap();
    let alone = tokio::task::spawn_blocking(move || drawn(&format!("file://{}", file.display()), &alone));
    is_drawn(&alone.await.unwrap(), &table);
}
