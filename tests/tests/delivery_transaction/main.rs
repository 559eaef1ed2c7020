//! Handlers inside of a store's transaction, and what is delivered after it. Every scenario runs on the store in
//! memory and on the durable one; the numbers in the names are those of the conformance suite. Those of `tests/delivery`
//! run on the databases, too.
// The same files on each store.
#![allow(clippy::duplicate_mod)]

/// Scenarios, each a test on every engine.
macro_rules! on_every_engine {
    ($($scenario:ident)*) => {
        mod memory {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    super::$scenario(crate::bank::Backing::Memory).await;
                }
            )*
        }

        mod durable {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $scenario() {
                    super::$scenario(crate::bank::Backing::file()).await;
                }
            )*
        }
    };
}

mod attempts;
mod bank;
mod commits;
mod copied;
mod disk;
mod due;
mod embedded;
mod heard;
mod held;
mod idempotent;
mod kept;
mod kept_ids;
mod keyed;
mod late;
mod levels;
mod nested;
mod outbox;
mod parked;
mod relay;
mod reordered;
mod sent;
mod sick;
mod unread;

#[path = "."]
mod memory {
    #[path = "../../delivery/admitted.rs"]
    mod admitted;
    #[path = "../../delivery/apart.rs"]
    mod apart;
    #[path = "../../delivery/effects/mod.rs"]
    pub mod effects;
    #[path = "../../delivery/idempotent.rs"]
    mod idempotent;
    #[path = "../../delivery/inbox.rs"]
    mod inbox;
    #[path = "../../delivery/kept_ids.rs"]
    mod kept_ids;
    #[path = "../../delivery/leased.rs"]
    mod leased;
    #[path = "../../delivery/letters/mod.rs"]
    mod letters;
    #[path = "../../delivery/levels.rs"]
    mod levels;
    #[path = "../../delivery/lock/mod.rs"]
    pub mod lock;
    #[path = "../../delivery/queue/mod.rs"]
    mod queue;
    #[path = "../../delivery/upkeep.rs"]
    mod upkeep;
    #[path = "on_memory.rs"]
    pub mod world;
}

#[path = "."]
mod durable {
    #[path = "../../delivery/admitted.rs"]
    mod admitted;
    #[path = "../../delivery/apart.rs"]
    mod apart;
    #[path = "../../delivery/effects/mod.rs"]
    pub mod effects;
    #[path = "../../delivery/idempotent.rs"]
    mod idempotent;
    #[path = "../../delivery/inbox.rs"]
    mod inbox;
    #[path = "../../delivery/kept_ids.rs"]
    mod kept_ids;
    #[path = "../../delivery/leased.rs"]
    mod leased;
    #[path = "../../delivery/letters/mod.rs"]
    mod letters;
    #[path = "../../delivery/levels.rs"]
    mod levels;
    #[path = "../../delivery/lock/mod.rs"]
    pub mod lock;
    #[path = "../../delivery/queue/mod.rs"]
    mod queue;
    #[path = "../../delivery/upkeep.rs"]
    mod upkeep;
    #[path = "on_durable.rs"]
    pub mod world;
}
