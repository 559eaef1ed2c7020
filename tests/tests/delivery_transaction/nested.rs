//! Messages that are sent from inside of a transaction.

use catga::error::Classify as _;
use catga::pipeline::{ChangesScope, Enters};
use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

use crate::bank::{ACCOUNTS, Backing, Main, accounts};

/// Another store of the same type.
struct Side;

#[command(key = account)]
#[derive(Serialize, Deserialize)]
struct Put {
    account: u32,
}

#[command(key = account)]
#[derive(Serialize, Deserialize)]
struct PutAside {
    account: u32,
}

#[query(reply = i64)]
#[derive(Serialize, Deserialize)]
struct Look {
    account: u32,
}

/// Sends what `through` says from inside of a transaction; its code where that is refused.
#[command(reply = Option<String>, key = account)]
#[derive(Serialize, Deserialize)]
struct Pass {
    account: u32,
    through: Through,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Through {
    Same,
    Relayed,
    Aside,
    Query,
}

/// Sends a `Put`, without a transaction of its own.
#[command]
#[derive(Serialize, Deserialize)]
struct Hand(u32);

/// A behavior around another, of which the compiler does not see that it opens a store.
struct Hidden<B>(B);

impl<B> ChangesScope for Hidden<B> {}

impl<M: Message, S: Dispatched, B: Enters<M, S>> Enters<M, S> for Hidden<B> {
    type Inner = B::Inner;

    fn around<N: Next<M, B::Inner>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        self.0.around(input, cx, next)
    }
}

struct Desk;

#[handler]
impl Desk {
    async fn pass(
        &self,
        cmd: Pass,
        cx: &mut Context<impl Within<Main> + Sends<Put> + Sends<PutAside> + Sends<Hand> + Sends<Look>>,
    ) -> Result<Option<String>, Error> {
        ACCOUNTS.put(cx.tx(), &(100 + cmd.account), &1).map_err(Error::refused)?;
        let sent = match cmd.through {
            Through::Same => cx.send(Put { account: cmd.account }).await,
            Through::Relayed => cx.send(Hand(cmd.account)).await,
            Through::Aside => cx.send(PutAside { account: cmd.account }).await,
            Through::Query => cx.send(Look { account: 100 + cmd.account }).await.map(drop),
        };
        Ok(sent.err().map(|error| error.code().to_owned()))
    }

    async fn put(&self, cmd: Put, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
        ACCOUNTS.put(cx.tx(), &cmd.account, &1).map_err(Error::refused)
    }
}

struct Aside;

#[handler]
impl Aside {
    async fn put(&self, cmd: PutAside, cx: &mut Context<impl Within<Side>>) -> Result<(), Error> {
        ACCOUNTS.put(cx.tx(), &cmd.account, &2).map_err(Error::refused)
    }
}

struct Hands;

#[handler]
impl Hands {
    async fn hand(&self, cmd: Hand, cx: &mut Context<impl Sends<Put>>) -> Result<(), Error> {
        cx.send(Put { account: cmd.0 }).await
    }

    fn look(&self, query: Look) -> i64 {
        i64::from(query.account)
    }
}

#[mediator(serves)]
struct Office {
    #[pipeline(commands: Hidden(Transactional(self.db)))]
    desk: Desk,
    #[pipeline(commands: Transactional(self.side))]
    aside: Aside,
    hands: Hands,
    db: Store<Main>,
    side: Store<Side>,
}

on_every_engine! {
    l7_a_transaction_on_an_open_store_is_refused_and_no_hang
    l7_not_either_where_somebody_is_in_between
    l8_two_stores_of_one_type_are_two
    a_message_without_a_transaction_passes
    what_opens_another_store_or_none_compiles_and_passes
    who_has_read_what_is_written_apart_conflicts_and_runs_again
}

fn office(on: &Backing) -> Office {
    Office { desk: Desk, aside: Aside, hands: Hands, db: on.open(), side: Backing::Memory.open() }
}

async fn l7_a_transaction_on_an_open_store_is_refused_and_no_hang(on: Backing) {
    let app = office(&on);
    // They have one key, so waiting for it would be for ever.
    let refused = app.send(Pass { account: 7, through: Through::Same }).await.unwrap();
    assert_eq!(refused.as_deref(), Some("catga.store.nested"));
    assert_eq!(accounts(&app.db).await, [(107, 1)], "the outer one goes on");
}

