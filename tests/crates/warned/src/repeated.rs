//! What is sent from inside of a transaction, and nothing says that it may be repeated.

use catga::Remote;
use catga::prelude::*;
use catga::store::Store;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

pub struct Main;
pub struct Ledger;

#[command]
#[derive(Serialize, Deserialize)]
pub struct Place;

#[command]
pub struct Change;

#[query]
pub struct Count;

#[event]
#[derive(Serialize, Deserialize)]
pub struct Placed;

#[command]
pub struct Charge;

#[command]
#[derive(Serialize, Deserialize)]
pub struct Refund;

#[command]
#[derive(Serialize, Deserialize)]
pub struct Ship;

#[query(reply = u64)]
#[derive(Serialize, Deserialize)]
pub struct Balance;

/// Answers a repeat from its record.
pub struct Once;

impl Declares for Once {
    const IDEMPOTENT: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Once {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

pub struct Orders;

#[handler]
impl Orders {
    async fn place(
        &self,
        _: Place,
        cx: &mut Context<
            impl Within<Main>
            + Sends<Charge> //~ CATGA123 Charge
            + Sends<Refund> //~ CATGA123 Refund
            + Sends<Balance>,
        >,
    ) -> Result<(), Error> {
        cx.send(Charge).await?;
        cx.send(Refund).await?;
        cx.send(Balance).await.map(drop)
    }

    // One name silences no other.
    #[handler(allow(blocking_io))]
    async fn change(&self, _: Change, cx: &mut Context<impl Sends<Apart<Ship>> + Sends<Ship>>) -> Result<(), Error> { //~ CATGA123 Ship
        cx.send(Apart(Ship)).await?;
        cx.send(Ship).await
    }

    /// No transaction is around it.
    async fn count(&self, _: Count, cx: &mut Context<impl Sends<Charge>>) -> Result<(), Error> {
        cx.send(Charge).await
    }

    async fn on_placed(&self, _: &Placed, cx: &mut Context<impl Sends<Ship>>) -> Result<(), Error> { //~ CATGA123 Ship
        cx.send(Ship).await
    }
}

pub struct Till;

/// Does without what would guard it.
#[handler]
impl Till {
    #[pipeline(without(Once))]
    fn charge(&self, _: Charge) {}
}

pub struct Payments;

#[handler]
impl Payments {
    fn refund(&self, _: Refund) {}

    fn balance(&self, _: Balance) -> u64 {
        0
    }
}

/// What a transaction of another store does stays.
pub struct Parcels;

#[handler]
impl Parcels {
    fn ship(&self, _: Ship, _cx: &mut Context<impl Within<Ledger>>) {}
}

#[mediator]
pub struct Shop {
    #[pipeline(commands: Transactional(self.db), events: Transactional(self.db))]
    pub orders: Orders,
    #[pipeline(Once)]
    pub till: Till,
    // What is around queries guards no command.
    #[pipeline(queries: Once)]
    pub payments: Payments,
    #[pipeline(commands: Transactional(self.ledger))]
    pub parcels: Parcels,
    pub db: Store<Main>,
    pub ledger: Store<Ledger>,
}

#[contract]
pub struct PaymentsApi(Refund, Balance);

pub struct Returns;

/// Its text is somebody else's, as far as a mediator knows.
#[handler(export)]
impl Returns {
    async fn place(&self, _: Place, cx: &mut Context<impl Sends<Refund> + Sends<Balance>>) -> Result<(), Error> {
        cx.send(Refund).await?;
        cx.send(Balance).await.map(drop)
    }
}

#[mediator(serves)]
pub struct Counter {
    #[pipeline(Idempotent(self.db))]
    pub returns: Returns, //~ CATGA123 Returns
    pub payments: Remote<Memory, PaymentsApi>,
    pub db: Store<Main>,
}
