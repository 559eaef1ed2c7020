//! What is sent apart from the transaction around its sender. On every store; what is around this file is its `world`.

use std::sync::Mutex;

use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga_tests::scenarios;
use serde::{Deserialize, Serialize};

use super::world::{Base, Main, ONE_WRITER, Tx, count, counted, counting};

scenarios! { 5:
    what_was_sent_apart_stays_when_its_sender_fails
    it_waits_for_no_key_that_the_one_around_it_has
    l7_what_it_sends_in_turn_is_inside_of_it
    each_has_an_id_of_its_own_and_the_same_in_a_second_run
    outside_of_a_transaction_it_is_a_send
}

/// Counts the item, has it noted apart, and fails where it is told to.
#[command(key = item)]
#[derive(Serialize, Deserialize)]
struct Pay {
    item: u32,
    fails: bool,
}

/// Counts a hundred above the item, under the same key.
#[command(key = item)]
#[derive(Serialize, Deserialize)]
struct Note {
    item: u32,
    deeper: bool,
}

/// Counts two hundred above it.
#[command]
#[derive(Serialize, Deserialize)]
struct Mark {
    item: u32,
}

/// Has it marked, without a transaction of its own.
#[command]
#[derive(Serialize, Deserialize)]
struct Hand {
    item: u32,
}

/// Has it noted apart, without a transaction of its own.
#[command]
#[derive(Serialize, Deserialize)]
struct Ask {
    item: u32,
}

/// Is told who it is.
#[command]
#[derive(Serialize, Deserialize)]
struct Tell;

#[command]
#[derive(Serialize, Deserialize)]
struct TellAll;

struct Desk;

#[handler]
impl Desk {
    async fn pay(&self, cmd: Pay, cx: &mut Context<impl Within<Main, Tx> + Sends<Apart<Note>>>) -> Result<(), Error> {
        count(cx.tx(), cmd.item).await.map_err(Error::refused)?;
        cx.send(Apart(Note { item: cmd.item, deeper: false })).await?;
        if cmd.fails { Err(Error::refused(Failure::new("desk.fails", Class::Permanent))) } else { Ok(()) }
    }

    #[handler(allow(repeated_send))]
    async fn tell_all(&self, _: TellAll, cx: &mut Context<impl Sends<Tell> + Sends<Apart<Tell>>>) -> Result<(), Error> {
        cx.send(Tell).await?;
        let (one, other) = tokio::join!(cx.send(Apart(Tell)), cx.send(Apart(Tell)));
        one.and(other)?;
        cx.send(Tell).await
    }
}

#[derive(Default)]
struct Notes {
    nested: Mutex<Vec<String>>,
}

#[handler]
impl Notes {
    #[handler(allow(repeated_send))]
    async fn note(&self, cmd: Note, cx: &mut Context<impl Within<Main, Tx> + Sends<Hand>>) -> Result<(), Error> {
        count(cx.tx(), cmd.item + 100).await.map_err(Error::refused)?;
        if cmd.deeper
            && let Err(refused) = cx.send(Hand { item: cmd.item }).await
        {
            self.nested.lock().unwrap().push(refused.code().to_owned());
        }
        Ok(())
    }

    async fn mark(&self, cmd: Mark, cx: &mut Context<impl Within<Main, Tx>>) -> Result<(), Error> {
        count(cx.tx(), cmd.item + 200).await.map_err(Error::refused)
    }
}

#[derive(Default)]
struct Hands {
    told: Mutex<Vec<u64>>,
}

#[handler]
impl Hands {
    async fn hand(&self, cmd: Hand, cx: &mut Context<impl Sends<Mark>>) -> Result<(), Error> {
        cx.send(Mark { item: cmd.item }).await
    }

    async fn ask(&self, cmd: Ask, cx: &mut Context<impl Sends<Apart<Note>>>) -> Result<(), Error> {
        cx.send(Apart(Note { item: cmd.item, deeper: true })).await
    }

