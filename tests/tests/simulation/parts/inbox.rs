//! A message is taken in with its effect.

use std::time::Duration;

use catga::prelude::*;
use catga::store::{Arrival, Inbox, Store, Taken, Transaction};

use super::tables::{Main, TOO_OLD};
use crate::plan::Bug;
use crate::world::Env;

/// How long an inbox remembers each message: shorter than some of them are late, at times.
pub const RETENTION: Duration = Duration::from_secs(120);

pub const TILL: Inbox = Inbox::new("till").retention(RETENTION);
pub const ACCOUNT: Inbox = Inbox::new("accounts");
pub const BOOK: Inbox = Inbox::new("books").retention(RETENTION);

/// Takes a message in; whether it is new. The rest of the transaction is its effect.
pub async fn take(
    env: &Env,
    db: &Store<Main>,
    inbox: Inbox,
    key: &[u8],
    id: u64,
    tx: &mut Transaction,
) -> Result<bool, Failure> {
    let arrival = Arrival { source: "there", key, id };
    let taken = match env.has(Bug::InboxApart) {
        false => inbox.take(tx, arrival).map_err(Failure::from_error)?,
        true => {
            let mut apart = db.begin().map_err(Failure::from_error)?;
            let taken = inbox.take(&mut apart, arrival).map_err(Failure::from_error)?;
            apart.commit().await.map_err(Failure::from_error)?;
            taken
        }
    };
    match taken {
        Taken::New => Ok(true),
        Taken::Duplicate => Ok(env.has(Bug::InboxIgnored)),
        Taken::TooOld => Err(Failure::new(TOO_OLD, Class::Permanent)),
    }
}
