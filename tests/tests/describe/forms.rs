//! The forms of a table, as snapshots; `UPDATE_EXPECT=1 cargo test` writes them anew.

use catga::prelude::*;
use expect_test::expect_file;
use serde_json::Value;

use crate::odd::Outer;
use crate::shop::{Charged, Placed, Shop};

#[test]
fn text() {
    expect_file!["snapshots/shop.txt"].assert_eq(&Shop::<u8>::describe().to_string());
}

#[test]
fn odd_names_as_text() {
    expect_file!["snapshots/odd.txt"].assert_eq(&Outer::describe().to_string());
}

#[test]
fn json() {
    let value: Value = serde_json::from_str(&Shop::<u8>::describe().json().to_string()).unwrap();
    expect_file!["snapshots/shop.json"].assert_eq(&(serde_json::to_string_pretty(&value).unwrap() + "\n"));
}

#[test]
fn mermaid() {
    expect_file!["snapshots/shop.mmd"].assert_eq(&Shop::<u8>::describe().mermaid().to_string());
}

#[test]
fn odd_names_as_mermaid() {
    let text = Outer::describe().mermaid().to_string();
    expect_file!["snapshots/odd.mmd"].assert_eq(&text);
    // Between the quotes of a label stands no sign of the language's own.
    for label in text.lines().filter_map(|line| line.split_once('"')?.1.rsplit_once('"')) {
        assert!(!label.0.contains(['"', '<', '>', '[', ']', '(', '{', '`', '\\']), "{label:?}");
    }
}

#[test]
fn explain() {
    let table = Shop::<u8>::describe();
    expect_file!["snapshots/place_order.txt"].assert_eq(&table.explain("PlaceOrder").to_string());
    assert_eq!(table.explain("shop.place").to_string(), table.explain("PlaceOrder").to_string());
    expect_file!["snapshots/placed.txt"].assert_eq(&Shop::<u8>::explain::<Placed>().to_string());
}

#[test]
fn what_is_unknown_is_said_to_be() {
    let table = Shop::<u8>::describe();
    assert!(table.explain("Shipped").is_known());
    assert!(table.explain("Shipped").to_string().ends_with("  unheard\n"));
    assert!(!table.explain("Nothing").is_known());
    assert_eq!(table.explain("Nothing").to_string(), "`Shop` knows no message `Nothing`\n");
    assert!(!Shop::<u8>::explain::<Charged>().is_known(), "it is the bank's own");
}

#[test]
fn odd_names_survive_json_and_may_stand_in_a_script_element() {
    let text = Outer::describe().json().to_string();
    assert!(!text.contains(['<', '>', '&', '\n', '\u{2028}', '\u{1}']), "{text}");
    let value: Value = serde_json::from_str(&text).unwrap();
    let inner = &value["inner"][0]["table"]["messages"];
    let names: Vec<&str> = inner.as_array().unwrap().iter().map(|message| message["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ask", "</script>\"\\\n\u{1}\u{2028}&é", "Odd", "Try"]);
    let pipeline = inner[3]["handlers"][0]["pipeline"].as_array().unwrap();
    let behaviors: Vec<&str> = pipeline.iter().map(|entry| entry["behavior"].as_str().unwrap()).collect();
    let written = [
        "Timeout::millis(LIMIT * 1_000 + 1)",
        "Mark { 0: \"x\\\"y\" }",
        "Retry::times({ 1 } as _)",
        "self::Mark(\"<b>\")",
    ];
    assert_eq!(behaviors, written);
    assert_eq!(inner[0]["handlers"][0]["sends"][0], inner[3]["id"], "a raw ident is the ident");
}
