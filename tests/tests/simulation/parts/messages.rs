//! What the programs tell each other.

use std::time::Duration;

use catga::prelude::*;
use catga::store::Outbox;
use serde::{Deserialize, Serialize};

/// How long after an order its reminder is due.
pub const REMIND: Duration = Duration::from_secs(12);

/// Places an order. Its idempotency key is its caller's.
#[command(reply = u64, key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    pub order: u64,
    pub account: u32,
    pub cents: i64,
}

/// From the shop to the payments.
#[event(key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Placed {
    pub order: u64,
    pub account: u32,
    pub cents: i64,
}

/// From the shop to the payments, later.
#[event]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reminder {
    pub order: u64,
    pub due_ms: u64,
}

/// From the payments' till to their accounts.
#[event(key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Booked {
    pub order: u64,
    pub account: u32,
}

/// From the payments to the shop, where two handlers hear it, each once.
#[event(key = account, qos = 2)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Charged {
    pub order: u64,
    pub account: u32,
}

/// The shop asks the payments for it, and they answer with its number on the account.
#[command(reply = u64, key = account, idempotent)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credit {
    pub credit: u64,
    pub account: u32,
    pub cents: i64,
}

#[contract(endpoint = "till")]
pub struct TillApi(Credit);

#[contract(endpoint = "orders")]
pub struct OrderEvents(#[event] Placed, #[event] Reminder);

#[contract(endpoint = "charges")]
pub struct ChargeEvents(#[event] Charged);

/// Where the payments' messages for the shop go; those of their own go to the usual outbox.
pub const AWAY: Outbox = Outbox::new("away");
