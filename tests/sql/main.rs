//! Transactions, outbox, inbox and idempotency in PostgreSQL and in SQLite: every scenario runs on both, against a
//! real server and a real file. The numbers in the names are those of the conformance suite.
#![cfg(unix)]
// The same files on each database.
#![allow(clippy::duplicate_mod)]

/// Scenarios, each a test, and how many they are.
macro_rules! scenarios {
    ($count:literal: $($scenario:ident)*) => {
        mod run {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    super::$scenario().await;
                }
            )*
        }
        const _: () = assert!([$(stringify!($scenario)),*].len() == $count, "a scenario is not run");
    };
}

#[path = "."]
mod postgres {
    #[path = "bank.rs"]
    pub mod bank;
    #[path = "handlers.rs"]
    mod handlers;
    #[path = "heard.rs"]
    mod heard;
    #[path = "ports.rs"]
    mod ports;
    #[path = "transactions.rs"]
    mod transactions;
    #[path = "on_postgres.rs"]
    pub mod world;
}

#[path = "."]
mod sqlite {
    #[path = "bank.rs"]
    pub mod bank;
    #[path = "handlers.rs"]
    mod handlers;
    #[path = "heard.rs"]
    mod heard;
    #[path = "ports.rs"]
    mod ports;
    #[path = "transactions.rs"]
    mod transactions;
    #[path = "on_sqlite.rs"]
    pub mod world;
}

mod history;
mod kills;
mod lost;
mod server;
