//! What must hold at the end of a run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::SeqCst;

use catga::codec::{Decode as _, Postcard};
use catga::delivery::{DEAD, OUTBOX, SCHEDULE, StoreLetters};
use catga::envelope::{Envelope, WireKey};
use catga::store::{DeadLetter, Store, StoreError, Table};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::parts::{
    ATTEMPTS, AWAY, BALANCES, BOOKED, CHARGED, CHARGES, CREDITED, GIVEN, Main, ORDERS, PAID, PLACED, Placed, RECEIPTS,
    REMINDED, SWEPT, TOO_OLD, is_declined, is_stubborn,
};
use crate::plan::Bug;
use crate::world::World;

/// All rows of both stores.
struct Rows {
    orders: BTreeMap<u64, (u32, u64)>,
    placed: BTreeMap<(u32, u64), u64>,
    paid: BTreeMap<u64, u64>,
    receipts: BTreeMap<u64, u64>,
    swept: Vec<(u64, u64)>,
    balances: BTreeMap<u32, i64>,
    charges: BTreeMap<u64, u64>,
    charged: BTreeMap<(u32, u64), u64>,
    booked: BTreeMap<u64, u64>,
    reminded: BTreeMap<u64, (u64, u64)>,
    given: BTreeMap<u64, u64>,
    credited: BTreeMap<(u32, u64), u64>,
    /// The order of each dead letter of the payments, and how often that was tried.
    letters: Vec<(u64, u32)>,
    /// Dead letters of which an inbox knew too little.
    too_old: u64,
    /// Rows of the outboxes, keys of them that do not move, and what is scheduled.
    left: Vec<(&'static str, u64)>,
}

async fn all<K, V>(db: &Store<Main>, table: Table<K, V>) -> Result<BTreeMap<K, V>, StoreError>
where
    K: catga::store::RowKey + Ord + Clone,
    V: Serialize + DeserializeOwned,
{
    Ok(table.range(&mut db.begin()?, ..).await?.into_iter().collect())
}

async fn read(shop: &Store<Main>, payments: &Store<Main>) -> Result<Rows, StoreError> {
    let is_old = |letter: &DeadLetter| letter.errors.iter().any(|error| error.contains(TOO_OLD));
    let of = async |db| StoreLetters::new(db).list(None, 10_000).await;
    let (old, letters): (Vec<_>, Vec<_>) = of(payments).await?.into_iter().partition(|(_, letter)| is_old(letter));
    let (shops_old, shops): (Vec<_>, Vec<_>) = of(shop).await?.into_iter().partition(|(_, letter)| is_old(letter));
    let mut left = Vec::new();
    for (of, db, outbox) in [("shop", shop, OUTBOX), ("payments", payments, OUTBOX), ("payments away", payments, AWAY)]
    {
        left.push((of, outbox.backlog(db)? + outbox.keys(db, None, 1_000)?.len() as u64));
    }
    left.push(("schedule", SCHEDULE.list(shop, None, 1_000)?.len() as u64));
    for (of, db) in [("shop's dead", shop), ("payments' dead", payments)] {
        left.push((of, DEAD.list(db, None, 1_000)?.len() as u64));
    }
    left.push(("shop's letters", shops.len() as u64));
    Ok(Rows {
        orders: all(shop, ORDERS).await?,
        placed: all(shop, PLACED).await?,
        paid: all(shop, PAID).await?,
        receipts: all(shop, RECEIPTS).await?,
        swept: all(shop, SWEPT).await?.into_iter().collect(),
        balances: all(payments, BALANCES).await?,
        charges: all(payments, CHARGES).await?,
        charged: all(payments, CHARGED).await?,
        booked: all(payments, BOOKED).await?,
        reminded: all(payments, REMINDED).await?,
        given: all(payments, GIVEN).await?,
        credited: all(payments, CREDITED).await?,
        too_old: (old.len() + shops_old.len()) as u64,
        letters: letters.iter().map(|(_, letter)| (order_of(letter), letter.attempts)).collect(),
        left,
    })
}

/// The order that a message speaks of, as it was on its way; what is no `Placed` is of none that was ordered.
fn order_of(letter: &DeadLetter) -> u64 {
    let envelope = Envelope::decode(&letter.body).unwrap();
    if envelope.key != WireKey::of("Placed") {
        return u64::MAX;
    }
    let placed: Placed = Postcard::decode(envelope.body).unwrap();
    placed.order
}

async fn rows(world: &World) -> Result<Rows, String> {
    let (Some(shop), Some(payments)) = (world.shop(), world.payments()) else { return Err("a machine is down".into()) };
    read(&shop.db, &payments.db).await.map_err(|error| format!("{error:?}"))
}

/// What has to come to its end yet; `None` where everything has.
pub async fn unsettled(world: &World) -> Option<String> {
    let rows = match rows(world).await {
        Ok(rows) => rows,
        Err(error) => return Some(error),
    };
    let is_dead = |order: &u64| is_declined(*order) || is_stubborn(*order);
    let is_paid = |order: &u64| rows.paid.contains_key(order) && rows.receipts.contains_key(order);
    let dead = rows.orders.keys().filter(|order| is_dead(order)).count();
    let unpaid: Vec<&u64> = rows.orders.keys().filter(|order| !is_dead(order) && !is_paid(order)).collect();
    let unreminded: Vec<&u64> = rows.orders.keys().filter(|order| !rows.reminded.contains_key(order)).collect();
    let left: Vec<_> = rows.left.iter().filter(|(_, left)| *left > 0).collect();
    let buried = rows.letters.len();
    if unpaid.is_empty() && unreminded.is_empty() && left.is_empty() && buried >= dead {
        return None;
    }
    Some(format!("unpaid {unpaid:?}, unreminded {unreminded:?}, left {left:?}, {buried} of {dead} buried"))
}

/// The reckoning.
pub async fn check(world: &World) -> Result<(), String> {
    let rows = rows(world).await?;
    let acknowledged = world.acknowledged.lock().unwrap().clone();
    let asked = world.asked.lock().unwrap().clone();
    let mut wrong: Vec<String> = Vec::new();
    let mut is = |holds: bool, what: String| {
        if !holds {
            wrong.push(what);
        }
    };
    // Nothing acknowledged is lost, and nothing is there that nobody asked for.
    is(acknowledged.len() == asked.len(), format!("{} of {} acknowledged", acknowledged.len(), asked.len()));
    is(rows.orders.keys().eq(asked.keys()), format!("orders {:?}", rows.orders.keys()));
    for (order, number) in &acknowledged {
        let account = asked[order].account;
        let there = rows.placed.get(&(account, *number));
        is(there == Some(order), format!("order {order} was told to be number {number}, which is {there:?}"));
    }
    // Everything takes effect once.
    for (order, (_, times)) in &rows.orders {
        let (dead, of) =
            (is_declined(*order) || is_stubborn(*order), |table: &BTreeMap<u64, u64>| table.get(order).copied());
        let once = (!dead).then_some(1);
        is(*times == 1, format!("order {order} was placed {times} times"));
        is(of(&rows.charges) == once, format!("order {order} was charged {:?} times", of(&rows.charges)));
        is(of(&rows.booked) == once, format!("order {order} was booked {:?} times", of(&rows.booked)));
        is(of(&rows.paid) == once, format!("order {order} was paid {:?} times", of(&rows.paid)));
        is(of(&rows.receipts) == once, format!("order {order} has {:?} receipts", of(&rows.receipts)));
        let reminded = rows.reminded.get(order);
        is(reminded.map(|(times, _)| *times) == Some(1), format!("order {order} was reminded of {reminded:?}"));
        // A schedule is no clock: it is not early by more than the moment between its reading and its commit.
        is(
            reminded.is_some_and(|(_, early)| *early == 0),
            format!("order {order} was reminded of early, {reminded:?}"),
        );
    }
    // First in, first out, for each account.
    let accounts: BTreeSet<u32> = rows.placed.keys().map(|(account, _)| *account).collect();
    for account in accounts {
        let of = |table: &BTreeMap<(u32, u64), u64>| -> Vec<u64> {
            table.range((account, 0)..(account + 1, 0)).map(|(_, order)| *order).collect()
        };
        let placed: Vec<u64> = of(&rows.placed).into_iter().filter(|o| !is_declined(*o) && !is_stubborn(*o)).collect();
        is(
            of(&rows.charged) == placed,
            format!("account {account}: placed {placed:?}, charged {:?}", of(&rows.charged)),
        );
    }
    // No money comes or goes.
    let total: i64 = rows.balances.values().sum();
    let due: i64 = rows.charges.iter().map(|(order, times)| asked[order].cents * *times as i64).sum();
    let till = rows.balances.get(&u32::MAX).copied().unwrap_or(0);
    let credits = world.credits.lock().unwrap().clone();
    let given: i64 = rows
        .given
        .iter()
        .map(|(credit, times)| credits.get(credit).map_or(0, |(asked, _)| asked.cents) * *times as i64)
        .sum();
    is(total == 0 && till == due - given, format!("total {total}, till {till}, due {due}, given {given}"));
    // What was asked and answered was done once, and the answer is that of the one time.
    is(rows.given.keys().eq(credits.keys()), format!("credits {:?}", rows.given));
    for (credit, (asked, told)) in &credits {
        let times = rows.given.get(credit);
        is(times == Some(&1), format!("credit {credit} was given {times:?} times"));
        let there = told.and_then(|number| rows.credited.get(&(asked.account, number)));
        is(there == Some(credit), format!("credit {credit} was told to be number {told:?}, which is {there:?}"));
    }
    // Of what is older than an inbox remembers nothing is lost: all of the above holds. It was a repeat.
    world.too_old.store(rows.too_old, SeqCst);
    // What was given up is where it can be looked at, once, and after so many attempts.
    let mut given_up: Vec<u64> = rows.letters.iter().map(|(order, _)| *order).collect();
    given_up.sort_unstable();
    let dead: Vec<u64> = asked.keys().copied().filter(|order| is_declined(*order) || is_stubborn(*order)).collect();
    is(given_up == dead, format!("given up {given_up:?} and not {dead:?}"));
    let enough = |(order, attempts): &(u64, u32)| is_declined(*order) || *attempts >= ATTEMPTS;
    is(rows.letters.iter().all(enough), format!("given up after {:?}", rows.letters));
    // Fences never go back.
    let fences: Vec<u64> = rows.swept.iter().map(|(_, fence)| *fence).collect();
    is(fences.is_sorted(), format!("fences {fences:?}"));
    is(!world.env.plan.chaos || world.env.has(Bug::FencesIgnored) || !fences.is_empty(), "nobody has swept".into());
    // Nothing is left on its way.
    is(rows.left.iter().all(|(_, left)| *left == 0), format!("left {:?}", rows.left));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("; ")) }
}
