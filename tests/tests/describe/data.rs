//! The table as data, and against what happens.

use catga::describe::{Capability, Described, Part, Table};
use catga::prelude::*;
use catga_tests::{collect_ready, marks};
use serde_json::Value;

use crate::shop::{ChargeCard, Find, ListOrders, PlaceOrder, Save, Shop, shop};

const TABLE: &Table = <Shop<u8> as Described>::TABLE;

/// It is there at compile time.
const FIELDS: usize = TABLE.fields.len();

#[test]
fn it_is_plain_data() {
    assert_eq!((TABLE.ident, FIELDS), ("Shop", 4));
    let Part::Handlers(orders) = TABLE.fields[0].part else { panic!("orders are a handler set") };
    let handlers: Vec<&str> = orders.handlers.iter().map(|handler| handler.name).collect();
    let there = ["Orders::place", "Orders::find", "Orders::list", "Orders::on_placed"];
    assert_eq!(handlers, there, "what `cfg` takes out is not there");
    assert_eq!(orders.handlers[0].message, PlaceOrder::INFO);
    let verbs: Vec<String> =
        orders.handlers[0].may.iter().map(|Capability { verb, message, .. }| format!("{verb} {message}")).collect();
    assert_eq!(verbs, ["sends ChargeCard", "sends Save", "publishes Placed", "streams ListOrders"]);
}

/// Where a handler is said to be, there it is.
#[test]
fn a_handler_is_where_it_is_said_to_be() {
    let source = include_str!("shop.rs");
    for (line, method) in [(0, "fn place"), (1, "fn find"), (2, "fn list"), (3, "fn on_placed")] {
        let Part::Handlers(orders) = TABLE.fields[0].part else { panic!("orders are a handler set") };
        let said = source.lines().nth(orders.handlers[line].line as usize - 1).unwrap();
        assert!(said.contains(method), "{said}");
        assert!(orders.file.ends_with("describe/shop.rs"));
    }
}

/// The marks that the described pipeline of a message leaves on its way in.
fn described(message: &str) -> Vec<String> {
    let text = TABLE.explain(message).to_string();
    let entries = text.lines().skip(1).take_while(|line| !line.contains("::place in") && !line.contains(" in `"));
    let name = |entry: &str| {
        let entry = entry.trim_start();
        if entry.contains("self.marks") {
            return Some("wrapped".to_owned());
        }
        if entry.starts_with("self.mark ") {
            return Some("mark".to_owned());
        }
        Some(entry.split_once("Mark(\"")?.1.split_once('"')?.0.to_owned())
    };
    entries.filter_map(name).collect()
}

/// The marks that a message really leaves on its way in.
fn left() -> Vec<String> {
    marks().into_iter().take_while(|mark| !mark.starts_with('/')).collect()
}

#[tokio::test]
async fn pipelines_are_described_as_they_run() {
    let shop = shop();
    shop.send(Find).await.unwrap();
    let found = left();
    assert_eq!(described("Find"), found);
    assert!(!found.is_empty());
    collect_ready(shop.stream(ListOrders)).await;
    assert_eq!(described("ListOrders"), left());
    shop.send(Save(1_u16)).await.unwrap();
    assert_eq!(described("Save"), left());
    shop.send(ChargeCard).await.unwrap();
    // The event that it publishes inside leaves the last.
    assert_eq!([described("ChargeCard"), vec!["bank".into()]].concat(), left());
    shop.send(PlaceOrder).await.unwrap();
    let placing = described("PlaceOrder");
    assert_eq!(placing.len(), 6);
    assert_eq!(placing, left()[..6]);
}

/// Every id that is named is there, once.
#[test]
fn the_ids_of_json_hold_together() {
    fn ids(table: &Value, declared: &mut Vec<String>, named: &mut Vec<String>) {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        for message in table["messages"].as_array().unwrap() {
            declared.push(text(&message["id"]));
            named.extend(message["heard_inside"].as_array().unwrap().iter().map(text));
            for handler in message["handlers"].as_array().unwrap() {
                declared.push(text(&handler["id"]));
                for verb in ["sends", "publishes", "streams"] {
                    named.extend(handler[verb].as_array().unwrap().iter().map(text));
                }
            }
        }
        table["inner"].as_array().unwrap().iter().for_each(|inner| ids(&inner["table"], declared, named));
    }
    let (mut declared, mut named) = (Vec::new(), Vec::new());
    ids(&serde_json::from_str(&TABLE.json().to_string()).unwrap(), &mut declared, &mut named);
    let count = declared.len();
    declared.sort();
    declared.dedup();
    assert_eq!((declared.len(), count), (19, 19));
    assert_eq!(named.iter().filter(|id| !declared.contains(id)).count(), 0, "{named:?}");
    assert_eq!(named.len(), 7);
}
