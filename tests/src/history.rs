//! What a history of transfers must be: serializable, with nothing lost and nothing made.

use std::collections::{BTreeMap, BTreeSet};

/// How many accounts there are.
pub const ACCOUNTS: i64 = 8;
/// What is on each of them at first.
pub const EACH: i64 = 1_000;

/// How often an account was changed, and what is on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account {
    pub version: i64,
    pub cents: i64,
}

/// A transfer, and what it has read.
#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    pub from: i64,
    pub to: i64,
    pub cents: i64,
    pub read: (Account, Account),
}

/// Each version of an account was made by one transfer from the one before, and the transfers have an order that fits
/// all accounts.
///
/// # Panics
/// Where that is not so.
pub fn check(log: &[Transfer], book: &BTreeMap<i64, Account>) {
    assert_eq!(book.values().map(|account| account.cents).sum::<i64>(), ACCOUNTS * EACH, "the total");
    let mut made: BTreeMap<(i64, i64), (usize, i64, i64)> = BTreeMap::new();
    for (index, transfer) in log.iter().enumerate() {
        let Transfer { from, to, cents, read } = *transfer;
        for (id, read, by) in [(from, read.0, -cents), (to, read.1, cents)] {
            let twice = made.insert((id, read.version), (index, read.cents, read.cents + by));
            assert!(twice.is_none(), "two transfers from one version: an update was lost");
        }
    }
    let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); log.len()];
    for (id, account) in book {
        let (mut cents, mut last) = (EACH, None);
        for version in 0..account.version {
            let (index, read, left) = made[&(*id, version)];
            assert_eq!(read, cents, "account {id} at version {version}");
            cents = left;
            if let Some(last) = last.replace(index) {
                after[last].insert(index);
            }
        }
        assert_eq!(cents, account.cents, "account {id}");
    }
    assert_eq!(made.len() as i64, book.values().map(|account| account.version).sum::<i64>());
    // An order: Kahn's algorithm ends with all of them.
    let mut waits_for = vec![0; log.len()];
    after.iter().flatten().for_each(|index| waits_for[*index] += 1);
    let mut free: Vec<usize> = (0..log.len()).filter(|index| waits_for[*index] == 0).collect();
    let mut placed = 0;
    while let Some(index) = free.pop() {
        placed += 1;
        for next in &after[index] {
            waits_for[*next] -= 1;
            if waits_for[*next] == 0 {
                free.push(*next);
            }
        }
    }
    assert_eq!(placed, log.len(), "a circle of transfers that each saw another");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The checker finds what it is for.
    #[test]
    fn a_lost_update_is_found() {
        let account = |version, cents| Account { version, cents };
        let transfer = Transfer { from: 0, to: 1, cents: 5, read: (account(0, EACH), account(0, EACH)) };
        let by = |id: i64| [-5, 5, 0][id.min(2) as usize];
        let book = (0..ACCOUNTS).map(|id| (id, account(i64::from(id < 2), EACH + by(id)))).collect();
        check(&[transfer], &book);
        assert!(std::panic::catch_unwind(|| check(&[transfer, transfer], &book)).is_err());
    }
}
