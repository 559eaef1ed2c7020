//! Handlers inside of a store's transaction, and what is delivered after it. Every scenario runs on the store in
//! memory and on the durable one; the numbers in the names are those of the conformance suite.

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
mod effects;
mod heard;
mod idempotent;
mod keyed;
mod levels;
mod lock;
mod nested;
mod outbox;
mod relay;