async fn l7_not_either_where_somebody_is_in_between(on: Backing) {
    let app = office(&on);
    let refused = app.send(Pass { account: 7, through: Through::Relayed }).await.unwrap();
    assert_eq!(refused.as_deref(), Some("catga.store.nested"));
    app.send(Hand(7)).await.unwrap();
    assert_eq!(accounts(&app.db).await, [(7, 1), (107, 1)], "and outside of one it is none");
}

async fn l8_two_stores_of_one_type_are_two(on: Backing) {
    let app = office(&on);
    assert_eq!(app.send(Pass { account: 7, through: Through::Aside }).await, Ok(None));
    assert_eq!((accounts(&app.db).await, accounts(&app.side).await), (vec![(107, 1)], vec![(7, 2)]));
}

/// What the compiler sees of both, and lets pass: another store, and an entry for another kind.
#[command(reply = (i64, i64), key = account)]
#[derive(Serialize, Deserialize)]
struct Both {
    account: u32,
}

struct Seen;

#[handler]
impl Seen {
    #[handler(allow(repeated_send))]
    async fn both(
        &self,
        cmd: Both,
        cx: &mut Context<impl Within<Main> + Sends<PutAside> + Sends<Look>>,
    ) -> Result<(i64, i64), Error> {
        ACCOUNTS.put(cx.tx(), &cmd.account, &1).map_err(Error::refused)?;
        cx.send(PutAside { account: cmd.account }).await?;
        Ok((1, cx.send(Look { account: cmd.account }).await?))
    }
}

struct Looks;

#[handler]
impl Looks {
    fn look(&self, query: Look) -> i64 {
        i64::from(query.account)
    }
}

#[mediator(serves)]
struct Counter {
    #[pipeline(commands: Transactional(self.db))]
    seen: Seen,
    #[pipeline(commands: Transactional(self.side))]
    aside: Aside,
    #[pipeline(commands: Transactional(self.db))]
    looks: Looks,
    db: Store<Main>,
    side: Store<Side>,
}

async fn what_opens_another_store_or_none_compiles_and_passes(on: Backing) {
    let app = Counter { seen: Seen, aside: Aside, looks: Looks, db: on.open(), side: Backing::Memory.open() };
    assert_eq!(app.send(Both { account: 7 }).await, Ok((1, 7)));
    assert_eq!((accounts(&app.db).await, accounts(&app.side).await), (vec![(7, 1)], vec![(7, 2)]));
}

async fn a_message_without_a_transaction_passes(on: Backing) {
    let app = office(&on);
    assert_eq!(app.send(Pass { account: 7, through: Through::Query }).await, Ok(None));
}

/// Reads the account, and has it put apart.
#[command(idempotent)]
#[derive(Clone, Serialize, Deserialize)]
struct Lean {
    account: u32,
}

struct Leaning;

#[handler]
impl Leaning {
    async fn lean(&self, cmd: Lean, cx: &mut Context<impl Within<Main> + Sends<Apart<Put>>>) -> Result<(), Error> {
        let there = ACCOUNTS.get(cx.tx(), &cmd.account).await.map_err(Error::refused)?;
        if there.is_none() {
            cx.send(Apart(Put { account: cmd.account })).await?;
        }
        ACCOUNTS.put(cx.tx(), &(100 + cmd.account), &there.unwrap_or(-1)).map_err(Error::refused)
    }
}

struct Puts;

#[handler]
impl Puts {
    async fn put(&self, cmd: Put, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
        ACCOUNTS.put(cx.tx(), &cmd.account, &1).map_err(Error::refused)
    }
}

#[mediator(serves)]
struct Tower {
    #[pipeline(commands: Transactional(self.db))]
    leaning: Leaning,
    #[pipeline(commands: Transactional(self.db))]
    puts: Puts,
    db: Store<Main>,
}

async fn who_has_read_what_is_written_apart_conflicts_and_runs_again(on: Backing) {
    let app = Tower { leaning: Leaning, puts: Puts, db: on.open() };
    let refused = app.send(Lean { account: 7 }).await.unwrap_err();
    assert_eq!(refused.class(), Class::Conflict);
    assert_eq!(accounts(&app.db).await, [(7, 1)], "what was sent apart is there, and nothing else");
    app.send(Lean { account: 7 }).await.unwrap();
    assert_eq!(accounts(&app.db).await, [(7, 1), (107, 1)]);
}
