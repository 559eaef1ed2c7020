//! What the bank has written, which is a process of its own and knows nothing of shops.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::folder::Folder;
use crate::program::id;

/// What the bank has written: what each key was charged, or nothing where it was voided.
pub(crate) fn ledger(bank: &Folder) -> BTreeMap<String, Option<u64>> {
    let mut charges = BTreeMap::new();
    for line in fs::read_to_string(bank.path("bank.ledger")).unwrap().lines() {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["charge", key, cents] => {
                let before = charges.insert(key.to_owned(), Some(cents.parse().unwrap()));
                assert_eq!(before, None, "{key} is charged once, and not once it is voided");
            }
            ["void", key] => drop(charges.insert(key.to_owned(), None)),
            ["again", key] => assert!(charges.contains_key(key), "{key} was charged before"),
            _ => panic!("{line}"),
        }
    }
    charges
}

/// How often it was asked for a charge that it had made.
pub(crate) fn asked_again(bank: &Folder) -> usize {
    fs::read_to_string(bank.path("bank.ledger")).unwrap().lines().filter(|line| line.starts_with("again ")).count()
}

/// By which key an order was charged: that of the effect, which is no order's own.
pub(crate) fn charge(order: &Value) -> String {
    let key = order["charge"].as_str().expect("it was charged");
    assert!(key.contains("/card.charge/") && !key.contains(&id(order)), "{key}");
    key.to_owned()
}
