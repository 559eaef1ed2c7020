//! What cannot be handled, and what is handled later.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX};
use catga::prelude::*;
use catga::store::{ErrorKind, Sql};
use catga_tests::scenarios;
use serde::{Deserialize, Serialize};

use super::super::world::{Db, Main};
use super::books::{BankError, drain, open};

scenarios! { 2:
    f6_a_poisoned_message_is_a_dead_letter_and_is_replayed_once
    e_what_is_enqueued_for_later_is_delivered_when_due
}

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Post {
    later: bool,
}

/// Poison until it is cured.
#[command(error = BankError)]
#[derive(Clone, Serialize, Deserialize)]
struct Pill;

#[derive(Default)]
struct Desk {
    cured: AtomicU32,
    taken: AtomicU32,
    due: AtomicU32,
    stop: Cancel,
}

#[handler]
impl Desk {
    async fn post(&self, cmd: Post, cx: &mut Context<impl Enqueues<Pill>>) -> Result<(), Error> {
        let enqueued = match cmd.later {
            false => cx.enqueue(Pill).await,
            true => cx.enqueue_after(Pill, Duration::from_millis(30)).await,
        };
        enqueued.map(drop).map_err(Error::refused)
    }

    fn swallow(&self, _: Pill) -> Result<(), BankError> {
        if self.cured.load(SeqCst) == 0 {
            self.taken.fetch_add(1, SeqCst);
            return Err(BankError::Declined);
        }
        self.due.fetch_add(1, SeqCst);
        self.stop.cancel();
        Ok(())
    }
}

#[mediator(serves)]
struct Office {
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    db: Sql<Db, Main>,
}

async fn f6_a_poisoned_message_is_a_dead_letter_and_is_replayed_once() {
    let (_place, db) = open().await;
    let office = Office { desk: Desk::default(), db };
    office.send(Post { later: false }).await.unwrap();
    let relay = Relay::new(&office.db);
    drain(&relay, &office, &office.db).await;
    assert_eq!((relay.stats().given_up, office.desk.taken.load(SeqCst)), (1, 1));
    let letters = office.db.letters(&DEAD, None, 10).await.unwrap();
    let (id, letter) = &letters[0];
    assert_eq!((letters.len(), letter.errors[0].as_str(), letter.attempts), (1, "bank.declined", 1));
    assert_eq!(letter.source, office.db.id().await.unwrap().to_string());
    office.desk.cured.store(1, SeqCst);
    relay.replay(*id).await.unwrap();
    let again = relay.replay(*id).await.map_err(|error| error.kind());
    assert_eq!(again, Err(ErrorKind::Missing));
    relay.run::<Office, _>(&office, &office.desk.stop).await;
    assert_eq!(office.desk.due.load(SeqCst), 1);
    assert_eq!(
        (office.db.backlog(&OUTBOX).await.unwrap(), office.db.letters(&DEAD, None, 1).await.unwrap()),
        (0, vec![])
    );
}

async fn e_what_is_enqueued_for_later_is_delivered_when_due() {
    let (_place, db) = open().await;
    let office = Office { desk: Desk { cured: AtomicU32::new(1), ..Desk::default() }, db };
    office.send(Post { later: true }).await.unwrap();
    assert_eq!(office.db.backlog(&OUTBOX).await.unwrap(), 0, "it is not due");
    let relay = Relay::new(&office.db).look_every(Duration::from_millis(5));
    relay.run::<Office, _>(&office, &office.desk.stop).await;
    assert_eq!((office.desk.due.load(SeqCst), relay.stats().delivered), (1, 1));
}
