//! The post, which files what it sends. An event comes at least once, and is written about once: its inbox
//! remembers the event's id, in the transaction of the letter.

use catga::prelude::*;
use catga::store::{Arrival, Inbox, Table, Taken, Transaction};

use crate::mail::{Letter, MailError};
use crate::order::OrderId;
use crate::store::Main;

const LETTERS: Table<(u64, u64), Letter> = Table::new("letters");

/// What was written about, for a week.
pub(crate) const INBOX: Inbox = Inbox::new("mail");

/// Sends a letter about an order, unless that was done for the same event.
pub(crate) async fn send(
    order: OrderId,
    letter: Letter,
    cx: &mut Context<impl Within<Main>>,
) -> Result<(), Error<MailError>> {
    let (id, tx) = (cx.message_id().get(), cx.tx());
    let (source, number) = (tx.store().to_string(), order.number());
    let taken = INBOX.take(tx, Arrival { source: &source, key: &number.to_be_bytes(), id });
    match taken.map_err(Error::refused)? {
        Taken::New => {}
        Taken::Duplicate => return Ok(()),
        Taken::TooOld => return Err(MailError::TooOld.into()),
    }
    // A domain that there never is (RFC 2606).
    if letter.to.ends_with(".invalid") {
        return Err(MailError::Refused(letter.to).into());
    }
    let place = sent(tx, order).await?.len() as u64;
    LETTERS.put(tx, &(number, place), &letter).map_err(Error::refused)
}

/// What was sent about an order.
pub(crate) async fn sent(tx: &mut Transaction, order: OrderId) -> Result<Vec<Letter>, Error<MailError>> {
    let letters = LETTERS.range(tx, (order.number(), 0)..=(order.number(), u64::MAX)).await;
    Ok(letters.map_err(Error::refused)?.into_iter().map(|(_, letter)| letter).collect())
}
