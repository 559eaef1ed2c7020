//! What is remembered for a time, and then forgotten: the requests that were answered, the events that were written
//! about, and what the bank has answered.

use std::time::Duration;

use catga::prelude::*;
use catga::store::{Idempotency, StoreError};

use crate::checkout::CHARGE;
use crate::counter::PlaceOrder;
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
    let answered = Idempotency::new(PlaceOrder::INFO.name);
    while answered.trim(db, AT_ONCE).await? == AT_ONCE {}
    while INBOX.trim(db, AT_ONCE).await? == AT_ONCE {}
    while CHARGE.trim(db, AT_ONCE).await? == AT_ONCE {}
    Ok(())
}
