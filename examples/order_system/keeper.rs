//! What is remembered for a time, and then forgotten: the events that were written about, and what the bank has
//! answered. (The replies to requests are forgotten by the relay, a day after they were given.)

use std::time::Duration;

use catga::store::StoreError;

use crate::checkout::CHARGE;
use crate::post::INBOX;
use crate::store::Db;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// How much is forgotten in one transaction.
const AT_ONCE: usize = 1_000;

/// Forgets what is old, now and every hour.
pub(crate) async fn run(db: Db) {
    loop {
        if let Err(error) = forget(&db).await {
            tracing::warn!(%error, "what is old is forgotten later");
        }
        tokio::time::sleep(EVERY).await;
    }
}

async fn forget(db: &Db) -> Result<(), StoreError> {
    while INBOX.trim(db, AT_ONCE).await? == AT_ONCE {}
    while CHARGE.trim(db, AT_ONCE).await? == AT_ONCE {}
    Ok(())
}
