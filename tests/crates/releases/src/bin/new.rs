//! What was released then: another version of the charge and of its event, a refund, and nobody is greeted any more.

use catga::codec::Json;
use catga::delivery::DEAD;
use catga::envelope::Headers;
use catga::prelude::*;
use catga::store::Store;
use releases::{
    BOOKED, CardError, LASTING, MAILED, Main, Still, asked, charge, count, is_finished, is_repeat, open, relay,
    relay_until, report, wait_for_the_end,
};
use serde::{Deserialize, Serialize};

/// What the release before wrote.
mod before {
    use super::*;

    #[command(reply = u32, error = CardError)]
    #[derive(Serialize, Deserialize)]
    pub struct ChargeV1 {
        pub account: u32,
        pub cents: u32,
    }

    #[event]
    #[derive(Serialize, Deserialize)]
    pub struct ChargedV1 {
        pub account: u32,
        pub cents: u32,
    }

    impl From<ChargeV1> for super::Charge {
        fn from(ChargeV1 { account, cents }: ChargeV1) -> Self {
            Self { account, cents: cents.into(), currency: "EUR".into() }
        }
    }

    impl From<ChargedV1> for super::Charged {
        fn from(ChargedV1 { account, cents }: ChargedV1) -> Self {
            Self { account, cents: cents.into(), currency: "EUR".into() }
        }
    }

    impl From<super::Sum> for u32 {
        fn from(sum: super::Sum) -> Self {
            Self::try_from(sum.0).unwrap_or(Self::MAX)
        }
    }
}

/// Writes a row.
#[command]
#[derive(Clone, Serialize, Deserialize)]
enum Put {
    Charge(u32),
    ChargeLater(u32),
    Refund(u32),
    Event(u32),
}

/// On the wire it is the number that it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Sum(u64);

#[command(version = 2, upcasts = before::ChargeV1, reply = Sum, error = CardError, critical)]
#[derive(Clone, Serialize, Deserialize)]
struct Charge {
    account: u32,
    cents: u64,
    currency: String,
}

/// The release before does not know it.
#[command(critical)]
#[derive(Clone, Serialize, Deserialize)]
struct Refund {
    account: u32,
}

#[event(version = 2, upcasts = before::ChargedV1, key = account)]
#[derive(Clone, Serialize, Deserialize)]
struct Charged {
    account: u32,
    cents: u64,
    currency: String,
}

struct Orders;

#[handler]
impl Orders {
    async fn put(
        &self,
        cmd: Put,
        cx: &mut Context<impl Publishes<Charged> + Enqueues<Charge> + Enqueues<Refund>>,
    ) -> Result<(), Error> {
        let (cents, currency) = (200, "EUR".to_owned());
        let put = match cmd {
            Put::Charge(account) => cx.enqueue(Charge { account, cents, currency }).await,
            Put::ChargeLater(account) => cx.enqueue_at(Charge { account, cents, currency }, 1).await,
            Put::Refund(account) => cx.enqueue(Refund { account }).await,
            Put::Event(account) => {
                return cx.publish(Charged { account, cents, currency }).await.map_err(Error::refused);
            }
        };
        put.map(drop).map_err(Error::refused)
    }
}

struct Till;

#[handler]
impl Till {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main>>) -> Result<Sum, Error<CardError>> {
        assert_eq!(cmd.currency, "EUR");
        charge(cx.tx(), cmd.account, cmd.cents).await.map(Sum).map_err(Error::refused)
    }

    async fn refund(&self, cmd: Refund, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
        charge(cx.tx(), cmd.account, 7).await.map(drop).map_err(Error::refused)
    }
}

struct Books;

#[handler]
impl Books {
    #[handler(name = "books")]
    async fn on_charged(&self, event: &Charged, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        count(&BOOKED, cx.tx(), event.account).await.map_err(Failure::from_error)
    }
}

struct Mail;

#[handler]
impl Mail {
    #[handler(name = "mail")]
    async fn on_charged(&self, event: &Charged, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        count(&MAILED, cx.tx(), event.account).await.map_err(Failure::from_error)
    }
}

#[mediator(serves, codec = Json)]
struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    #[pipeline(self.still, commands: Idempotent(self.db))]
    till: Till,
    #[pipeline(events: Transactional(self.db))]
    books: Books,
    #[pipeline(events: Transactional(self.db))]
    mail: Mail,
    still: Still,
    db: Store<Main>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (file, left) = asked();
    let shop = Shop { orders: Orders, till: Till, books: Books, mail: Mail, still: Still::default(), db: open(&file) };
    if let Some(left) = left {
        for (letter, _) in DEAD.list(&shop.db, None, 10).expect("the dead letters are read") {
            relay(&shop.db, LASTING).replay(letter).await.expect("it is replayed");
        }
        relay_until(&shop, &shop.db, || is_finished(&shop.db, left)).await;
        assert!(is_repeat(&shop.db, 7).await, "it was taken in before");
        // The key was used with a request of the release before, and is not used for another one.
        let named = Call::new().headers(Headers::of(&[("idempotency-key", "order 1")]));
        let charge = Charge { account: 1, cents: 100, currency: "EUR".into() };
        let refused = shop.send_with(charge, named).await.expect_err("it was charged");
        println!("refused {}", catga::error::Classify::code(&refused));
        return report(&shop.db).await;
    }
    for row in [Put::Charge(21), Put::ChargeLater(22), Put::Refund(23), Put::Event(24)] {
        shop.send(row).await.expect("it is written");
    }
    wait_for_the_end().await;
}
