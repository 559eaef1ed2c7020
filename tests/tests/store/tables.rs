//! Tables against a model, and rows whose types change.

use std::collections::BTreeMap;

use catga::store::writer::Inline;
use catga::store::{Direction, ErrorKind, Store, Table};
use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use crate::engines::{self, Make, options, store};
use crate::suite::block_on;

const ROWS: Table<u16, u32> = Table::new("rows");

#[derive(Clone, Debug)]
enum Step {
    Put(u16, u32),
    Delete(u16),
    Mark,
    Truncate,
    Commit,
    Abort,
    Scan(u16, u16, bool, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0u16..40;
    prop_oneof![
        6 => (key(), any::<u32>()).prop_map(|(key, value)| Step::Put(key, value)),
        3 => key().prop_map(Step::Delete),
        1 => Just(Step::Mark),
        1 => Just(Step::Truncate),
        2 => Just(Step::Commit),
        1 => Just(Step::Abort),
        4 => (key(), key(), any::<bool>(), 0usize..12).prop_map(|(a, b, back, limit)| Step::Scan(a, b, back, limit)),
    ]
}

/// One transaction after the other does what an ordered map does.
fn follows_the_model(make: Make<'_>, steps: Vec<Step>) {
    let store: Store = store(make(), options().writer(Inline));
    block_on(async {
        let mut stored = BTreeMap::new();
        let mut seen = stored.clone();
        let mut tx = store.begin().unwrap();
        let mut marked = (tx.mark(), seen.clone());
        for step in steps {
            match step {
                Step::Put(key, value) => {
                    ROWS.put(&mut tx, &key, &value).unwrap();
                    seen.insert(key, value);
                }
                Step::Delete(key) => {
                    ROWS.delete(&mut tx, &key).unwrap();
                    seen.remove(&key);
                }
                Step::Mark => marked = (tx.mark(), seen.clone()),
                Step::Truncate => {
                    tx.truncate(marked.0);
                    seen = marked.1.clone();
                }
                Step::Commit | Step::Abort => {
                    let ended = std::mem::replace(&mut tx, store.begin().unwrap());
                    if matches!(step, Step::Commit) {
                        ended.commit().await.unwrap();
                        stored = seen;
                        tx = store.begin().unwrap();
                    }
                    seen = stored.clone();
                    marked = (tx.mark(), seen.clone());
                }
                Step::Scan(a, b, back, limit) => {
                    let (from, to) = (a.min(b), a.max(b));
                    let range = seen.range(from..to).map(|(key, value)| (*key, *value));
                    let (direction, expected): (_, Vec<_>) = match back {
                        false => (Direction::Forward, range.take(limit).collect()),
                        true => (Direction::Backward, range.rev().take(limit).collect()),
                    };
                    assert_eq!(ROWS.scan(&mut tx, from..to, direction, limit).await.unwrap(), expected);
                    assert_eq!(ROWS.get(&mut tx, &a).await.unwrap(), seen.get(&a).copied());
                }
            }
            assert!(ROWS.range(&mut tx, ..).await.unwrap().into_iter().eq(seen.clone()));
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn memory_is_an_ordered_map(steps in proptest::collection::vec(step(), 0..60)) {
        follows_the_model(&engines::memory, steps);
    }

    #[test]
    fn durable_is_an_ordered_map(steps in proptest::collection::vec(step(), 0..60)) {
        follows_the_model(&engines::durable, steps);
    }
}

#[test]
fn rows_outlive_a_change_of_their_type() {
    #[derive(Debug, Serialize, Deserialize, PartialEq)]
    struct Old {
        name: String,
        cents: u32,
    }
    #[derive(Debug, Serialize, Deserialize, PartialEq)]
    struct New {
        cents: u64,
        #[serde(default)]
        note: Option<String>,
        name: String,
    }
    let old: Table<u8, Old> = Table::new("bills");
    let new: Table<u8, New> = Table::new("bills").version(1);
    let store: Store = store(engines::memory(), options().writer(Inline));
    block_on(async {
        let mut tx = store.begin().unwrap();
        old.put(&mut tx, &1, &Old { name: "a".into(), cents: 5 }).unwrap();
        let row = new.get(&mut tx, &1).await.unwrap();
        assert_eq!(row, Some(New { cents: 5, note: None, name: "a".into() }), "in another order, wider, and with more");
        new.put(&mut tx, &2, &row.unwrap()).unwrap();
        assert_eq!(old.get(&mut tx, &2).await.unwrap_err().kind(), ErrorKind::Newer, "an older program does not guess");
        let numbers: Table<u8, u64> = Table::new("bills");
        assert_eq!(numbers.get(&mut tx, &1).await.unwrap_err().kind(), ErrorKind::Encoding);
        let wide: Table<u32, Old> = Table::new("bills");
        assert_eq!(wide.range(&mut tx, ..).await.unwrap_err().kind(), ErrorKind::Encoding);
    });
}
