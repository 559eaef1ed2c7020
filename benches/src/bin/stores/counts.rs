//! Counters that are read, added to and written, each in one transaction, by 64 callers at once: each its own, or all of
//! them one. Either side holds the key from the read until the commit has answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use catga::store::{Durable, Store, Table};
use catga_benches::turns::{self, Taken, compare};
use tokio::runtime::Runtime;
use tokio::sync::Mutex;

use crate::raw::{Raw, row};
use crate::{CALLERS, SLICE, Shown, callers, folder};

pub(crate) const COUNTS: Table<u64, u64> = Table::new("counts");

pub(crate) fn shown(runtime: &Runtime) -> Vec<Shown> {
    [("distinct keys", false), ("one hot key", true)].map(|(name, is_hot)| shown_of(runtime, name, is_hot)).into()
}

fn shown_of(runtime: &Runtime, name: &str, is_hot: bool) -> Shown {
    let at = folder();
    let raw = Raw::new(redb::Database::create(at.path().join("raw.redb")).expect("a database"));
    let keys: Arc<Vec<Mutex<()>>> = Arc::new((0..CALLERS).map(|_| Mutex::default()).collect());
    let store: Store = Store::new(Durable::open(at.path().join("a.store")).expect("a file")).expect("a store");
    let (raw_sum, sum) = (AtomicU64::new(0), AtomicU64::new(0));
    let key_of = move |caller: u64| if is_hot { 0 } else { caller };
    let raw_slice = |each: u64| {
        raw_sum.fetch_add(CALLERS * each, Relaxed);
        Taken::by(CALLERS * each, || {
            callers(runtime, |caller| {
                let (raw, keys, key) = (raw.clone(), Arc::clone(&keys), key_of(caller));
                async move {
                    for _ in 0..each {
                        let _held = keys[key as usize].lock().await;
                        let at = key.to_be_bytes();
                        let count: u64 = raw.read(&at).unwrap_or_default();
                        raw.write(vec![row(at.to_vec(), &(count + 1))]).await;
                    }
                }
            });
        })
    };
    let slice = |each: u64| {
        sum.fetch_add(CALLERS * each, Relaxed);
        Taken::by(CALLERS * each, || {
            callers(runtime, |caller| {
                let (store, key) = (store.clone(), key_of(caller));
                async move {
                    for _ in 0..each {
                        let _held = store.turns().lock(&key.to_be_bytes()).await.expect("a turn");
                        let mut tx = store.begin().expect("a transaction");
                        let count = COUNTS.get(&mut tx, &key).await.expect("a read").unwrap_or_default();
                        COUNTS.put(&mut tx, &key, &(count + 1)).expect("a write");
                        tx.commit().await.expect("a commit");
                    }
                }
            });
        })
    };
    let each = turns::fitting(SLICE, raw_slice);
    let compared = compare(each, raw_slice, slice);
    let counts = runtime.block_on(async { COUNTS.range(&mut store.begin().expect("begin"), ..).await.expect("rows") });
    assert_eq!(counts.iter().map(|(_, count)| count).sum::<u64>(), sum.load(Relaxed), "each is there once");
    let raws: u64 = (0..CALLERS).filter_map(|key| raw.read::<u64>(&key.to_be_bytes())).sum();
    assert_eq!(raws, raw_sum.load(Relaxed), "and on the other side");
    let what = format!("read, modify, write: 64 callers, {name}");
    Shown::of(&what, &compared).at_least(&format!("{what}: times those of raw redb"), compared.speed, 0.9)
}
