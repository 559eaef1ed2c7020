//! Conflicts, and keys that are waited for.

use std::sync::Arc;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::bank::{ACCOUNTS, Backing, Main, accounts};

/// Adds one to an account, whose key is waited for.
#[command(reply = i64, key = account)]
#[derive(Clone, Serialize, Deserialize)]
struct Add {
    account: u32,
}

/// The same without a key: both have read before one of them writes.
#[command(reply = i64)]
#[derive(Clone, Serialize, Deserialize)]
struct Race {
    account: u32,
}

struct Sums {
    meet: Barrier,
}

#[handler]
impl Sums {
    async fn add(&self, cmd: Add, cx: &mut Context<impl Within<Main>>) -> Result<i64, Error> {
        let sum = ACCOUNTS.get(cx.tx(), &cmd.account).await.map_err(Error::refused)?.unwrap_or(0);
        // Whoever else is at it reads meanwhile.
        tokio::task::yield_now().await;
        ACCOUNTS.put(cx.tx(), &cmd.account, &(sum + 1)).map_err(Error::refused)?;
        Ok(sum + 1)
    }

    async fn race(&self, cmd: Race, cx: &mut Context<impl Within<Main>>) -> Result<i64, Error> {
        let sum = ACCOUNTS.get(cx.tx(), &cmd.account).await.map_err(Error::refused)?.unwrap_or(0);
        if sum == 0 {
            self.meet.wait().await;
        }
        ACCOUNTS.put(cx.tx(), &cmd.account, &(sum + 1)).map_err(Error::refused)?;
        Ok(sum + 1)
    }
}

#[mediator(serves)]
#[pipeline(commands: Transactional(self.db))]
struct Plain {
    sums: Sums,
    db: Store<Main>,
}

#[mediator(serves)]
#[pipeline(commands: Retry::times(3).base(Duration::ZERO), commands: Transactional(self.db))]
struct Again {
    sums: Sums,
    db: Store<Main>,
}

on_every_engine! {
    l1_a_conflict_is_the_callers
    l1_a_retry_outside_runs_again_from_fresh_state
    l4_one_hot_key_has_64_callers_and_all_succeed
    a_key_is_free_after_its_caller_gave_up
}

fn sums() -> Sums {
    Sums { meet: Barrier::new(2) }
}

async fn l1_a_conflict_is_the_callers(on: Backing) {
    let app = Plain { sums: sums(), db: on.open() };
    let lost = match tokio::join!(app.send(Race { account: 1 }), app.send(Race { account: 1 })) {
        (Ok(1), Err(lost)) | (Err(lost), Ok(1)) => lost,
        both => panic!("{both:?}"),
    };
    assert_eq!((lost.class(), lost.code()), (Class::Conflict, "catga.store.conflict"));
    assert_eq!(accounts(&app.db).await, [(1, 1)]);
}

async fn l1_a_retry_outside_runs_again_from_fresh_state(on: Backing) {
    let app = Again { sums: sums(), db: on.open() };
    let (first, second) = tokio::join!(app.send(Race { account: 1 }), app.send(Race { account: 1 }));
    assert_eq!(first.unwrap() + second.unwrap(), 3, "one was first, and the other saw it");
    assert_eq!((accounts(&app.db).await, app.db.stats().conflicts), (vec![(1, 2)], 1));
}

async fn l4_one_hot_key_has_64_callers_and_all_succeed(on: Backing) {
    let app = Arc::new(Plain { sums: sums(), db: on.open() });
    let mut callers = JoinSet::new();
    for _ in 0..64 {
        let app = Arc::clone(&app);
        callers.spawn(async move { (app.send(Add { account: 7 }).await, app.send(Add { account: 7 }).await) });
    }
    let mut sums: Vec<i64> = Vec::new();
    for (first, second) in callers.join_all().await {
        sums.extend([first.unwrap(), second.unwrap()]);
    }
    sums.sort_unstable();
    assert!(sums.into_iter().eq(1..=128), "each saw all before it");
    assert_eq!((accounts(&app.db).await, app.db.stats().conflicts), (vec![(7, 128)], 0));
    assert!(app.db.turns().is_empty());
}

async fn a_key_is_free_after_its_caller_gave_up(on: Backing) {
    let app = Plain { sums: sums(), db: on.open() };
    {
        let mut gone = std::pin::pin!(app.send(Add { account: 7 }));
        assert!(catga_tests::poll_once(&mut gone).await.is_pending());
        assert_eq!(app.db.turns().len(), 1);
    }
    assert_eq!(app.send(Add { account: 7 }).await, Ok(1));
}
