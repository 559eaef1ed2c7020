//! Commands that take effect once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::envelope::Headers;
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::store::Sql;
use catga_tests::scenarios;
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::super::world::{Db, Main, Tx, timed};
use super::books::{BankError, accounts, add, open};

scenarios! { 3:
    g1_a_duplicate_gets_the_recorded_reply
    g2_concurrent_duplicates_on_two_nodes_have_one_effect
    g10_failures_are_not_recorded
}

#[command(reply = i64, error = BankError, critical)]
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Charge {
    cents: i64,
}

#[derive(Default)]
struct Cards {
    runs: AtomicU32,
    /// The first so many fail.
    failing: AtomicU32,
}

#[handler]
impl Cards {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Within<Main, Tx>>) -> Result<i64, Error<BankError>> {
        let run = self.runs.fetch_add(1, SeqCst) + 1;
        let sum = add(cx.tx(), 1, cmd.cents).await.map_err(Error::refused)?;
        if run <= self.failing.load(SeqCst) { Err(BankError::Declined.into()) } else { Ok(sum) }
    }
}

#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Retry::times(100).base(Duration::from_millis(1)), commands: Idempotent(self.db))]
    cards: Cards,
    db: Sql<Db, Main>,
}

fn call(id: u64) -> Call<'static> {
    Call::new().id(Id::new(id))
}

async fn g1_a_duplicate_gets_the_recorded_reply() {
    let (_place, db) = open().await;
    let shop = Shop { cards: Cards::default(), db };
    for _ in 0..3 {
        assert_eq!(shop.send_with(Charge { cents: 5 }, call(7)).await, Ok(5));
    }
    assert_eq!(shop.send_with(Charge { cents: 5 }, call(8)).await, Ok(10), "another message is another");
    let named = || Call::new().headers(Headers::of(&[("idempotency-key", "order 7")]));
    assert_eq!(shop.send_with(Charge { cents: 1 }, named()).await, Ok(11));
    assert_eq!(shop.send_with(Charge { cents: 1 }, named()).await, Ok(11));
    let other = shop.send_with(Charge { cents: 2 }, named()).await.unwrap_err();
    assert_eq!(other.code(), "catga.store.mismatch");
    assert_eq!((shop.cards.runs.load(SeqCst), accounts(&shop.db).await), (3, vec![(1, 11)]));
}

async fn g2_concurrent_duplicates_on_two_nodes_have_one_effect() {
    let (place, db) = open().await;
    let nodes = [
        Arc::new(Shop { cards: Cards::default(), db }),
        Arc::new(Shop { cards: Cards::default(), db: place.node(4, timed()).await }),
    ];
    for id in 1..=10 {
        let calls = (0..8).map(|n| {
            let node = Arc::clone(&nodes[n % 2]);
            tokio::spawn(async move { node.send_with(Charge { cents: 1 }, call(id)).await })
        });
        for reply in join_all(calls).await {
            assert_eq!(reply.unwrap(), Ok(id as i64));
        }
    }
    assert_eq!(accounts(&nodes[0].db).await, [(1, 10)]);
    assert_eq!(nodes.iter().map(|node| node.cards.runs.load(SeqCst)).sum::<u32>(), 10);
}

async fn g10_failures_are_not_recorded() {
    let (_place, db) = open().await;
    let shop = Shop { cards: Cards { failing: AtomicU32::new(2), ..Cards::default() }, db };
    for _ in 0..2 {
        assert_eq!(shop.send_with(Charge { cents: 5 }, call(7)).await, Err(BankError::Declined.into()));
    }
    for _ in 0..2 {
        assert_eq!(shop.send_with(Charge { cents: 5 }, call(7)).await, Ok(5));
    }
    assert_eq!(shop.cards.runs.load(SeqCst), 3);
}
