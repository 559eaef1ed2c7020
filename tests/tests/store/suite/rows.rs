//! The rows that a transaction reads and writes: its own, by table, in order, and of a size.

use catga::store::writer::Inline;
use catga::store::{Direction, ErrorKind, Table};

use super::counters::{COUNTERS, NAMES, inline, put};
use super::scenario::{block_on, kind, scenarios};
use crate::engines::{Make, options, store};

scenarios! {
    own_writes_are_read,
    tables_do_not_mix,
    names_sort_as_names,
    what_is_too_large_is_refused,
}

fn own_writes_are_read(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        for key in [1, 3, 5] {
            put(&store, key, key).await;
        }
        let mut tx = store.begin().unwrap();
        COUNTERS.put(&mut tx, &2, &2).unwrap();
        COUNTERS.put(&mut tx, &3, &33).unwrap();
        COUNTERS.delete(&mut tx, &5).unwrap();
        COUNTERS.put(&mut tx, &6, &6).unwrap();
        COUNTERS.delete(&mut tx, &6).unwrap();
        assert_eq!(COUNTERS.get(&mut tx, &3).await.unwrap(), Some(33));
        assert_eq!(COUNTERS.get(&mut tx, &5).await.unwrap(), None);
        let expected = [(1, 1), (2, 2), (3, 33)];
        assert_eq!(COUNTERS.range(&mut tx, ..).await.unwrap(), expected);
        let back = COUNTERS.scan(&mut tx, .., Direction::Backward, 2).await.unwrap();
        assert_eq!(back, [(3, 33), (2, 2)]);
        tx.commit().await.unwrap();
        assert_eq!(COUNTERS.range(&mut store.begin().unwrap(), ..).await.unwrap(), expected);
    });
}

fn tables_do_not_mix(make: Make<'_>) {
    const AB: Table<String, u64> = Table::new("ab");
    const A: Table<String, u64> = Table::new("a");
    let store = inline(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        A.put(&mut tx, "b\0x", &1).unwrap();
        AB.put(&mut tx, "x", &2).unwrap();
        tx.commit().await.unwrap();
        let mut tx = store.begin().unwrap();
        assert_eq!(A.range(&mut tx, ..).await.unwrap(), [("b\0x".to_owned(), 1)]);
        assert_eq!(AB.range(&mut tx, ..).await.unwrap(), [("x".to_owned(), 2)]);
        assert_eq!(COUNTERS.range(&mut tx, ..).await.unwrap(), []);
    });
}

fn names_sort_as_names(make: Make<'_>) {
    let store = inline(make);
    block_on(async {
        let mut names = ["", "\0", "\0\0", "\0\u{1}", "a", "a\0", "a\0b", "a\u{1}", "aa", "b", "ä", "\u{10ffff}"];
        let mut tx = store.begin().unwrap();
        for name in names.iter().rev() {
            NAMES.put(&mut tx, *name, &(name.len() as u64)).unwrap();
        }
        tx.commit().await.unwrap();
        names.sort_unstable();
        let mut tx = store.begin().unwrap();
        let found = NAMES.range(&mut tx, ..).await.unwrap();
        assert!(found.iter().map(|(name, _)| name.as_str()).eq(names));
        let some = NAMES.range(&mut tx, "a".to_owned()..="aa".to_owned()).await.unwrap();
        assert!(some.iter().map(|(name, _)| name.as_str()).eq(["a", "a\0", "a\0b", "a\u{1}", "aa"]));
    });
}

fn what_is_too_large_is_refused(make: Make<'_>) {
    const BLOBS: Table<Vec<u8>, Vec<u8>> = Table::new("blobs");
    let options = options().writer(Inline).largest_record(10_000).largest_transaction(30_000);
    let store = store(make(), options);
    block_on(async {
        let mut tx = store.begin().unwrap();
        assert_eq!(kind(BLOBS.put(&mut tx, &vec![1], &vec![200; 6_000])), Some(ErrorKind::TooLarge));
        assert_eq!(kind(BLOBS.put(&mut tx, &vec![0; 70_000], &vec![])), Some(ErrorKind::TooLarge));
        for key in 0..6 {
            BLOBS.put(&mut tx, &vec![key], &vec![1; 4_500]).unwrap();
        }
        assert_eq!(kind(BLOBS.put(&mut tx, &vec![9], &vec![1; 4_500])), Some(ErrorKind::TooLarge));
        tx.commit().await.unwrap();
        assert_eq!(
            BLOBS.range(&mut store.begin().unwrap(), ..).await.unwrap().len(),
            6,
            "what was refused changed nothing"
        );
    });
}
