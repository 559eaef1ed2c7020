//! What was released first.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;

use catga::codec::Json;
use catga::envelope::Headers;
use catga::prelude::*;
use catga::store::Store;
use catga::store::outbox::KeyState;
use releases::{
    BOOKED, CardError, GREETED, LAST, MAILED, MailError, Main, REFUSED, Still, UNMAILED, asked, charge, count, dead,
    is_finished, is_repeat, keys, open, relay_until, relay_until_it_stands, report, wait_for_the_end,
};
use serde::{Deserialize, Serialize};

/// Writes a row, or several.
#[command]
#[derive(Clone, Serialize, Deserialize)]
enum Put {
    Charge(u32),
    ChargeLater(u32),
    Greet(u32),
    Event(u32),
}

#[command(reply = u32, error = CardError, critical)]
#[derive(Clone, Serialize, Deserialize)]
struct Charge {
    account: u32,
    cents: u32,
}

/// The next release has it no more.
#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Greet {
    account: u32,
}

#[event(key = account)]
#[derive(Clone, Serialize, Deserialize)]
struct Charged {
    account: u32,
    cents: u32,
}

struct Orders;

#[handler]
impl Orders {
    async fn put(
        &self,
        cmd: Put,
        cx: &mut Context<impl Publishes<Charged> + Enqueues<Charge> + Enqueues<Greet>>,
    ) -> Result<(), Error> {
        let cents = 100;
        let put = match cmd {
            Put::Charge(account) => cx.enqueue(Charge { account, cents }).await,
            Put::ChargeLater(account) => cx.enqueue_at(Charge { account, cents }, 1).await,
            Put::Greet(account) => cx.enqueue(Greet { account }).await,
            Put::Event(account) => return cx.publish(Charged { account, cents }).await.map_err(Error::refused),
        };
        put.map(drop).map_err(Error::refused)
    }
}

struct Till;

#[handler]
impl Till {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main>>) -> Result<u32, Error<CardError>> {
        if cmd.account == REFUSED {
            return Err(CardError::Refused.into());
        }
        let sum = charge(cx.tx(), cmd.account, cmd.cents.into()).await.map_err(Error::refused)?;
        Ok(u32::try_from(sum).unwrap_or(u32::MAX))
    }
}

struct Books;

#[handler]
impl Books {
    #[handler(name = "books")]
    async fn on_charged(&self, event: &Charged, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        count(&BOOKED, cx.tx(), event.account).await.map_err(Failure::from_error)
    }

    async fn greet(&self, cmd: Greet, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
        count(&GREETED, cx.tx(), cmd.account).await.map_err(Error::refused)
    }
}

/// Cannot reach everybody, and is slow to notice.
struct Mail {
    is_down: AtomicBool,
}

#[handler]
impl Mail {
    #[handler(name = "mail")]
    async fn on_charged(&self, event: &Charged, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        if event.account == UNMAILED {
            self.is_down.store(true, SeqCst);
            return Err(Failure::from_error(MailError::Down));
        }
        count(&MAILED, cx.tx(), event.account).await.map_err(Failure::from_error)
    }
}

#[mediator(serves, codec = Json)]
struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    #[pipeline(self.still, commands: Idempotent(self.db))]
    till: Till,
    #[pipeline(Transactional(self.db))]
    books: Books,
    #[pipeline(events: Transactional(self.db))]
    mail: Mail,
    still: Still,
    db: Store<Main>,
}

impl Shop {
    async fn put(&self, what: Put) {
        self.send(what).await.expect("it is written");
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (file, left) = asked();
    let mail = Mail { is_down: AtomicBool::new(false) };
    let shop = Shop { orders: Orders, till: Till, books: Books, mail, still: Still::default(), db: open(&file) };
    if let Some(left) = left {
        relay_until(&shop, &shop.db, || is_finished(&shop.db, left)).await;
        assert!(is_repeat(&shop.db, 7).await, "it was taken in before");
        return report(&shop.db).await;
    }
    // A reply that is recorded.
    let named = Call::new().headers(Headers::of(&[("idempotency-key", "order 1")]));
    let sum = shop.send_with(Charge { account: 1, cents: 100 }, named).await;
    assert_eq!(sum, Ok(100));
    // What was taken in of another program.
    assert!(!is_repeat(&shop.db, 7).await, "it is new");
    // A dead letter.
    shop.put(Put::Charge(REFUSED)).await;
    relay_until(&shop, &shop.db, || dead(&shop.db) == 1).await;
    // An event of which one of two handlers has done its part.
    shop.put(Put::Event(UNMAILED)).await;
    relay_until(&shop, &shop.db, || shop.mail.is_down.load(SeqCst) && keys(&shop.db, KeyState::Waiting) == 1).await;
    // A charge that was made, and of which nobody was told.
    shop.put(Put::Charge(LAST)).await;
    relay_until_it_stands(&shop, &shop.db, &shop.still).await;
    // And rows that nobody has seen.
    for row in [Put::Charge(2), Put::ChargeLater(3), Put::Greet(5), Put::Event(6)] {
        shop.put(row).await;
    }
    wait_for_the_end().await;
}
