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
    /// An account that it has read and not written, as it was: a store that checks what was written, and not what was
    /// read, shows by it.
    pub beside: (i64, Account),
}

/// All accounts, as somebody has read them at once.
pub type Book = BTreeMap<i64, Account>;

/// Each version of an account was made by one transfer from the one before, and the transfers and those who looked have
/// an order that fits all that they have read and written.
/// Source: the serialization graph of Adya, "Weak Consistency", MIT 1999, of a history whose versions are in order.
///
/// # Panics
/// Where that is not so.
pub fn check(log: &[Transfer], looks: &[Book], book: &Book) {
    for book in looks.iter().chain([book]) {
        assert_eq!(book.len() as i64, ACCOUNTS);
        assert_eq!(book.values().map(|account| account.cents).sum::<i64>(), ACCOUNTS * EACH, "the total");
    }
    let mut made: BTreeMap<(i64, i64), (usize, i64, i64)> = BTreeMap::new();
    for (index, transfer) in log.iter().enumerate() {
        let Transfer { from, to, cents, read, .. } = *transfer;
        for (id, read, by) in [(from, read.0, -cents), (to, read.1, cents)] {
            let twice = made.insert((id, read.version), (index, read.cents, read.cents + by));
            assert!(twice.is_none(), "two transfers from one version: an update was lost");
        }
    }
    // Who has read an account without writing it: the version, and the reader, by their numbers behind the transfers.
    let mut readers: BTreeMap<(i64, i64), Vec<(usize, i64)>> = BTreeMap::new();
    let beside = log.iter().map(|transfer| transfer.beside).enumerate();
    let looked = looks.iter().enumerate();
    let looked =
        looked.flat_map(|(look, book)| book.iter().map(move |(id, account)| (log.len() + look, (*id, *account))));
    for (reader, (id, account)) in beside.chain(looked) {
        readers.entry((id, account.version)).or_default().push((reader, account.cents));
    }
    let nodes = log.len() + looks.len();
    let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); nodes];
    for (id, account) in book {
        let (mut cents, mut last) = (EACH, None);
        for version in 0..=account.version {
            let next = made.get(&(*id, version)).map(|(index, ..)| *index);
            for (reader, read) in readers.remove(&(*id, version)).unwrap_or_default() {
                assert_eq!(read, cents, "account {id} at version {version}, as it was read");
                // After who made the version, and before who made the next.
                last.map(|last: usize| after[last].insert(reader));
                next.map(|next| after[reader].insert(next));
            }
            if version == account.version {
                break;
            }
            let (index, read, left) = made[&(*id, version)];
            assert_eq!(read, cents, "account {id} at version {version}");
            cents = left;
            if let Some(last) = last.replace(index) {
                after[last].insert(index);
            }
        }
        assert_eq!(cents, account.cents, "account {id}");
    }
    assert!(readers.is_empty(), "versions that nobody has made were read: {readers:?}");
    assert_eq!(made.len() as i64, book.values().map(|account| account.version).sum::<i64>());
    // An order: Kahn's algorithm ends with all of them.
    let mut waits_for = vec![0; nodes];
    after.iter().flatten().for_each(|index| waits_for[*index] += 1);
    let mut free: Vec<usize> = (0..nodes).filter(|index| waits_for[*index] == 0).collect();
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
    assert_eq!(placed, nodes, "a circle of which each has not seen what the one before did");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many transfers of five cents, each from one account to another, of accounts that nobody has changed before.
    fn transfers<const N: usize>(of: [(i64, i64); N]) -> ([Transfer; N], Book) {
        let untouched = Account { version: 0, cents: EACH };
        let log =
            of.map(|(from, to)| Transfer { from, to, cents: 5, read: (untouched, untouched), beside: (7, untouched) });
        let mut book: Book = (0..ACCOUNTS).map(|id| (id, untouched)).collect();
        for (from, to) in of {
            book.insert(from, Account { version: 1, cents: EACH - 5 });
            book.insert(to, Account { version: 1, cents: EACH + 5 });
        }
        (log, book)
    }

    fn is_refused(log: &[Transfer], looks: &[Book], book: &Book) -> bool {
        std::panic::catch_unwind(|| check(log, looks, book)).is_err()
    }

    #[test]
    fn a_lost_update_is_found() {
        let ([transfer], book) = transfers([(0, 1)]);
        check(&[transfer], &[], &book);
        assert!(is_refused(&[transfer, transfer], &[], &book));
    }

    #[test]
    fn write_skew_is_found() {
        let ([mut first, mut second], book) = transfers([(0, 1), (2, 3)]);
        // Both have read what the other one writes, as it was before; where one of them has, there is an order.
        first.beside = (2, book[&7]);
        check(&[first, second], &[], &book);
        second.beside = (0, book[&7]);
        assert!(is_refused(&[first, second], &[], &book));
        // The second has seen the first.
        second.beside = (0, book[&0]);
        check(&[first, second], &[], &book);
    }

    #[test]
    fn a_look_at_no_state_is_found() {
        let (log, book) = transfers([(0, 1), (2, 3)]);
        let (_, first) = transfers([(0, 1)]);
        let (_, second) = transfers([(2, 3)]);
        check(&log, &[first.clone(), book.clone()], &book);
        check(&log, &[second.clone(), book.clone()], &book);
        assert!(is_refused(&log, &[first.clone(), second], &book), "each has seen one transfer, and not the other");
        let mut half = first;
        half.insert(1, book[&7]);
        assert!(is_refused(&log, &[half], &book), "of a transfer one account alone");
    }
}
