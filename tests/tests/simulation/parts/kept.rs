use catga::delivery::{DeadLetters as Keeps, Letter};
use catga::prelude::*;
use catga::store::{Arrival, DeadLetter, Inbox, Store, Taken};

use super::tables::{LETTERS, Main};

/// Dead letters in the program's own store, each once.
pub struct Kept {
    pub db: Store<Main>,
}

impl Keeps for Kept {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        let mut tx = self.db.begin().map_err(Failure::from_error)?;
        let arrival = Arrival { source: letter.endpoint, key: b"", id: letter.parcel.id };
        if Inbox::new("letters").take(&mut tx, arrival).map_err(Failure::from_error)? == Taken::New {
            let kept = DeadLetter {
                id: letter.parcel.id,
                name: letter.endpoint.to_owned(),
                source: letter.group.to_owned(),
                key: Vec::new(),
                body: letter.parcel.bytes.to_vec(),
                errors: vec![letter.code.to_owned(), letter.error.to_owned()],
                attempts: letter.attempts,
                first_ms: 0,
                last_ms: letter.unix_ms,
            };
            LETTERS.put(&mut tx, &kept).map_err(Failure::from_error)?;
            tx.commit().await.map_err(Failure::from_error)?;
        }
        Ok(())
    }
}