    fn tell(&self, _: Tell, cx: &mut Context<impl Scope>) {
        self.told.lock().unwrap().push(cx.message_id().get());
    }
}

#[mediator(serves)]
struct Office {
    #[pipeline(commands: Transactional(self.db))]
    desk: Desk,
    #[pipeline(commands: Transactional(self.db))]
    notes: Notes,
    hands: Hands,
    db: Base,
}

fn office(db: Base) -> Office {
    Office { desk: Desk, notes: Notes::default(), hands: Hands::default(), db }
}

async fn what_was_sent_apart_stays_when_its_sender_fails() {
    let (_place, db, _clock) = counting().await;
    let app = office(db);
    let refused = app.send(Pay { item: 7, fails: true }).await.unwrap_err();
    if ONE_WRITER {
        // It takes no second transaction, and says so at once instead of waiting for itself.
        assert_eq!(refused.code(), "catga.store.nested");
        assert_eq!(counted(&app.db).await, []);
        return;
    }
    assert_eq!(refused.code(), "desk.fails");
    assert_eq!(counted(&app.db).await, [(107, 1)]);
}

async fn it_waits_for_no_key_that_the_one_around_it_has() {
    let (_place, db, _clock) = counting().await;
    let app = office(db);
    let sent = app.send(Pay { item: 7, fails: false }).await;
    assert_eq!(sent.is_err(), ONE_WRITER, "{sent:?}");
    let expected: &[_] = if ONE_WRITER { &[] } else { &[(7, 1), (107, 1)] };
    assert_eq!(counted(&app.db).await, expected);
    // The key is free again, and those outside wait for it as ever.
    app.send(Note { item: 7, deeper: false }).await.unwrap();
}

/// Has it noted apart, and marked from in there.
#[command]
#[derive(Serialize, Deserialize)]
struct Pass {
    item: u32,
}

struct Front;

#[handler]
impl Front {
    async fn pass(&self, cmd: Pass, cx: &mut Context<impl Within<Main, Tx> + Sends<Apart<Note>>>) -> Result<(), Error> {
        count(cx.tx(), cmd.item).await.map_err(Error::refused)?;
        cx.send(Apart(Note { item: cmd.item, deeper: true })).await
    }
}

#[mediator(serves)]
struct House {
    #[pipeline(commands: Transactional(self.db))]
    front: Front,
    #[pipeline(commands: Transactional(self.db))]
    notes: Notes,
    hands: Hands,
    db: Base,
}

async fn l7_what_it_sends_in_turn_is_inside_of_it() {
    let (_place, db, _clock) = counting().await;
    let app = House { front: Front, notes: Notes::default(), hands: Hands::default(), db };
    let sent = app.send(Pass { item: 7 }).await;
    if ONE_WRITER {
        assert_eq!(sent.unwrap_err().code(), "catga.store.nested");
        return;
    }
    sent.unwrap();
    assert_eq!(*app.notes.nested.lock().unwrap(), ["catga.store.nested"]);
    assert_eq!(counted(&app.db).await, [(7, 1), (107, 1)]);
}

async fn each_has_an_id_of_its_own_and_the_same_in_a_second_run() {
    let (_place, db, _clock) = counting().await;
    let app = office(db);
    for _ in 0..2 {
        app.send_with(TellAll, Call::new().id(Id::new(4_711))).await.unwrap();
    }
    let told = app.hands.told.lock().unwrap().clone();
    let (first, second) = told.split_at(4);
    assert_eq!(first, second, "a handler that runs again sends what it has sent before");
    let mut ids = first.to_vec();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 4);
}

async fn outside_of_a_transaction_it_is_a_send() {
    let (_place, db, _clock) = counting().await;
    let app = office(db);
    app.send(Ask { item: 7 }).await.unwrap();
    assert_eq!(*app.notes.nested.lock().unwrap(), ["catga.store.nested"], "what it sends in turn is inside of it");
    assert_eq!(counted(&app.db).await, [(107, 1)]);
}
