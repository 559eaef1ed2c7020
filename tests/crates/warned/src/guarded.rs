//! What may be repeated from inside of a transaction, or is not.

use crate::repeated::{Balance, Charge, Ledger, Main, Once, Place, Refund, Ship};
use catga::Remote;
use catga::prelude::*;
use catga::store::Store;
use catga::transport::memory::Memory;
use futures_util::stream::{self, Stream};
use serde::{Deserialize, Serialize};

/// Says itself that it may be repeated.
#[command(idempotent)]
#[derive(Serialize, Deserialize)]
pub struct Close;

/// Is guarded wherever it is handled.
#[command(critical)]
#[derive(Serialize, Deserialize)]
pub struct Pay;

#[query(stream = u64)]
pub struct List;

#[command]
#[derive(Serialize, Deserialize)]
pub struct Note;

/// All that needs no guard, or has one.
pub struct Orders;

#[handler]
impl Orders {
    async fn place(
        &self,
        _: Place,
        cx: &mut Context<
            impl Within<Main>
            + Sends<Charge>
            + Sends<Refund>
            + Sends<Ship>
            + Sends<Close>
            + Sends<Pay>
            + Sends<Balance>
            + Streams<List>
            + Sends<Apart<Note>>,
        >,
    ) -> Result<(), Error> {
        cx.send(Charge).await?;
        cx.send(Refund).await?;
        cx.send(Ship).await?;
        cx.send(Close).await?;
        cx.send(Pay).await?;
        cx.send(Balance).await?;
        drop(cx.stream(List));
        cx.send(Apart(Note)).await
    }
}

/// Guarded within.
pub struct Payments {
    pub once: Once,
}

#[handler]
#[pipeline(self.once)]
impl Payments {
    fn charge(&self, _: Charge) {}

    #[pipeline(without(once), Once)]
    fn refund(&self, _: Refund) {}
}

/// Guarded without, in a transaction of another store.
pub struct Parcels;

#[handler]
impl Parcels {
    fn ship(&self, _: Ship, _cx: &mut Context<impl Within<Ledger>>) {}
}

pub struct Books;

#[handler]
impl Books {
    fn note(&self, _: Note) {}

    fn balance(&self, _: Balance) -> u64 {
        0
    }

    fn list(&self, _: List) -> impl Stream<Item = u64> {
        stream::iter([1, 2])
    }
}

#[contract]
pub struct TillApi(Close, Pay);

#[mediator]
pub struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    pub orders: Orders,
    pub payments: Payments,
    #[pipeline(commands: Once, commands: Transactional(self.ledger))]
    pub parcels: Parcels,
    pub books: Books,
    pub till: Remote<Memory, TillApi>,
    pub db: Store<Main>,
    pub ledger: Store<Ledger>,
}

#[command]
#[derive(Serialize, Deserialize)]
pub struct Forward;

pub struct Desk;

#[handler]
impl Desk {
    async fn forward(&self, _: Forward, cx: &mut Context<impl Sends<Note>>) -> Result<(), Error> {
        cx.send(Note).await
    }
}

pub struct Notes;

#[handler]
impl Notes {
    fn note(&self, _: Note) {}
}

/// Answers a repeat from its record, in a transaction of another store.
#[mediator(serves)]
pub struct Recorded {
    #[pipeline(commands: Transactional(self.db))]
    pub desk: Desk,
    #[pipeline(commands: Idempotent(self.ledger))]
    pub notes: Notes,
    pub db: Store<Main>,
    pub ledger: Store<Ledger>,
}

/// What is handled here may be guarded here.
#[mediator(nested)]
pub struct Office {
    pub notes: Notes,
}

#[mediator]
#[pipeline(commands: Transactional(self.db))]
pub struct Front {
    pub desk: Desk,
    #[pipeline(without(Transactional))]
    pub office: Office,
    pub db: Store<Main>,
}

/// What stands for its parameter is not known yet.
#[mediator]
pub struct Generic<P: Send + Sync> {
    #[pipeline(commands: Transactional(self.db))]
    pub desk: Desk,
    pub notes: Notes,
    pub db: Store<Main>,
    #[state]
    pub spare: P,
}

/// No transaction is around it: the entry is for others, or it does without.
#[mediator]
#[pipeline(Transactional(self.db))]
pub struct Apartment {
    #[pipeline(without(Transactional), queries: Transactional(self.db))]
    pub desk: Desk,
    #[pipeline(without(Transactional))]
    pub notes: Notes,
    pub db: Store<Main>,
}

/// Is built over a field and opens nothing; what the warning's own names are is no matter.
pub struct Lint<'a>(pub &'a u8);

impl<M: Message, S: Dispatched> Behavior<M, S> for Lint<'_> {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

#[mediator]
pub struct Unopened {
    #[pipeline(Lint(self.level))]
    pub desk: Desk,
    pub notes: Notes,
    pub level: u8,
}
