//! Transactions, outbox, inbox and idempotency in PostgreSQL and in SQLite: every scenario runs on both, against a
//! real server and a real file. The numbers in the names are those of the conformance suite.
#![cfg(unix)]
// Chains of handlers that send to the next, each in a transaction of a database.
#![recursion_limit = "256"]
// The same files on each database.
#![allow(clippy::duplicate_mod)]

#[path = "."]
mod postgres {
    #[path = "../delivery/admitted.rs"]
    mod admitted;
    #[path = "../delivery/apart.rs"]
    mod apart;
    #[path = "bank.rs"]
    pub mod bank;
    #[path = "conformance.rs"]
    mod conformance;
    #[path = "../delivery/effects/mod.rs"]
    mod effects;
    #[path = "handlers/mod.rs"]
    mod handlers;
    #[path = "heard.rs"]
    mod heard;
    #[path = "../delivery/idempotent.rs"]
    mod idempotent;
    #[path = "../delivery/inbox.rs"]
    mod inbox;
    #[path = "../delivery/kept_ids.rs"]
    mod kept_ids;
    #[path = "../delivery/leased.rs"]
    mod leased;
    #[path = "../delivery/letters/mod.rs"]
    mod letters;
    #[path = "../delivery/levels.rs"]
    mod levels;
    #[path = "../delivery/lock/mod.rs"]
    mod lock;
    #[path = "nodes.rs"]
    mod nodes;
    #[path = "ports/mod.rs"]
    mod ports;
    #[path = "../delivery/queue/mod.rs"]
    mod queue;
    #[path = "transactions.rs"]
    mod transactions;
    #[path = "../delivery/upkeep.rs"]
    mod upkeep;
    #[path = "on_postgres.rs"]
    pub mod world;
}

#[path = "."]
mod sqlite {
    #[path = "../delivery/admitted.rs"]
    mod admitted;
    #[path = "../delivery/apart.rs"]
    mod apart;
    #[path = "bank.rs"]
    pub mod bank;
    #[path = "conformance.rs"]
    mod conformance;
    #[path = "../delivery/effects/mod.rs"]
    mod effects;
    #[path = "handlers/mod.rs"]
    mod handlers;
    #[path = "heard.rs"]
    mod heard;
    #[path = "../delivery/idempotent.rs"]
    mod idempotent;
    #[path = "../delivery/inbox.rs"]
    mod inbox;
    #[path = "../delivery/kept_ids.rs"]
    mod kept_ids;
    #[path = "../delivery/leased.rs"]
    mod leased;
    #[path = "../delivery/letters/mod.rs"]
    mod letters;
    #[path = "../delivery/levels.rs"]
    mod levels;
    #[path = "../delivery/lock/mod.rs"]
    mod lock;
    #[path = "nodes.rs"]
    mod nodes;
    #[path = "ports/mod.rs"]
    mod ports;
    #[path = "../delivery/queue/mod.rs"]
    mod queue;
    #[path = "transactions.rs"]
    mod transactions;
    #[path = "../delivery/upkeep.rs"]
    mod upkeep;
    #[path = "on_sqlite.rs"]
    pub mod world;
}

mod fences;
mod kills;
mod lost;
mod server;
